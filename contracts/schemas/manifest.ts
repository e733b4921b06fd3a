/** `analysis.yaml`: parsing, and the checks that make it an analysis. */
import { z } from 'zod';
import type { AnalysisManifest, Model, Op, Step, Transform } from '../analysis.js';
import { bytesSchema, idSchema, nameSchema, ruleSchema, titleSchema } from './common.js';
import { findManifestFaults } from './manifest-rules.js';
import { ConfigError, parseYaml } from './yaml.js';

const PARAMETER_PATTERN = /^parameters\.([A-Za-z][A-Za-z0-9_-]{0,63})$/;
const parameterSchema = z
  .string()
  .regex(PARAMETER_PATTERN, 'name a parameter, such as parameters.phenotype')
  .transform((text) => text.replace('parameters.', ''));

const stepSchema = z
  .strictObject({
    id: idSchema,
    cut: z.literal('variants').optional(),
    op: nameSchema.optional(),
    at: z.enum(['datasets', 'anywhere']),
    inputs: z.array(idSchema).default([]),
    'for-each': idSchema.optional(),
    blocks: parameterSchema.optional(),
    concludes: z.record(nameSchema, ruleSchema).default({}),
    'fans-out': z.strictObject({ list: nameSchema, most: z.int().min(1) }).optional(),
  })
  .transform((step): Step => ({
    id: step.id,
    cut: step.cut ?? null,
    op: step.op ?? null,
    at: step.at,
    inputs: step.inputs,
    forEach: step['for-each'] ?? null,
    blocks: step.blocks ?? null,
    concludes: step.concludes,
    fansOut: step['fans-out'] ?? (step.cut === undefined ? null : { list: step.id, most: null }),
  }));

const opSchema = z
  .strictObject({
    reads: z.array(z.enum(['people', 'variants', 'genotypes', 'reference'])).default([]),
    parameters: z.array(nameSchema).default([]),
    technologies: z.array(z.enum(['python', 'spark'])).min(1),
    cpus: z.int().min(1).max(1024).default(1),
    memory: bytesSchema.default(2 ** 30),
    'seconds-per': z.record(nameSchema, z.number().positive()).default({}),
  })
  .transform((op): Op => ({
    reads: op.reads,
    parameters: op.parameters,
    technologies: op.technologies,
    cpus: op.cpus,
    memoryBytes: op.memory,
    secondsPer: op['seconds-per'],
  }));

const manifestSchema = z.strictObject({
  language: z.literal(1),
  name: idSchema,
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'write a version such as 1.0.0'),
  title: titleSchema,
  model: z
    .strictObject({
      phenotype: parameterSchema,
      covariates: parameterSchema,
      frame: parameterSchema,
      transform: parameterSchema,
    })
    .nullable()
    .default(null),
  steps: z.array(stepSchema).min(1).max(100),
  ops: z.record(nameSchema, opSchema),
}) as unknown as z.ZodType<AnalysisManifest>;

/**
 * @param file for messages only.
 * @throws ConfigError naming line and field: syntax, unknown keys, order of steps, the crossing rule.
 */
export function parseManifest(text: string, file = 'analysis.yaml'): AnalysisManifest {
  const manifest = parseYaml(text, file, manifestSchema);
  const faults = findManifestFaults(manifest);
  if (faults.length === 0) return manifest;
  throw new ConfigError(
    faults.map(({ step, problem }) => ({
      file,
      line: lineOfStep(text, step),
      field: `steps.${step}`,
      problem,
    })),
  );
}

function lineOfStep(text: string, step: string): number | null {
  const index = text.split('\n').findIndex((line) => new RegExp(`\\bid:\\s*${step}\\b`).test(line));
  return index < 0 ? null : index + 1;
}

/**
 * The model that a run's parameters name; null for an analysis without one.
 * @throws TypeError when a parameter is not of its kind: validate against the parameter schema first.
 */
export function modelOf(
  manifest: AnalysisManifest,
  parameters: Record<string, unknown>,
): Model | null {
  if (manifest.model === null) return null;
  const { phenotype, covariates, frame, transform } = manifest.model;
  return {
    phenotype: nameSchema.parse(parameters[phenotype]),
    covariates: z.array(nameSchema).parse(parameters[covariates]),
    frame: nameSchema.parse(parameters[frame]),
    transform: z
      .enum(['none', 'log', 'rank-normal'])
      .parse(parameters[transform]) satisfies Transform,
  };
}
