/**
 * Writes `contracts/fixtures/canonical.json` and `questions.json`, which hold both sides of a wall to the same bytes:
 * `npx tsx scripts/write-question-fixtures.ts`. Tests in `test/contracts` and `runtime/tests` read them.
 */
import { writeFileSync } from 'node:fs';
import { canonicalJson, sha256 } from '../contracts/schemas/canonical.js';
import { datasetDigest, definitionsDigest } from '../contracts/schemas/dataset-digest.js';
import { opDigest } from '../contracts/schemas/bundle.js';
import { questionOf, resultKeyOf } from '../contracts/schemas/question.js';
import {
  BUNDLE,
  CANONICAL_VALUES,
  DEFINITION,
  ITEMS,
  ORDERS,
  RUNTIME,
} from './question-samples.js';

function write(name: string, value: unknown): void {
  const path = new URL(`../contracts/fixtures/${name}`, import.meta.url);
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

write(
  'canonical.json',
  CANONICAL_VALUES.map((value) => ({ value, text: canonicalJson(value) })),
);
write('questions.json', {
  runtime: RUNTIME,
  orders: ORDERS.map((order) => ({ order, question: questionOf(order, RUNTIME) })),
  keys: ITEMS.map((item) => ({ item, key: resultKeyOf(sha256('question'), item) })),
  bundle: {
    files: BUNDLE.files,
    digest: sha256(canonicalJson(BUNDLE.files)),
    op: opDigest(BUNDLE, 'scan'),
  },
  definition: {
    definition: DEFINITION,
    definitions: definitionsDigest(DEFINITION),
    digest: datasetDigest(definitionsDigest(DEFINITION), {
      bed: 'aa',
      bim: 'bb',
      fam: 'cc',
      people: 'dd',
    }),
  },
});
