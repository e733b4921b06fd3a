/** The feeder's `manifest.json`, as the worker and the gate read it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { JobManifest } from '../job.js';
import { countSchema, idSchema, nameSchema, rangesSchema, sha256Schema } from './common.js';

const rangeSchema = z.strictObject({ offset: countSchema, bytes: countSchema });
const digestedSchema = z.strictObject({ sha256: sha256Schema, bytes: countSchema });
const sharesSchema = z.array(z.number()).max(50);

export const modelSchema = z.strictObject({
  phenotype: nameSchema,
  covariates: z.array(nameSchema),
  frame: nameSchema,
  transform: z.enum(['none', 'log', 'rank-normal']),
});

const cohortSchema = z.strictObject({
  people: countSchema,
  parameters: countSchema,
  collinear: z.array(nameSchema),
  maxLeverage: z.number(),
  columns: z.array(
    z.strictObject({
      name: nameSchema,
      offMode: countSchema,
      isTwoValued: z.boolean(),
      topShares: sharesSchema,
    }),
  ),
  phenotype: z.strictObject({
    type: z.enum(['number', 'binary']),
    cases: countSchema.nullable(),
    controls: countSchema.nullable(),
    topShares: sharesSchema,
  }),
});

const shardSchema = z.strictObject({
  shard: countSchema,
  key: sha256Schema,
  state: z.enum(['+', 'x']),
  code: z.string().nullable(),
  outputs: z.record(nameSchema, rangeSchema),
  evidence: rangeSchema.nullable(),
});

export const jobManifestSchema: z.ZodType<JobManifest> = z.strictObject({
  version: z.literal(1),
  kind: z.enum(['admit', 'cut', 'op']),
  name: z.string().max(64),
  run: z.string().max(64),
  step: idSchema,
  dataset: idSchema,
  try: countSchema,
  plan: sha256Schema.nullable(),
  analysis: sha256Schema.nullable(),
  op: sha256Schema.nullable(),
  runtime: sha256Schema,
  engine: z.record(z.string(), z.string()),
  question: sha256Schema.nullable(),
  model: modelSchema.nullable(),
  parameters: z.record(z.string(), z.unknown()),
  data: z
    .strictObject({
      dataset: idSchema,
      version: countSchema,
      digest: sha256Schema,
      definitions: sha256Schema,
      reference: sha256Schema.nullable(),
      cohort: sha256Schema.nullable(),
    })
    .nullable(),
  inputs: z.array(z.strictObject({ step: idSchema, question: sha256Schema })),
  conclusions: z.array(sha256Schema),
  waived: z.record(idSchema, rangesSchema),
  shards: z.array(shardSchema),
  output: digestedSchema.nullable(),
  evidence: digestedSchema.nullable(),
  counts: z.record(nameSchema, countSchema),
  leftOut: z.record(idSchema, countSchema),
  cohort: cohortSchema.nullable(),
  usage: z.strictObject({
    wallSeconds: z.number(),
    cpuSeconds: z.number(),
    maxRssBytes: z.number(),
  }),
  refused: z.strictObject({ code: z.string(), about: nameSchema.nullable() }).nullable(),
});

const envelopeSchema = z.strictObject({
  body: z.string(),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * The manifest in `manifest.json`, its form checked and, where a key is given, its authenticity.
 * @param key the feeder's key in hexadecimal; undefined for a reader that cannot hold it.
 * @returns undefined when the text is torn, malformed or not authentic.
 */
export function readManifest(text: string, key?: string): JobManifest | undefined {
  try {
    const { body, mac } = envelopeSchema.parse(JSON.parse(text));
    if (key !== undefined && !isAuthentic({ body, mac }, key)) return undefined;
    return jobManifestSchema.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function isAuthentic({ body, mac }: { body: string; mac: string }, key: string): boolean {
  const expected = createHmac('sha256', Buffer.from(key, 'hex')).update(body, 'utf8').digest();
  return timingSafeEqual(expected, Buffer.from(mac, 'hex'));
}
