/** The runtime made ready, and asked whether the custodian's definitions fit the tables, before anything runs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { DatasetDefinition } from '../../contracts/dataset.js';

const faultsSchema = z.array(
  z.object({ dataset: z.string(), field: z.string(), problem: z.string() }),
);

export interface CheckDefinitions {
  /** With absolute paths. */
  definitions: readonly DatasetDefinition[];
  python: string;
  runtime: string;
}

/** @throws Error naming dataset, field and problem of every fault. */
export async function checkDefinitions({
  definitions,
  python,
  runtime,
}: CheckDefinitions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-check-'));
  try {
    const file = join(folder, 'definitions.json');
    writeFileSync(file, JSON.stringify(definitions));
    const faults = faultsSchema.parse(JSON.parse(await runCheck({ python, runtime }, file)));
    if (faults.length > 0) {
      const lines = faults.map((fault) => `  ${fault.dataset}: ${fault.field}: ${fault.problem}`);
      throw new Error(['datasets.yaml does not fit the data:', ...lines].join('\n'));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compiles the runtime's modules where the folder may be written: feeders and hosts write nothing there, and a job
 * that compiles them for itself takes a second longer.
 */
export function compileRuntime({
  python,
  runtime,
}: Omit<CheckDefinitions, 'definitions'>): Promise<void> {
  return new Promise((resolve) => {
    const args = ['-P', '-s', '-m', 'compileall', '-q', join(runtime, 'cloister_runtime')];
    execFile(python, args, () => resolve());
  });
}

/** @returns what it prints, also where it ends with 1 because of faults. */
function runCheck(
  { python, runtime }: Pick<CheckDefinitions, 'python' | 'runtime'>,
  file: string,
): Promise<string> {
  const environment = { PATH: '/usr/bin:/bin', PYTHONPATH: runtime, PYTHONDONTWRITEBYTECODE: '1' };
  const args = ['-P', '-s', '-m', 'cloister_runtime.check', file];
  return new Promise((resolve, reject) => {
    execFile(python, args, { env: environment }, (error, stdout, stderr) => {
      if (error === null || (error.code === 1 && stdout !== '')) resolve(stdout);
      else reject(new Error(`the check of datasets.yaml did not run: ${stderr || error.message}`));
    });
  });
}
