/** What the API answers with. Each is held to the types of the contracts, and a test to the real answers. */
import { z } from 'zod';
import { CODES, type Code } from '../../contracts/codes.js';
import { RUN_EVENT_TYPES } from '../../contracts/run.js';
import {
  countSchema,
  idSchema,
  nameSchema,
  rangesSchema,
  runIdSchema,
  sha256Schema,
} from '../../contracts/schemas/common.js';

export const codeEnum = z
  .enum(Object.keys(CODES) as [Code, ...Code[]])
  .meta({ id: 'Code', description: 'One of the closed list of codes' });

const timeSchema = z.iso.datetime();

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: codeEnum,
    errors: z.array(
      z.strictObject({
        code: codeEnum,
        pointer: z.string().meta({ description: 'JSON pointer into the request' }),
        detail: z.string(),
        nearest: z.array(z.string()).meta({ description: 'Names that may have been meant' }),
      }),
    ),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });

export const booksSchema = z
  .strictObject({
    planned: countSchema,
    done: countSchema,
    reused: countSchema,
    waived: countSchema,
    failed: countSchema,
    open: countSchema,
  })
  .meta({ id: 'Books', description: 'planned = done + waived + failed + open, at all times' });

export const runStateSchema = z
  .enum([
    'accepted',
    'running',
    'held',
    'needs-attention',
    'cancelling',
    'done',
    'refused',
    'cancelled',
    'failed',
  ])
  .meta({ id: 'RunState' });

const reasonSchema = z.strictObject({ code: z.string(), sentence: z.string() });
const rejectedSchema = z.strictObject({
  environment: idSchema,
  provider: idSchema.nullable(),
  reasons: z.array(reasonSchema),
});

export const placementSchema = z
  .strictObject({
    dataset: idSchema,
    environment: idSchema,
    region: idSchema,
    taskQueue: z.string(),
    provider: idSchema,
    slots: countSchema,
    reasons: z.array(z.string()),
    rejected: z.array(rejectedSchema),
  })
  .meta({ id: 'Placement' });

export const placementPreviewSchema = z
  .strictObject({
    sentences: z.array(z.string()),
    placements: z.array(placementSchema),
    impossible: z.array(z.strictObject({ dataset: idSchema, rejected: z.array(rejectedSchema) })),
    snapshot: sha256Schema,
  })
  .meta({ id: 'PlacementPreview' });

export const conclusionViewSchema = z
  .strictObject({
    step: idSchema,
    dataset: idSchema,
    name: nameSchema,
    sha256: sha256Schema,
    statement: sha256Schema,
    environment: z.string(),
    rule: z.string(),
    verdict: z.enum(['pass', 'review', 'fail', 'unchecked']),
    bytes: countSchema,
    dropped: z.record(idSchema, countSchema),
    waived: z.record(idSchema, rangesSchema),
    acceptedAt: timeSchema,
    ledgerSequence: countSchema,
  })
  .meta({ id: 'Conclusion' });

const limitsSchema = z.strictObject({
  batch: z.union([z.int(), z.literal('auto')]).optional(),
  pageShards: z.int().optional(),
});

export const runViewSchema = z
  .strictObject({
    id: runIdSchema,
    project: z.string(),
    requester: z.string(),
    request: z.strictObject({
      project: z.string(),
      analysis: z.string(),
      parameters: z.record(z.string(), z.unknown()),
      datasets: z.array(z.string()),
      limits: limitsSchema.optional(),
    }),
    state: runStateSchema,
    analysis: z
      .strictObject({
        name: idSchema,
        version: z.string(),
        digest: sha256Schema,
        title: z.string(),
      })
      .nullable(),
    plan: sha256Schema.nullable(),
    codes: z.array(
      z.strictObject({
        code: codeEnum,
        about: z.string().nullable(),
        dataset: z.string().nullable(),
      }),
    ),
    waitingFor: z.string().nullable(),
    acceptedAt: timeSchema,
    endedAt: timeSchema.nullable(),
    placements: z.array(placementSchema),
    steps: z.array(
      z.strictObject({
        step: idSchema,
        dataset: idSchema,
        environment: z.string(),
        state: z.enum([
          'waiting',
          'running',
          'held',
          'needs-attention',
          'done',
          'failed',
          'cancelled',
        ]),
        books: booksSchema,
        codes: z.record(z.string(), countSchema),
      }),
    ),
    conclusions: z.array(conclusionViewSchema),
  })
  .meta({ id: 'Run' });

export const runListSchema = z
  .strictObject({ runs: z.array(runViewSchema), next: z.string().nullable() })
  .meta({ id: 'RunList', description: '`next` is the cursor of the next page; null on the last' });

export const runEventSchema = z
  .strictObject({
    run: runIdSchema,
    sequence: z.int().min(1),
    at: timeSchema,
    type: z.enum(RUN_EVENT_TYPES),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({
    id: 'RunEvent',
    description: 'The data of one server-sent event; its id is the sequence',
  });
