/** Are the bytes in a job's folder the answer to the question that the plan asks here? */
import type { Verdict } from '../../contracts/conclusion.js';
import type { ByteRange, JobManifest, JobOrder, ManifestShard } from '../../contracts/job.js';
import type { Policy } from '../../contracts/policy.js';
import { sha256 } from '../../contracts/schemas/canonical.js';
import { resultKeyOf } from '../../contracts/schemas/question.js';
import { Refusal } from '../refusal.js';

/** A result may be another run's (it is reused by its key), so what counts is the question and all that is in it. */
export function refuseOtherQuestion(manifest: JobManifest, order: JobOrder, runtime: string): void {
  const isSame =
    manifest.kind === 'op' &&
    manifest.question === order.question &&
    manifest.runtime === runtime &&
    manifest.op === (order.op?.digest ?? null);
  if (!isSame) throw new Refusal('manifest-invalid');
}

export function refuseOtherData(manifest: JobManifest, order: JobOrder, dataset: string): void {
  const { data } = manifest;
  const isSame =
    manifest.dataset === dataset &&
    (data?.digest ?? null) === (order.dataset?.digest ?? null) &&
    (order.cohort === null || data?.cohort === order.cohort);
  if (!isSame) throw new Refusal('manifest-invalid');
}

export function refuseOtherShard(
  shard: ManifestShard | undefined,
  question: string,
): asserts shard is ManifestShard {
  if (shard?.state !== '+' || shard.key !== resultKeyOf(question, null)) {
    throw new Refusal('manifest-invalid');
  }
}

/** @param stated what the feeder authenticated; null: no such file */
export function refuseChangedBytes(
  bytes: Buffer | null,
  stated: { sha256: string; bytes: number } | null,
): void {
  const isSame =
    stated === null || (bytes?.length === stated.bytes && sha256(bytes) === stated.sha256);
  if (!isSame) throw new Refusal('manifest-invalid');
}

/** @returns the range of the bytes */
export function refuseOutsideRange(
  bytes: Buffer | null,
  range: ByteRange | null | undefined,
): Buffer {
  const isInside = bytes !== null && range && range.offset + range.bytes <= bytes.length;
  if (!isInside) throw new Refusal('manifest-invalid');
  return bytes.subarray(range.offset, range.offset + range.bytes);
}

/** Tables alone: files leave open environments as they are. */
export function refuseTooLarge(bytes: Buffer, rule: string, { maxBytes }: Policy): void {
  if (rule !== 'file' && bytes.length > maxBytes) throw new Refusal('table-invalid');
}

/** Where feeder and op were not apart, evidence proves little: people look. */
export function refuseUnparted({ sandbox }: Policy): void {
  if (sandbox.isolation === 'platform') throw new Refusal('in-review');
}

export function refuseFailed(verdict: Verdict): void {
  if (verdict === 'fail') throw new Refusal('release-refused');
}

export function refuseUnreviewed(verdict: Verdict): void {
  if (verdict === 'review') throw new Refusal('in-review');
}
