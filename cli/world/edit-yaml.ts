/** Edits of YAML files that persons wrote: their comments and their order stay. */
import { readFileSync, writeFileSync } from 'node:fs';
import { isMap, isSeq, parseDocument } from 'yaml';
import { CliError } from '../failure.js';

/** Adds an environment to hub.yaml; one that is there already changes nothing. */
export function addEnvironmentToHub(path: string, id: string, region: string): void {
  const document = parseDocument(readFileSync(path, 'utf8'));
  const list = document.get('environments');
  if (!isSeq(list)) throw new CliError(`${path}: environments is no list.`);
  if (list.items.some((item) => isMap(item) && item.get('id') === id)) return;
  const entry = document.createNode({ id, region, gateKey: null }, { flow: true });
  list.add(entry);
  writeFileSync(path, document.toString({ lineWidth: 0 }));
}

/** Lets a policy believe one more gate, by its pin. @returns false when it did already */
export function addBelief(path: string, id: string): boolean {
  const document = parseDocument(readFileSync(path, 'utf8'));
  if (document.hasIn(['believes', id])) return false;
  document.setIn(['believes', id], 'pinned');
  writeFileSync(path, document.toString({ lineWidth: 0 }));
  return true;
}
