/** Schemas of the wire contract (contracts/wire/). Unknown keys are refused. */
import { z } from 'zod';
import type {
  AdmitInput,
  AdmitResult,
  CancelJobInput,
  CloseRunInput,
  CloseRunResult,
  EnvironmentActivity,
  ReleaseInput,
  ReleaseResult,
  RunJobInput,
  RunJobResult,
} from '../wire/index.js';
import {
  codeSchema,
  countSchema,
  idSchema,
  nameSchema,
  rangesSchema,
  runIdSchema,
  sha256Schema,
} from './common.js';

export const conclusionRefSchema = z.strictObject({
  step: idSchema,
  dataset: idSchema,
  name: nameSchema,
  sha256: sha256Schema,
  statement: sha256Schema,
});

const codeNoteSchema = z.strictObject({ code: codeSchema, about: nameSchema.nullable() });
const trySchema = z.int().min(0).max(1_000_000);

export const admitInputSchema = z.strictObject({
  run: runIdSchema,
  dataset: idSchema,
  plan: sha256Schema,
  preview: z.boolean().optional(),
}) as unknown as z.ZodType<AdmitInput>;

export const admitResultSchema: z.ZodType<AdmitResult> = z.strictObject({
  isAdmitted: z.boolean(),
  codes: z.array(codeNoteSchema).max(50),
});

export const runJobInputSchema: z.ZodType<RunJobInput> = z.strictObject({
  run: runIdSchema,
  step: idSchema,
  dataset: idSchema,
  shards: rangesSchema.refine((ranges) => ranges !== '', 'at least one shard'),
  try: trySchema,
  provider: idSchema,
  conclusions: z.array(conclusionRefSchema).max(200),
  waived: z.record(idSchema, rangesSchema),
});

export const runJobResultSchema: z.ZodType<RunJobResult> = z.strictObject({
  states: z
    .string()
    .regex(/^[.+=x]+$/)
    .max(100_000),
  codes: z.record(codeSchema as unknown as z.ZodString, rangesSchema),
  counts: z.record(nameSchema, countSchema),
});

export const cancelJobInputSchema: z.ZodType<CancelJobInput> = z.strictObject({
  run: runIdSchema,
  step: idSchema,
  dataset: idSchema,
  shards: rangesSchema,
  try: trySchema,
});

export const cancelJobResultSchema: z.ZodType<Record<string, never>> = z.strictObject({});

export const releaseInputSchema: z.ZodType<ReleaseInput> = z.strictObject({
  run: runIdSchema,
  step: idSchema,
  dataset: idSchema,
  name: nameSchema,
});

const releasedConclusionSchema = z.strictObject({
  name: nameSchema,
  sha256: sha256Schema,
  statement: sha256Schema,
  bytes: countSchema,
});

export const releaseResultSchema: z.ZodType<ReleaseResult> = z.strictObject({
  conclusions: z.array(releasedConclusionSchema).max(10),
  verdict: z.enum(['pass', 'review', 'fail', 'unchecked']),
  dropped: z.record(idSchema, countSchema),
});

export const closeRunInputSchema: z.ZodType<CloseRunInput> = z.strictObject({ run: runIdSchema });

export const closeRunResultSchema: z.ZodType<CloseRunResult> = z.strictObject({
  usage: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*@[a-z][a-z0-9-]*$/),
    z.strictObject({ cpuSeconds: countSchema, wallSeconds: countSchema }),
  ),
});

/** Input and result of each Activity that an environment serves. */
export const WIRE_SCHEMAS: Record<EnvironmentActivity, { input: z.ZodType; result: z.ZodType }> = {
  admit: { input: admitInputSchema, result: admitResultSchema },
  runJob: { input: runJobInputSchema, result: runJobResultSchema },
  cancelJob: { input: cancelJobInputSchema, result: cancelJobResultSchema },
  release: { input: releaseInputSchema, result: releaseResultSchema },
  closeRun: { input: closeRunInputSchema, result: closeRunResultSchema },
};
