/** `npm ci`, unless what npm installed is already what the lock file says. */
import { readOr } from './stamp.mjs';
import { join } from 'node:path';
import { run, say } from './say.mjs';

/** @param {string} root */
export function installNodePackages(root) {
  if (isInstalled(root)) return;
  say('npm ci (packages from package-lock.json)');
  run('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    remedy: 'see the lines above; npm needs its registry, or a mirror set in ~/.npmrc.',
  });
}

/**
 * npm keeps a hidden lock file of what it installed. It agrees with package-lock.json when each of its packages
 * has the same version and hash there, and none but optional ones (of other platforms) is missing.
 * @param {string} root
 */
function isInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  const isMissing = Object.entries(wanted).some(
    ([path, entry]) => path !== '' && !entry.optional && present[path] === undefined,
  );
  const isStale = Object.entries(present).some(
    ([path, { version, integrity }]) =>
      wanted[path]?.version !== version || wanted[path]?.integrity !== integrity,
  );
  return !isMissing && !isStale;
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }> | undefined}
 */
function packagesOf(path) {
  const text = readOr(path);
  return text === '' ? undefined : JSON.parse(text).packages;
}
