/** What a run published, written into a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RestClient } from '../../client/index.js';
import type { RunView } from '../../contracts/run.js';

/** Endings of what `association` publishes; conclusions of datasets are tables. */
const ENDINGS: Record<string, string> = {
  'association-meta': 'yaml',
  manhattan: 'json',
  qq: 'json',
};

export interface SavedFile {
  name: string;
  path: string;
  bytes: Uint8Array;
}

/**
 * The files of the last step that published any; of a run without such a step, the conclusions of its datasets.
 * The client checks each against its digest.
 */
export async function saveResults(
  client: RestClient,
  run: RunView,
  folder: string,
): Promise<SavedFile[]> {
  const files = run.conclusions.filter(({ rule }) => rule === 'file');
  const isPublished = files.length > 0;
  mkdirSync(folder, { recursive: true });
  const saved: SavedFile[] = [];
  for (const { name, dataset, step, sha256 } of isPublished ? files : run.conclusions) {
    const stem = isPublished ? name : `${step}-${name}-${dataset}`;
    const path = join(folder, `${stem}.${ENDINGS[name] ?? 'tsv'}`);
    const bytes = await client.getFile(run.id, sha256);
    writeFileSync(path, bytes);
    saved.push({ name, path, bytes });
  }
  return saved;
}
