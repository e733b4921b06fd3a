import { z } from 'zod';
import type { SignedStatement } from '../conclusion.js';
import {
  countSchema,
  idSchema,
  nameSchema,
  rangesSchema,
  ruleSchema,
  runIdSchema,
  sha256Schema,
} from './common.js';

const statementSchema = z.strictObject({
  version: z.literal(1),
  environment: idSchema,
  run: runIdSchema,
  step: idSchema,
  dataset: idSchema,
  name: nameSchema,
  sha256: sha256Schema,
  bytes: countSchema,
  analysis: sha256Schema,
  plan: sha256Schema,
  datasets: z.array(z.strictObject({ id: idSchema, version: countSchema })).max(200),
  rule: ruleSchema,
  policy: sha256Schema,
  verdict: z.enum(['pass', 'review', 'fail', 'unchecked']),
  dropped: z.record(idSchema, countSchema),
  waived: z.record(idSchema, rangesSchema),
  isolation: z.enum(['op', 'platform']),
  ledger: z.strictObject({ sequence: countSchema, head: sha256Schema }),
});

export const signedStatementSchema: z.ZodType<SignedStatement> = z.strictObject({
  statement: statementSchema,
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
