/** A job's folder, read once: what is judged is what leaves, whatever happens to the files meanwhile. */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../refusal.js';

export interface JobFiles {
  manifest: string;
  output: Buffer;
  /** Null: the job wrote none. */
  evidence: Buffer | null;
}

/** The names that launches have; so a name is no path. */
const JOB_NAME = /^cl-[a-z2-7]{40}$/;
/** What one Buffer holds safely. */
const MOST_FILE_BYTES = 2 * 2 ** 30 - 1;
const MOST_MANIFEST_BYTES = 64 * 2 ** 20;

/** @throws Refusal `manifest-invalid` for a folder that is not a job's, or lacks its files */
export function readJobFiles(artifacts: string, directory: string): JobFiles {
  const folder = join(artifacts, directory);
  const isJob = JOB_NAME.test(directory) && dirname(realPath(folder)) === realPath(artifacts);
  if (!isJob) throw new Refusal('manifest-invalid');
  const manifest = readFile(join(folder, 'manifest.json'), MOST_MANIFEST_BYTES);
  const output = readFile(join(folder, 'output.bin'), MOST_FILE_BYTES);
  if (!manifest || !output) throw new Refusal('manifest-invalid');
  const evidence = readFile(join(folder, 'evidence.tsv'), MOST_FILE_BYTES);
  return { manifest: manifest.toString('utf8'), output, evidence };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw new Refusal('manifest-invalid');
  }
}

/** No links: the worker writes here, and must not have the gate read what the worker cannot. */
function readFile(path: string, most: number): Buffer | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Refusal('manifest-invalid');
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > most) throw new Refusal('manifest-invalid');
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
