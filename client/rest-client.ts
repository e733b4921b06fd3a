import type { DecisionResult } from '../contracts/messages.js';
import type { Offer } from '../contracts/offer.js';
import type { PlacementDecision } from '../contracts/placement.js';
import type {
  ConclusionView,
  RunEvent,
  RunRequest,
  RunState,
  RunView,
  ShardSelection,
} from '../contracts/run.js';
import { Http, type HttpOptions } from './http.js';
import { watchEvents } from './watch-events.js';

export interface AnalysisSummary {
  name: string;
  version: string;
  title: string;
  digest: string;
}

export interface AnalysisView extends AnalysisSummary {
  /** JSON Schema 2020-12. */
  parameterSchema: Record<string, unknown>;
  steps: { id: string; at: 'datasets' | 'anywhere'; concludes: Record<string, string> }[];
}

export interface PhenotypeView {
  name: string;
  title: string;
  type: 'number' | 'binary';
  unit: string | null;
}

export interface DatasetView {
  id: string;
  title: string;
  version: number;
  wall: 'walled' | 'open';
  build: string;
  approximatePeople: number;
  frames: { name: string; title: string }[];
  covariates: PhenotypeView[];
  phenotypeCount: number;
  environments: string[];
}

export interface EnvironmentView {
  id: string;
  region: string;
  state: Offer['state'];
  offer: Offer | null;
}

/** What a decision would be, also in sentences; scientists get the sentences alone. */
export type PlacementPreview = PlacementDecision & { sentences: string[] };

export interface RunListFilter {
  project?: string;
  state?: string;
  analysis?: string;
  limit?: number;
  /** `next` of the page before. */
  after?: string;
}

export interface RunList {
  runs: RunView[];
  next: string | null;
}

export interface WithSignal {
  signal?: AbortSignal | undefined;
}

/** The REST API. Every method throws ApiError with a code, or UnreachableError. */
export class RestClient {
  readonly #http: Http;

  constructor(options: HttpOptions) {
    this.#http = new Http(options);
  }

  async listAnalyses(): Promise<AnalysisSummary[]> {
    const path = '/v1/analyses';
    return (await this.#http.json<{ analyses: AnalysisSummary[] }>({ path })).analyses;
  }

  getAnalysis(name: string): Promise<AnalysisView> {
    return this.#http.json({ path: `/v1/analyses/${encodeURIComponent(name)}` });
  }

  async listDatasets(query = ''): Promise<DatasetView[]> {
    const request = { path: '/v1/datasets', query: { q: query } };
    return (await this.#http.json<{ datasets: DatasetView[] }>(request)).datasets;
  }

  async listPhenotypes(dataset: string, query = ''): Promise<PhenotypeView[]> {
    const path = `/v1/datasets/${encodeURIComponent(dataset)}/phenotypes`;
    const request = { path, query: { q: query } };
    return (await this.#http.json<{ phenotypes: PhenotypeView[] }>(request)).phenotypes;
  }

  async listEnvironments(): Promise<EnvironmentView[]> {
    const path = '/v1/environments';
    return (await this.#http.json<{ environments: EnvironmentView[] }>({ path })).environments;
  }

  previewPlacement(request: RunRequest): Promise<PlacementPreview> {
    const path = '/v1/placements';
    return this.#http.json({ method: 'POST', path, body: request, isRepeatable: true });
  }

  /** @param options.idempotencyKey the same key with the same request is the same run */
  submitRun(request: RunRequest, options: { idempotencyKey: string }): Promise<RunView> {
    const headers = { 'Idempotency-Key': options.idempotencyKey };
    const path = '/v1/runs';
    return this.#http.json({ method: 'POST', path, headers, body: request, isRepeatable: true });
  }

  getRun(id: string, { signal }: WithSignal = {}): Promise<RunView> {
    return this.#http.json({ path: runPath(id), signal });
  }

  listRuns(filter: RunListFilter = {}): Promise<RunList> {
    return this.#http.json({ path: '/v1/runs', query: { ...filter } });
  }

  /** Events in order, without gaps, over broken connections; ends with the run. */
  watchRun(
    id: string,
    options: WithSignal & { after?: number } = {},
  ): AsyncGenerator<RunEvent, void, undefined> {
    return watchEvents(this.#http, { ...options, path: runPath(id) });
  }

  /** Resolves when the run has ended. It does not end by itself while it needs attention. */
  async awaitRun(id: string, { signal }: WithSignal = {}): Promise<RunView> {
    for await (const _event of this.watchRun(id, { signal }));
    return this.getRun(id, { signal });
  }

  cancelRun(
    id: string,
    { reason = null }: { reason?: string | null } = {},
  ): Promise<{ state: RunState }> {
    return this.#http.json({ method: 'POST', path: `${runPath(id)}/cancel`, body: { reason } });
  }

  retryRun(id: string, selection: ShardSelection): Promise<DecisionResult> {
    return this.#http.json({ method: 'POST', path: `${runPath(id)}/retry`, body: selection });
  }

  waiveRun(id: string, waiver: ShardSelection & { reason: string }): Promise<DecisionResult> {
    return this.#http.json({ method: 'POST', path: `${runPath(id)}/waive`, body: waiver });
  }

  async listConclusions(id: string): Promise<ConclusionView[]> {
    const path = `${runPath(id)}/conclusions`;
    return (await this.#http.json<{ conclusions: ConclusionView[] }>({ path })).conclusions;
  }

  /** @param sha256 of a conclusion's bytes or statement */
  async getFile(id: string, sha256: string, options: WithSignal = {}): Promise<Uint8Array> {
    const path = `${runPath(id)}/conclusions/${encodeURIComponent(sha256)}`;
    const response = await this.#http.send({ path, signal: options.signal });
    return new Uint8Array(await response.arrayBuffer());
  }
}

function runPath(id: string): string {
  return `/v1/runs/${encodeURIComponent(id)}`;
}
