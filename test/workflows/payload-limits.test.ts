import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fanOutWorkflowId, pageWorkflowId } from '../../contracts/ids.js';
import { retryUpdate, waiveUpdate, type WaiveInput } from '../../contracts/messages.js';
import { parseRanges, shardsOf, toRanges } from '../../contracts/ranges.js';
import {
  MOST_ACTIVITY_PAYLOAD_BYTES,
  MOST_RANGES,
  MOST_RUN_PAYLOAD_BYTES,
} from '../../contracts/wire/index.js';
import { startTemporal } from '../support/temporal.js';
import { ASSOCIATION } from './association.js';
import { bundleWorkflows, until, withRun, type Stage, type Staging } from './harness.js';
import { largest, payloadsOf, type Payload } from './payloads.js';
import { booked, type Script } from './scripted-environment.js';

let staging: Staging;
let server: TestWorkflowEnvironment;

beforeAll(async () => {
  server = await startTemporal();
  staging = { server, bundle: await bundleWorkflows() };
}, 60_000);

afterAll(async () => server.teardown());

const SHARDS = 200_000;
const FAILURES = 5_000;
const LAST = SHARDS - 1;
const WAIVERS = 20;
const SCAN = { step: 'scan', dataset: 'd0' };
const DATASETS = Array.from({ length: 20 }, (_, index) => `d${index}`);

/**
 * Of the last ten thousand every second shard fails the first time, under codes that alternate: as scattered as
 * failures can be.
 */
const SCATTERED: Script = {
  counts: { windows: { windows: SHARDS } },
  runJob: (job) => {
    if (job.step !== 'scan' || job.try > 0) return undefined;
    const odd = shardsOf(job.shards).filter(
      (shard) => shard >= SHARDS - 2 * FAILURES && shard % 2 === 1,
    );
    const codeOf = (shard: number) => (shard % 4 === 1 ? 'job-lost' : 'platform-failed');
    return booked(job, Object.fromEntries(odd.map((shard) => [shard, ['x', codeOf(shard)]])));
  },
};

/** Twenty people waive as many scattered shards as readers can be told of; all the others are run again. */
async function waiveAndRetry({ handle, hub }: Stage): Promise<void> {
  const each = MOST_RANGES / WAIVERS;
  const isWaiting = () => hub.lastStep('scan', 'd0')?.state === 'needs-attention';
  for (let waiver = 0; waiver < WAIVERS; waiver += 1) {
    const odd = Array.from({ length: each }, (_, index) => LAST - 2 * (waiver * each + index));
    const args: [WaiveInput] = [
      { selection: { ...SCAN, ranges: toRanges(odd) }, by: 'grace', reason: 'x'.repeat(200) },
    ];
    await handle.executeUpdate(waiveUpdate, { args });
    const waived = (waiver + 1) * each;
    await until(() => hub.lastStep('scan', 'd0')?.books.waived === waived && isWaiting());
  }
  await handle.executeUpdate(retryUpdate, { args: [{ selection: SCAN, by: 'grace' }] });
}

async function payloadsIn(workflowId: string): Promise<Payload[]> {
  const { events } = await server.client.workflow.getHandle(workflowId).fetchHistory();
  return payloadsOf(events ?? []);
}

describe('payloads', () => {
  it('of 20 datasets, 200,000 shards, scattered failures and 20 waivers keep their limits', async () => {
    const options = {
      steps: ASSOCIATION,
      datasets: DATASETS,
      home: (dataset: string) => (dataset === 'd0' || dataset === 'anywhere' ? dataset : 'many'),
      scripts: { d0: SCATTERED },
      slots: 20,
      limits: { batch: 500 },
    };
    await withRun(staging, options, async (stage) => {
      const { run } = stage;
      await until(() => stage.hub.lastStep('scan', 'd0')?.state === 'needs-attention');
      expect(stage.hub.lastStep('scan', 'd0')?.books.failed).toBe(FAILURES);
      await waiveAndRetry(stage);
      expect((await stage.result()).state).toBe('done');
      const reader = stage.environment('d0').jobs.find((job) => job.step === 'rows');
      expect(parseRanges(reader?.waived['scan'] ?? '')).toHaveLength(MOST_RANGES);

      const fanOut = fanOutWorkflowId({ run, ...SCAN });
      for (const id of [stage.handle.workflowId, fanOut])
        expect(largest(await payloadsIn(id)).bytes).toBeLessThan(MOST_RUN_PAYLOAD_BYTES);
      for (const page of [0, 399]) {
        const found = largest(await payloadsIn(pageWorkflowId({ run, ...SCAN, page })));
        expect(found.bytes).toBeGreaterThan(500);
        expect(found.bytes).toBeLessThan(MOST_ACTIVITY_PAYLOAD_BYTES);
      }
    });
  }, 240_000);
});
