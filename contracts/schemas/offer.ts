import { z } from 'zod';
import type { SignedOffer } from '../offer.js';
import { countSchema, idSchema, nameSchema, sha256Schema, titleSchema } from './common.js';

const describedSchema = z.strictObject({
  title: titleSchema,
  type: z.enum(['number', 'binary']),
  unit: z.string().max(60).nullable(),
});

const datasetSchema = z.strictObject({
  id: idSchema,
  title: titleSchema,
  version: countSchema,
  wall: z.enum(['walled', 'open']),
  residency: z.array(idSchema),
  build: z.string().max(40),
  approximatePeople: countSchema,
  phenotypes: z.record(nameSchema, describedSchema),
  covariates: z.record(nameSchema, describedSchema),
  frames: z.record(nameSchema, z.strictObject({ title: titleSchema })),
});

const offerSchema = z.strictObject({
  version: z.literal(1),
  environment: idSchema,
  region: idSchema,
  title: titleSchema,
  at: z.iso.datetime(),
  state: z.enum(['up', 'busy', 'down']),
  wall: z.enum(['walled', 'open']),
  combines: z.boolean(),
  reason: z.string().max(500).nullable(),
  summaryStatistics: z.enum(['review', 'open']),
  approvals: z.array(sha256Schema),
  grants: z.record(idSchema, z.array(idSchema)),
  believes: z.array(idSchema),
  isolation: z.enum(['op', 'platform']),
  sandbox: z.string().max(40),
  providers: z.array(
    z.strictObject({
      id: idSchema,
      kind: idSchema,
      technologies: z.array(z.string().max(40)),
      slots: countSchema,
      cpus: countSchema,
      memoryBytes: countSchema,
    }),
  ),
  prices: z.strictObject({ cpuHour: countSchema }),
  datasets: z.array(datasetSchema),
});

export const signedOfferSchema: z.ZodType<SignedOffer> = z.strictObject({
  offer: offerSchema,
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
