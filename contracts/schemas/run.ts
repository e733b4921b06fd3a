/** Runs as people ask for them. Unknown keys are refused. */
import { z } from 'zod';
import { parseRanges } from '../ranges.js';
import type { RunRequest, ShardSelection } from '../run.js';
import { MOST_RANGES } from '../wire/index.js';
import { codeSchema, idSchema, rangesSchema } from './common.js';

/** A name that is looked up: a misspelt one is better answered with the nearest names than with a pattern. */
const wantedSchema = z.string().min(1).max(100);

/** The parts of a request, each by itself, so that a fault in one does not hide those in another. */
export const RUN_REQUEST_SHAPE = {
  project: wantedSchema,
  analysis: wantedSchema,
  parameters: z.record(z.string(), z.unknown()).default({}),
  datasets: z.array(wantedSchema).min(1, 'name at least one dataset').max(200),
  limits: z
    .strictObject({
      batch: z.union([z.int().min(1).max(10_000), z.literal('auto')]).optional(),
      pageShards: z.int().min(1).max(500).optional(),
    })
    .optional(),
};

export const runRequestSchema: z.ZodType<RunRequest> = z.strictObject(RUN_REQUEST_SHAPE);

export const shardSelectionSchema: z.ZodType<ShardSelection> = z.strictObject({
  step: idSchema,
  dataset: idSchema,
  ranges: rangesSchema
    .refine(
      (text) => parseRanges(text).length <= MOST_RANGES,
      `at most ${MOST_RANGES} ranges; beyond, select by code`,
    )
    .optional(),
  code: codeSchema.optional(),
});
