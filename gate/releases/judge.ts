/** The verdict on a job's output: its manifest first, then the release rule over what the feeder counted. */
import type { JobManifest } from '../../contracts/job.js';
import type { Policy } from '../../contracts/policy.js';
import { readManifest } from '../../contracts/schemas/job.js';
import type { Admission } from '../admissions/book.js';
import { refuseForgedManifest } from '../checks/admission.js';
import * as checks from '../checks/release.js';
import type { KeptOrder } from '../orders/order-book.js';
import { ruleOf } from '../rules/index.js';
import type { RuleResult } from '../rules/rule.js';
import type { JobFiles } from './job-files.js';

export interface JudgeRequest {
  files: JobFiles;
  feederKey: string;
  kept: KeptOrder;
  dataset: string;
  name: string;
  rule: string;
  admission: Admission;
  policy: Policy;
  leads: ReadonlySet<string> | null;
}

/** @throws Refusal */
export function judge(request: JudgeRequest): RuleResult {
  const { kept, name, policy, leads } = request;
  const rule = ruleOf(request.rule);
  const cohort = request.admission.evidence ?? null;
  const manifest = checkManifest(request);
  const { fansOut } = kept.order;
  const most = fansOut?.list === name ? fansOut.most : null;
  const result = rule({ ...partsOf(manifest, request), policy, most, leads, cohort });
  checks.refuseTooLarge(result.bytes, request.rule, policy);
  const dropped = { ...result.dropped };
  for (const [reason, count] of Object.entries(manifest.leftOut)) {
    if (count > 0) dropped[reason] = (dropped[reason] ?? 0) + count;
  }
  return { ...result, dropped, verdict: verdictHere(result, policy) };
}

/** Review and fail hold behind walls. */
function verdictHere({ verdict }: RuleResult, policy: Policy): RuleResult['verdict'] {
  if (policy.wall === 'open') return verdict === 'pass' ? 'pass' : 'unchecked';
  checks.refuseFailed(verdict);
  checks.refuseUnparted(policy);
  checks.refuseUnreviewed(verdict);
  return verdict;
}

function checkManifest({ files, feederKey, kept, dataset, admission }: JudgeRequest): JobManifest {
  const manifest = readManifest(files.manifest, feederKey);
  refuseForgedManifest(manifest);
  checks.refuseOtherQuestion(manifest, kept.order, admission.runtime);
  checks.refuseOtherData(manifest, kept.order, dataset);
  checks.refuseChangedBytes(files.output, manifest.output);
  checks.refuseChangedBytes(files.evidence, manifest.evidence);
  return manifest;
}

/** A concluding step is plain: one shard, numbered 0. Its only output may be unnamed. */
function partsOf(manifest: JobManifest, { files, name, kept: { order } }: JudgeRequest) {
  const shard = manifest.shards.find(({ shard: number }) => number === 0);
  checks.refuseOtherShard(shard, order.question);
  const isOnly = Object.keys(order.concludes).length === 1;
  const range = shard.outputs[name] ?? (isOnly ? shard.outputs['output'] : undefined);
  const output = manifest.output && files.output;
  const evidence = manifest.evidence && shard.evidence && files.evidence;
  return {
    bytes: checks.refuseOutsideRange(output, range),
    evidence: evidence ? checks.refuseOutsideRange(evidence, shard.evidence) : null,
  };
}
