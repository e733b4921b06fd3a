/** A plan with the analysis that it names: all that a job's order is made of. */
import type { AnalysisManifest, Bundle, Model } from '../../contracts/analysis.js';
import type { Plan } from '../../contracts/plan.js';
import { parseBundle } from '../../contracts/schemas/load-analysis.js';
import { modelOf } from '../../contracts/schemas/manifest.js';
import { parsePlan } from '../../contracts/schemas/plan.js';
import { refuseOtherAnalysis } from '../checks/admission.js';
import type { Inputs } from '../inputs/inputs.js';
import { Refusal } from '../refusal.js';

export interface ResolvedPlan {
  digest: string;
  plan: Plan;
  manifest: AnalysisManifest;
  parameterSchema: Record<string, unknown>;
  bundle: Bundle;
  /** Null for an analysis without a model. */
  model: Model | null;
}

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
      const resolved = cache.get(digest) ?? (await resolvePlan(inputs, digest));
      if (cache.size >= MOST_CACHED) cache.clear();
      cache.set(digest, resolved);
      return resolved;
    },
  };
}

async function resolvePlan(inputs: Inputs, digest: string): Promise<ResolvedPlan> {
  const unavailable = 'plan-unavailable';
  const planBytes = await inputs.bytes(digest, { unavailable, tampered: 'plan-invalid' });
  const plan = parse(() => parsePlan(planBytes));
  const { analysis, reference } = plan;
  if (reference) inputs.name(reference.sha256);
  const bytes = await inputs.bytes(analysis.digest, { unavailable, tampered: 'bundle-tampered' });
  const { manifest, parameterSchema, bundle } = parse(() => parseBundle(bytes, analysis.digest));
  refuseOtherAnalysis(manifest, analysis);
  const model = parse(() => modelOf(manifest, plan.parameters));
  return { digest, plan, manifest, parameterSchema, bundle, model };
}

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw new Refusal('plan-invalid');
  }
}
