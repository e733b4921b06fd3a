/** What of a Python installation a sandbox has to show, so that the op's user reaches it. */
import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

const ASK = `import json, sys
print(json.dumps([sys.prefix, sys.base_prefix, sys.executable, sys._base_executable]))`;

export interface Interpreter {
  executable: string;
  /** Folders to show read-only at their own paths: virtual environment, base installation, runtime. */
  binds: string[];
}

/**
 * @param python path of the interpreter, of a virtual environment as a rule.
 * @param runtime folder that holds the package `cloister_runtime`.
 * @throws Error when the interpreter does not start.
 */
export async function describeInterpreter(python: string, runtime: string): Promise<Interpreter> {
  const { stdout } = await run(python, ['-c', ASK]);
  const [prefix, base, executable, baseExecutable] = z
    .tuple([z.string(), z.string(), z.string(), z.string()])
    .parse(JSON.parse(stdout));
  const folders = [prefix, base, realpathSync(prefix), realpathSync(base), runtime];
  const files = [executable, baseExecutable, realpathSync(executable)];
  const strays = files.filter((file) => !folders.some((folder) => isBelow(file, folder)));
  return { executable, binds: outermost([...folders, ...strays]) };
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Without those that lie below another, or below /usr, which every sandbox shows. */
function outermost(paths: string[]): string[] {
  const unique = [...new Set(paths)].sort();
  return unique.filter(
    (path) =>
      !['/usr', ...unique].some((other) => other !== path && isBelow(path, other)) &&
      path !== '/usr',
  );
}
