/** Analyses, datasets and environments as the API shows them. */
import { z } from 'zod';
import { countSchema, idSchema, sha256Schema } from '../../contracts/schemas/common.js';

const definitionSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  type: z.enum(['number', 'binary']),
  unit: z.string().nullable(),
});

export const analysisSummarySchema = z
  .strictObject({ name: idSchema, version: z.string(), title: z.string(), digest: sha256Schema })
  .meta({ id: 'AnalysisSummary' });

export const analysisSchema = z
  .strictObject({
    name: idSchema,
    version: z.string(),
    title: z.string(),
    digest: sha256Schema,
    parameterSchema: z
      .record(z.string(), z.unknown())
      .meta({ description: 'JSON Schema 2020-12 of the parameters' }),
    steps: z.array(
      z.strictObject({
        id: idSchema,
        at: z.enum(['datasets', 'anywhere']),
        concludes: z.record(z.string(), z.string()),
      }),
    ),
  })
  .meta({ id: 'Analysis' });

export const datasetSummarySchema = z
  .strictObject({
    id: idSchema,
    title: z.string(),
    version: countSchema,
    wall: z.enum(['walled', 'open']),
    build: z.string(),
    approximatePeople: countSchema,
    frames: z.array(z.strictObject({ name: z.string(), title: z.string() })),
    covariates: z.array(definitionSchema),
    phenotypeCount: countSchema,
    environments: z
      .array(z.string())
      .meta({ description: 'Homes; empty for scientists, who never see where' }),
  })
  .meta({ id: 'Dataset' });

export const phenotypeSchema = definitionSchema.meta({ id: 'Phenotype' });

export const environmentSchema = z
  .strictObject({
    id: idSchema,
    region: idSchema,
    state: z.enum(['up', 'busy', 'down']),
    offer: z.unknown().meta({
      description: 'What its gate offers, as signed; null when unheard of, and for scientists',
    }),
  })
  .meta({ id: 'Environment' });
