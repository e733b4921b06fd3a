import { readdirSync, readFileSync } from 'node:fs';

/** Pids of processes that were told of this folder, by argument or environment. */
export function processesOf(folder: string): string[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.filter((pid) => {
    if (Number(pid) === process.pid) return false;
    try {
      const texts = ['cmdline', 'environ'].map((file) =>
        readFileSync(`/proc/${pid}/${file}`, 'latin1'),
      );
      return texts.some((text) => text.includes(folder));
    } catch {
      return false;
    }
  });
}
