/** Where the program itself lies: the folder of package.json, from source and from `dist/` alike. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function findRoot(start = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'contracts'))) {
      if (!folder.endsWith('/dist')) return folder;
    }
    if (folder === dirname(folder)) throw new Error('the folder of package.json was not found');
  }
}

export const ROOT = findRoot();

export const PYTHON = join(ROOT, '.venv', 'bin', 'python');
export const TEMPORAL_CLI = join(ROOT, '.venv', 'bin', 'temporal');
export const WORKFLOW_BUNDLE = join(ROOT, 'dist', 'workflow-bundle.js');

/** The analyses that come with the program. */
export const ANALYSES = join(ROOT, 'analyses');

/** Where the compiled processes lie. */
export const DIST = join(ROOT, 'dist');

/** The compiled main of a process, e.g. `api/main`. */
export function mainOf(path: string, dist = DIST): string {
  return join(dist, `${path}.js`);
}
