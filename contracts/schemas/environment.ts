import { join } from 'node:path';
import { z } from 'zod';
import type { DatasetDefinition } from '../dataset.js';
import type { Policy } from '../policy.js';
import type { EnvironmentConfig, World } from '../world.js';
import {
  bytesSchema,
  countSchema,
  idSchema,
  nameSchema,
  sha256Schema,
  titleSchema,
} from './common.js';
import { readYaml } from './yaml.js';

const publicKeySchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, 'an Ed25519 public key: 32 bytes in base64url');

export const worldSchema = z.strictObject({
  title: titleSchema,
  projects: z.record(
    idSchema,
    z.strictObject({
      title: titleSchema,
    }),
  ),
  environments: z.array(
    z.strictObject({
      id: idSchema,
      region: idSchema,
      gateKey: publicKeySchema.nullable().default(null),
    }),
  ),
  reference: z
    .strictObject({ build: z.string().max(40), file: z.string(), sha256: sha256Schema })
    .nullable()
    .default(null),
}) as unknown as z.ZodType<World>;

export const environmentSchema = z.strictObject({
  id: idSchema,
  title: titleSchema,
  region: idSchema,
  providers: z.record(
    idSchema,
    z
      .strictObject({
        kind: idSchema,
        slots: z.int().min(1).max(100_000),
        memory: bytesSchema.default(4 * 2 ** 30),
        cpus: z.int().min(1).default(1),
      })
      .transform(({ memory, ...rest }) => ({ ...rest, memoryBytes: memory })),
  ),
  prices: z
    .strictObject({ 'cpu-hour': countSchema })
    .transform((prices) => ({ cpuHour: prices['cpu-hour'] })),
}) as unknown as z.ZodType<EnvironmentConfig>;

const expressionSchema = z.union([z.string().min(1).max(2000), z.number().transform(String)]);

const definitionSchema = z.strictObject({
  title: titleSchema,
  type: z.enum(['number', 'binary']),
  unit: z.string().max(60).nullable().default(null),
  expression: expressionSchema,
});

const datasetSchema = z.strictObject({
  id: idSchema,
  title: titleSchema,
  version: z.int().min(1),
  wall: z.enum(['walled', 'open']),
  residency: z.array(idSchema).min(1),
  build: z.string().max(40),
  strand: z.literal('plus').nullable().default(null),
  plink: z.string().min(1),
  people: z.string().min(1),
  approximatePeople: countSchema,
  baseCohort: z.array(nameSchema),
  phenotypes: z.record(nameSchema, definitionSchema),
  covariates: z.record(nameSchema, definitionSchema),
  frames: z.record(
    nameSchema,
    z.strictObject({ title: titleSchema, expression: expressionSchema }),
  ),
});

export const datasetsSchema = z
  .strictObject({ datasets: z.array(datasetSchema) })
  .refine(
    ({ datasets }) => new Set(datasets.map(({ id }) => id)).size === datasets.length,
    'two datasets have the same id',
  )
  .transform(({ datasets }) => datasets) as unknown as z.ZodType<DatasetDefinition[]>;

const share = z.number().min(0).max(1);

export const policySchema = z
  .strictObject({
    wall: z.enum(['walled', 'open']),
    grants: z.record(idSchema, z.array(idSchema)),
    believes: z.record(idSchema, z.union([publicKeySchema, z.literal('pinned')])).default({}),
    reason: z.string().trim().min(5).max(500).nullable().default(null),
    combines: z.boolean().optional(),
    summaryStatistics: z.enum(['review', 'open']).default('review'),
    minCount: z.int().min(1).default(10),
    minPeople: z.int().min(1).default(50),
    minCases: z.int().min(1).default(10),
    minControls: z.int().min(1).default(10),
    minMAC: z.int().min(1).default(20),
    minCarriers: z.int().min(1).default(10),
    minMAF: share.default(0.001),
    maxParamsFrac: share.default(0.1),
    minResidualDof: z.int().min(1).default(10),
    maxLeverage: share.default(0.5),
    topShare: share.nullable().default(null),
    phenotypeShare: share.default(0.25),
    maxItems: z.int().min(0).default(100),
    maxBytes: bytesSchema.default(16 * 2 ** 20),
    digits: z
      .strictObject({
        estimates: z.int().min(1).max(17),
        pValues: z.int().min(1).max(17),
        frequencies: z.int().min(1).max(17),
      })
      .default({ estimates: 5, pValues: 4, frequencies: 3 }),
    sandbox: z
      .strictObject({
        isolation: z.enum(['op', 'platform']).default('op'),
        floor: z.enum(['bubblewrap', 'unshare', 'none']).default('unshare'),
        providers: z.array(idSchema).default(['local']),
      })
      .default({ isolation: 'op', floor: 'unshare', providers: ['local'] }),
  })
  .refine((policy) => policy.summaryStatistics !== 'open' || policy.reason !== null, {
    path: ['reason'],
    message: 'summaryStatistics: open needs a written reason',
  })
  .transform((policy) => ({
    ...policy,
    combines: policy.combines ?? policy.wall === 'open',
  })) as unknown as z.ZodType<Policy>;

/** The three files that describe an environment. @throws ConfigError naming file, line and field. */
export function readEnvironment(folder: string): {
  config: EnvironmentConfig;
  datasets: DatasetDefinition[];
  policy: Policy;
} {
  return {
    config: readYaml(join(folder, 'environment.yaml'), environmentSchema),
    datasets: readYaml(join(folder, 'datasets.yaml'), datasetsSchema),
    policy: readYaml(join(folder, 'policy.yaml'), policySchema),
  };
}

/** @throws ConfigError naming file, line and field. */
export function readWorld(folder: string): World {
  return readYaml(join(folder, 'hub.yaml'), worldSchema);
}
