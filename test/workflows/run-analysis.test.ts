import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RUN_ANALYSIS } from '../../contracts/messages.js';
import type { runAnalysis } from '../../workflows/index.js';
import { startTemporal } from '../support/temporal.js';
import { ASSOCIATION, SCAN_AND_ROWS } from './association.js';
import { bundleWorkflows, until, withRun, type Staging } from './harness.js';
import { refused, type Script } from './scripted-environment.js';

let staging: Staging;
let server: TestWorkflowEnvironment;

beforeAll(async () => {
  server = await startTemporal();
  staging = { server, bundle: await bundleWorkflows() };
}, 60_000);

afterAll(async () => server.teardown());

const DATASETS = ['finland', 'britain', 'tuscany', 'utah'];

describe('a run', { timeout: 60_000 }, () => {
  it('walks the DAG of association over four datasets', async () => {
    await withRun(staging, { steps: ASSOCIATION, datasets: DATASETS }, async (stage) => {
      expect(await stage.result()).toEqual({ state: 'done', codes: [] });
      expect(stage.hub.accepted).toHaveLength(4 + 1 + 4 + 5);
      for (const dataset of DATASETS) {
        expect(stage.hub.states({ run: stage.run, step: 'scan', dataset })).toBe('+++');
        expect(stage.hub.lastStep('refined', dataset)?.state).toBe('done');
        expect(stage.environment(dataset).closed).toHaveLength(1);
      }
      expect(stage.hub.runs.at(-1)).toMatchObject({ state: 'done', waitingFor: null });
    });
  });

  it('tells each step the conclusions made elsewhere, and of a list the list alone', async () => {
    await withRun(staging, { steps: ASSOCIATION, datasets: DATASETS }, async (stage) => {
      await stage.result();
      const read = (environment: string, step: string): string[] =>
        (
          stage.environment(environment).jobs.find((job) => job.step === step)?.conclusions ?? []
        ).map((ref) => `${ref.step}@${ref.dataset}/${ref.name}`);
      expect(read('anywhere', 'combined')).toEqual(DATASETS.map((id) => `rows@${id}/rows`));
      expect(read('finland', 'refine')).toEqual(['leads@anywhere/leads']);
      expect(read('finland', 'refined')).toEqual([]);
      expect(read('anywhere', 'publish')).toHaveLength(8);
    });
  });

  it('of one dataset is as good as one of four', async () => {
    await withRun(staging, { steps: ASSOCIATION }, async (stage) => {
      expect((await stage.result()).state).toBe('done');
    });
  });

  it('whose list is empty has nothing to do for its items, and ends', async () => {
    const scripts = { finland: { counts: { windows: { windows: 0 } } } };
    await withRun(staging, { steps: SCAN_AND_ROWS, scripts }, async (stage) => {
      expect((await stage.result()).state).toBe('done');
      expect(stage.environment('finland').timesSent('scan').size).toBe(0);
      expect(stage.hub.lastStep('scan', 'finland')?.books.planned).toBe(0);
    });
  });

  it('whose list is longer than its step allows fails with that code', async () => {
    const scripts = { anywhere: { counts: { leads: { leads: 10_001 } } } };
    await withRun(staging, { steps: ASSOCIATION, scripts }, async (stage) => {
      const codes = [{ code: 'fan-out-too-large', about: null, dataset: null }];
      expect(await stage.result()).toEqual({ state: 'failed', codes });
      expect(stage.environment('finland').timesSent('refine').size).toBe(0);
    });
  });

  it('whose list is longer than a custodian allows fails with that code: no retry makes it shorter', async () => {
    const refuse = () => {
      throw refused('fan-out-too-large');
    };
    const script: Script = { runJob: ({ step }) => (step === 'scan' ? refuse() : undefined) };
    const scripts = { finland: script };
    await withRun(staging, { steps: SCAN_AND_ROWS, scripts }, async (stage) => {
      const codes = [{ code: 'fan-out-too-large', about: null, dataset: null }];
      expect(await stage.result()).toEqual({ state: 'failed', codes });
    });
  });
});

describe('a control worker that is replaced in the middle', { timeout: 60_000 }, () => {
  it('loses no shard and sends none twice', async () => {
    await withRun(staging, { steps: SCAN_AND_ROWS, limits: { batch: 1 } }, async (stage) => {
      const finland = stage.environment('finland');
      finland.script.runJob = ({ step }) => (step === 'scan' ? finland.hang() : undefined);
      await until(() => finland.timesSent('scan').size === 3);
      await stage.restartControl();
      finland.letGo();
      expect((await stage.result()).state).toBe('done');
      expect([...finland.timesSent('scan')].map(([, times]) => times)).toEqual([1, 1, 1]);
    });
  });
});

describe('a refused run', { timeout: 60_000 }, () => {
  it('names every code with its dataset, and nothing of it ran', async () => {
    const scripts = {
      britain: {
        admit: () => ({
          isAdmitted: false,
          codes: [{ code: 'group-too-small' as const, about: 'IMPUTED' }],
        }),
      },
      tuscany: {
        admit: () => {
          throw refused('analysis-not-approved');
        },
      },
    };
    await withRun(staging, { steps: ASSOCIATION, datasets: DATASETS, scripts }, async (stage) => {
      const codes = [
        { code: 'group-too-small', about: 'IMPUTED', dataset: 'britain' },
        { code: 'analysis-not-approved', about: null, dataset: 'tuscany' },
      ];
      expect(await stage.result()).toEqual({ state: 'refused', codes });
      expect(stage.hub.runs.at(-1)).toMatchObject({ state: 'refused', codes });
      expect(stage.hub.admissions).toHaveLength(5);
      for (const dataset of DATASETS) {
        expect(stage.environment(dataset).jobs).toEqual([]);
        expect(stage.environment(dataset).closed).toHaveLength(1);
      }
    });
  });

  it('is one whose request its plan is refused for', async () => {
    const options = { steps: ASSOCIATION, refuses: 'unknown-phenotype' as const };
    await withRun(staging, options, async (stage) => {
      const codes = [{ code: 'unknown-phenotype', about: null, dataset: null }];
      expect(await stage.result()).toEqual({ state: 'refused', codes });
      expect(stage.environment('finland').admissions).toEqual([]);
    });
  });
});

describe('an engineer in Temporal UI', { timeout: 60_000 }, () => {
  it('finds a run by what it is, and reads the DAG with its books', async () => {
    await withRun(staging, { steps: SCAN_AND_ROWS }, async (stage) => {
      await stage.result();
      const { searchAttributes } = await stage.handle.describe();
      expect(searchAttributes).toMatchObject({
        CloisterProject: ['heart'],
        CloisterAnalysis: ['association'],
        CloisterEnvironments: ['finland', 'anywhere'],
        CloisterState: ['done'],
      });
      const { currentDetails } = await stage.handle.query<{ currentDetails: string }>(
        '__temporal_workflow_metadata',
      );
      expect(currentDetails.split('\n')).toContain(
        '| scan@finland | finland | done | 3 of 3 | 0 | 0 | 0 | 0 |',
      );
    });
  });

  it('reads of an environment that does not answer that the run waits for it', async () => {
    await withRun(staging, { steps: SCAN_AND_ROWS }, async (stage) => {
      const finland = stage.environment('finland');
      finland.script.admit = () => finland.hang();
      const waiting = 'environment finland: the admission of finland';
      await until(() => stage.hub.runs.at(-1)?.waitingFor === waiting);
      finland.letGo();
      expect((await stage.result()).state).toBe('done');
      expect(stage.hub.runs.at(-1)?.waitingFor).toBeNull();
    });
  });
});

describe('a run that is started straight on Temporal', { timeout: 60_000 }, () => {
  it('under an id that is not its own is refused', async () => {
    await withRun(staging, { steps: SCAN_AND_ROWS }, async (stage) => {
      const { taskQueue } = await stage.handle.describe();
      const request = { project: 'heart', analysis: 'association', parameters: {}, datasets: [] };
      const other = server.client.workflow.execute<typeof runAnalysis>(RUN_ANALYSIS, {
        workflowId: 'run/other',
        taskQueue,
        args: [{ run: stage.run, requester: 'ada', request }],
      });
      await expect(other).rejects.toMatchObject({ cause: { type: 'invalid-request' } });
      await stage.result();
    });
  });
});
