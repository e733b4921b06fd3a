/** `@cloister/client`: runs over REST. Over Temporal: `@cloister/client/temporal`. */
export { ApiError, UnreachableError, type ApiFault } from './api-error.js';
export type { HttpOptions } from './http.js';
export {
  RestClient,
  type AnalysisSummary,
  type AnalysisView,
  type DatasetView,
  type EnvironmentView,
  type PhenotypeView,
  type PlacementPreview,
  type RunList,
  type RunListFilter,
} from './rest-client.js';
export type { Code } from '../contracts/codes.js';
export { ENDED_STATES } from '../contracts/run.js';
export type {
  ConclusionView,
  RunEvent,
  RunRequest,
  RunState,
  RunView,
  ShardSelection,
  StepView,
} from '../contracts/run.js';
