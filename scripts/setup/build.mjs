/** TypeScript to `dist/`, and the Workflows' bundle that control workers load. */
import { rmSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { run, say } from './say.mjs';
import { filesBelow, hashOf, isStamped, stamp } from './stamp.mjs';

/** @param {string} root */
export function build(root) {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.build.json'), 'utf8'));
  const sources = filesBelow(root, include, (path) => /\.(ts|json)$/.test(path));
  const settings = ['package-lock.json', 'tsconfig.base.json', 'tsconfig.build.json'];
  const files = [...settings, ...sources];
  const hash = hashOf(files.flatMap((path) => [path, readFileSync(join(root, path))]));
  const stampPath = join(root, 'dist', '.cloister-stamp');
  if (isStamped(stampPath, hash)) return;
  say('build (TypeScript to dist/, bundle of the Workflows)');
  // A file that was renamed must not live on in dist/: without it the incremental build starts anew.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  run(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: root,
    remedy: 'mend the errors above.',
  });
  run(process.execPath, [join(root, 'scripts', 'bundle-workflows.mjs')], {
    cwd: root,
    remedy: 'see the lines above; Workflows may import contracts only.',
  });
  stamp(stampPath, hash);
}
