/** Pages of the documentation, as tests follow them: fenced blocks, and the commands of shell blocks. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../../cli/root.js';

interface PageBlock {
  language: string;
  text: string;
  /** Of a file that the line above the block names in backticks, such as `ops/slope_window.py`. */
  file: string | null;
}

/** Fenced blocks of a page below the root, in their order. */
export function blocksOf(page: string): PageBlock[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const fences = text.matchAll(/(?<above>[^\n]*)\n+```(?<language>\w*)\n(?<body>[\s\S]*?)\n```/g);
  return [...fences].map(({ groups }) => ({
    language: groups?.['language'] ?? '',
    text: `${groups?.['body'] ?? ''}\n`,
    file: /`(?<file>[\w./-]+\.\w+)`[^`]*$/.exec(groups?.['above'] ?? '')?.groups?.['file'] ?? null,
  }));
}

/** The commands of every shell block of a page, a line each. */
export function commandsOf(page: string): string[] {
  const shell = blocksOf(page).filter(({ language }) => language === 'sh');
  return shell.flatMap(({ text }) =>
    text
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#')),
  );
}

/**
 * The one command of a page that begins so.
 * @throws Error when there is none, or more than one
 */
export function commandOf(page: string, start: string): string {
  const found = commandsOf(page).filter((command) => command.startsWith(start));
  const [command] = found;
  if (command !== undefined && found.length === 1) return command;
  throw new Error(`${page} has ${found.length} commands that begin with ${start}`);
}

const MAIN = join(ROOT, 'dist', 'cli', 'main.js');

/** Starts a command as it stands in a page, in a folder that stands for the clone. */
export function start(command: string, cwd: string, env: Record<string, string> = {}) {
  if (!existsSync(MAIN)) throw new Error('build it first: npm run build');
  const own = command.replace('npm run cloister --', `exec ${process.execPath} ${MAIN}`);
  return execa('sh', ['-c', own], { cwd, env, reject: false, all: true });
}
