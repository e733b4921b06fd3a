/**
 * Everything that a fresh clone needs, by `node scripts/setup.mjs [--tests]`: Node's packages, a virtual environment
 * of Python with the runtime's, the build. Says what it does and does nothing twice. No dependencies, no system
 * package manager, nothing outside this folder.
 */
import { fileURLToPath } from 'node:url';
import { SetupError } from './setup/say.mjs';
import { installNodePackages } from './setup/node-packages.mjs';
import { installPythonPackages } from './setup/python.mjs';
import { build } from './setup/build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {{ withTests: boolean }} options */
export function setUp({ withTests }) {
  checkNode();
  installNodePackages(root);
  const locks = ['runtime/requirements.lock'];
  installPythonPackages(root, withTests ? [...locks, 'runtime/requirements-test.lock'] : locks);
  build(root);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(
    `this is Node ${process.versions.node}; Cloister needs 20.19 or newer.`,
    'install Node 20 or newer (https://nodejs.org), or `nvm install 20`.',
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setUp({ withTests: process.argv.includes('--tests') });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`set-up: ${error.message}\n`);
    process.exitCode = 1;
  }
}
