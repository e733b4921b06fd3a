/** The verdict on a job's output: its manifest first, then the release rule over what the feeder counted. */
import type { JobManifest } from '../../contracts/job.js';
import type { Policy } from '../../contracts/policy.js';
import { readManifest } from '../../contracts/schemas/job.js';
import { refuseForgedManifest } from '../checks/admission.js';
import {
  refuseChangedBytes,
  refuseOtherData,
  refuseOtherQuestion,
  refuseOtherShard,
} from '../checks/release.js';
import type { KeptOrder } from '../orders/order-book.js';
import { Refusal } from '../refusal.js';
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
  runtime: string;
  policy: Policy;
  leads: ReadonlySet<string> | null;
}

/** @throws Refusal */
export function judge(request: JudgeRequest): RuleResult {
  const { files, kept, name, policy, leads } = request;
  const rule = ruleOf(request.rule);
  const manifest = checkManifest(request);
  const { output, evidence } = partsOf(manifest, files, { name, kept });
  const { fansOut } = kept.order;
  const most = fansOut?.list === name ? fansOut.most : null;
  const result = rule({ bytes: output, evidence, policy, most, leads });
  const dropped = { ...result.dropped };
  for (const [reason, count] of Object.entries(manifest.leftOut)) {
    if (count > 0) dropped[reason] = (dropped[reason] ?? 0) + count;
  }
  return { ...result, dropped, verdict: verdictHere(result, policy) };
}

/** Review and fail hold behind walls. */
function verdictHere({ verdict }: RuleResult, { wall }: Policy): RuleResult['verdict'] {
  if (wall === 'open' && verdict !== 'pass') return 'unchecked';
  if (verdict === 'fail') throw new Refusal('release-refused');
  if (verdict === 'review') throw new Refusal('in-review');
  return verdict;
}

function checkManifest({ files, feederKey, kept, dataset, runtime }: JudgeRequest): JobManifest {
  const manifest = readManifest(files.manifest, feederKey);
  refuseForgedManifest(manifest);
  refuseOtherQuestion(manifest, kept.order, runtime);
  refuseOtherData(manifest, kept.order, dataset);
  refuseChangedBytes(files.output, manifest.output);
  refuseChangedBytes(files.evidence, manifest.evidence);
  return manifest;
}

/** A concluding step is plain: one shard, numbered 0. Its only output may be unnamed. */
function partsOf(
  manifest: JobManifest,
  files: JobFiles,
  { name, kept }: { name: string; kept: KeptOrder },
): { output: Buffer; evidence: Buffer | null } {
  const shard = manifest.shards.find(({ shard: number }) => number === 0);
  refuseOtherShard(shard, kept.order.question);
  const isOnly = Object.keys(kept.order.concludes).length === 1;
  const range = shard.outputs[name] ?? (isOnly ? shard.outputs['output'] : undefined);
  if (manifest.output === null || range === undefined) throw new Refusal('manifest-invalid');
  const hasEvidence = manifest.evidence !== null && shard.evidence !== null;
  return {
    output: sliceOf(files.output, range),
    evidence: hasEvidence && files.evidence ? sliceOf(files.evidence, shard.evidence) : null,
  };
}

function sliceOf(bytes: Buffer, range: { offset: number; bytes: number } | null): Buffer {
  const { offset, bytes: length } = range ?? { offset: 0, bytes: 0 };
  if (offset + length > bytes.length) throw new Refusal('manifest-invalid');
  return bytes.subarray(offset, offset + length);
}
