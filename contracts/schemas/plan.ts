import { z } from 'zod';
import { MOST_PLAN_BYTES, type Plan } from '../plan.js';
import { countSchema, idSchema, nameSchema, sha256Schema } from './common.js';

export const planLimitsSchema = z.strictObject({
  batch: z.union([z.int().min(1).max(10_000), z.literal('auto')]),
  pageShards: z.int().min(1).max(500),
});

export const planSchema: z.ZodType<Plan> = z.strictObject({
  version: z.literal(1),
  project: idSchema,
  analysis: z.strictObject({ name: idSchema, version: z.string().max(40), digest: sha256Schema }),
  parameters: z.record(nameSchema, z.unknown()),
  datasets: z
    .array(z.strictObject({ id: idSchema, version: countSchema }))
    .min(1)
    .max(200),
  reference: z.strictObject({ build: z.string().max(40), sha256: sha256Schema }).nullable(),
  limits: planLimitsSchema,
});

/** @throws Error (zod's or JSON's) when the bytes are no plan. */
export function parsePlan(bytes: Uint8Array): Plan {
  if (bytes.byteLength > MOST_PLAN_BYTES) throw new RangeError('the plan exceeds 64 KiB');
  return planSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}
