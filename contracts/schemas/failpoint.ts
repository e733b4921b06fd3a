/**
 * Failpoints: places where a test may kill a process with SIGKILL, to prove that nothing is lost there. A process
 * dies at a failpoint once, if `CLOISTER_FAILPOINTS` names a folder that holds a file of the failpoint's name;
 * the file is renamed first. Without the variable a failpoint costs one comparison.
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env['CLOISTER_FAILPOINTS'];

export function failpoint(name: string): void {
  if (folder === undefined) return;
  try {
    renameSync(join(folder, name), join(folder, `${name}.${process.pid}.fired`));
  } catch {
    return;
  }
  process.kill(process.pid, 'SIGKILL');
}
