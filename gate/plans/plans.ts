/** A plan with the analysis that it names: all that a job's order is made of. */
import type { AnalysisManifest, Bundle, Model } from '../../contracts/analysis.js';
import type { Plan } from '../../contracts/plan.js';
import { parseBundle } from '../../contracts/schemas/load-analysis.js';
import { modelOf } from '../../contracts/schemas/manifest.js';
import { parsePlan } from '../../contracts/schemas/plan.js';
import { TamperedError, type Inputs } from '../inputs/inputs.js';
import { Refusal } from '../refusal.js';

export interface ResolvedPlan {
  digest: string;
  plan: Plan;
  manifest: AnalysisManifest;
  bundle: Bundle;
  /** Null for an analysis without a model. */
  model: Model | null;
}

export type Plans = ReturnType<typeof createPlans>;

/** Plans kept in memory: digests name them, so they never go stale. */
const MOST_CACHED = 50;

export function createPlans(inputs: Inputs) {
  const cache = new Map<string, ResolvedPlan>();
  return {
    /**
     * Fetches plan and bundle, checks their digests and forms, and names what the worker needs of them.
     * @throws Refusal `plan-unavailable` (retryable), `plan-invalid`, `bundle-tampered`
     */
    resolve: async (digest: string): Promise<ResolvedPlan> => {
      const cached = cache.get(digest);
      if (cached) return cached;
      const resolved = await resolvePlan(inputs, digest);
      const [oldest] = cache.keys();
      if (cache.size >= MOST_CACHED && oldest !== undefined) cache.delete(oldest);
      cache.set(digest, resolved);
      return resolved;
    },
  };
}

async function resolvePlan(inputs: Inputs, digest: string): Promise<ResolvedPlan> {
  inputs.name([digest]);
  const plan = parse(await read(inputs, digest, 'plan-invalid'), parsePlan);
  const { analysis, reference } = plan;
  inputs.name([analysis.digest, ...(reference ? [reference.sha256] : [])]);
  const bytes = await read(inputs, analysis.digest, 'bundle-tampered');
  const { manifest, bundle } = parse(bytes, (text) => parseBundle(text, analysis.digest));
  if (manifest.name !== analysis.name || manifest.version !== analysis.version) {
    throw new Refusal('plan-invalid');
  }
  return {
    digest,
    plan,
    manifest,
    bundle,
    model: parse(plan.parameters, (p) => modelOf(manifest, p)),
  };
}

async function read(
  inputs: Inputs,
  digest: string,
  tampered: 'plan-invalid' | 'bundle-tampered',
): Promise<Buffer> {
  try {
    return await inputs.bytes(digest);
  } catch (error) {
    throw new Refusal(error instanceof TamperedError ? tampered : 'plan-unavailable');
  }
}

function parse<T, R>(value: T, read: (value: T) => R): R {
  try {
    return read(value);
  } catch {
    throw new Refusal('plan-invalid');
  }
}
