/** A Python that is new enough, the virtual environment `.venv`, and the packages of the lock files with hashes. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, say, SetupError } from './say.mjs';
import { hashOf, isStamped, stamp } from './stamp.mjs';

const NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];
const PROBE = 'import sys; print("%d.%d" % sys.version_info[:2], sys.base_prefix)';

/**
 * Root prefers the system's Python: ops run as another user then, who cannot read a Python below a private home.
 * @returns {string[]}
 */
function candidates() {
  const chosen = process.env['CLOISTER_PYTHON'];
  return chosen !== undefined && chosen !== '' ? [chosen] : allPythons();
}

function allPythons() {
  const system = NAMES.map((name) => `/usr/bin/${name}`);
  return process.getuid?.() === 0 ? [...system, ...NAMES] : [...NAMES, ...system];
}

/** @param {string} python */
function versionOf(python) {
  const { status, stdout } = spawnSync(python, ['-c', PROBE], { encoding: 'utf8' });
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(status === 0 ? stdout : '') ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

/** @returns {string} @throws SetupError when there is no Python >= 3.11 */
function findPython() {
  const seen = [];
  for (const python of candidates()) {
    const version = versionOf(python);
    if (version === undefined) continue;
    if (version.major === 3 && version.minor >= 11) return python;
    seen.push(`${python} is ${version.major}.${version.minor}`);
  }
  const chosen = process.env['CLOISTER_PYTHON'];
  if (chosen) seen.push(`CLOISTER_PYTHON is ${chosen}`);
  throw new SetupError(
    `no Python >= 3.11 was found${seen.length > 0 ? ` (${seen.join(', ')})` : ''}.`,
    'install one (Debian: apt install python3 python3-venv; macOS: brew install python@3.12), or set CLOISTER_PYTHON to its path.',
  );
}

/** @param {string} root @returns {string} the environment's interpreter */
function createVenv(root) {
  const interpreter = join(root, '.venv', 'bin', 'python');
  if (existsSync(interpreter) && versionOf(interpreter) !== undefined) return interpreter;
  const python = findPython();
  say(`virtual environment .venv (${python})`);
  const hasEnsurepip = spawnSync(python, ['-c', 'import ensurepip, venv']).status === 0;
  const args = ['-m', 'venv', '--clear', ...(hasEnsurepip ? [] : ['--without-pip'])];
  run(python, [...args, join(root, '.venv')], {
    cwd: root,
    remedy: `give ${python} its venv module (Debian: apt install python3-venv), or set CLOISTER_PYTHON to another Python >= 3.11.`,
  });
  return interpreter;
}

/** A venv without pip is filled by another Python's: `pip --python` installs into any interpreter. */
function pipFor(/** @type {string} */ interpreter) {
  const has = (/** @type {string} */ python) =>
    spawnSync(python, ['-m', 'pip', '--python', interpreter, '--version']).status === 0;
  if (spawnSync(interpreter, ['-m', 'pip', '--version']).status === 0) {
    return { command: interpreter, args: ['-m', 'pip'] };
  }
  const other = [...candidates(), ...allPythons()].find(has);
  if (other !== undefined) return { command: other, args: ['-m', 'pip', '--python', interpreter] };
  throw new SetupError(
    'this Python has neither the ensurepip module nor pip, so packages cannot be installed.',
    'Debian: apt install python3-venv, then remove .venv and start again.',
  );
}

/**
 * @param {string} root
 * @param {string[]} locks paths of lock files, relative to root
 */
export function installPythonPackages(root, locks) {
  const interpreter = createVenv(root);
  for (const lock of locks) {
    const path = join(root, lock);
    const hash = hashOf([readFileSync(path)]);
    const stampPath = join(root, '.venv', `.cloister-stamp-${hash.slice(0, 16)}`);
    if (isStamped(stampPath, hash)) continue;
    say(`pip install (${lock}, with hashes)`);
    const pip = pipFor(interpreter);
    const options = ['--require-hashes', '--only-binary', ':all:', '--disable-pip-version-check'];
    run(pip.command, [...pip.args, 'install', ...options, '-q', '-r', path], {
      cwd: root,
      remedy: 'see the lines above; pip needs its index, or a mirror set in pip.conf.',
    });
    stamp(stampPath, hash);
  }
}
