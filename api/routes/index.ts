import type { Route } from '../route.js';
import { analysisRoutes } from './analyses.js';
import { conclusionRoutes } from './conclusions.js';
import { datasetRoutes } from './datasets.js';
import { decisionRoutes } from './decisions.js';
import { environmentRoutes } from './environments.js';
import { eventRoutes } from './events.js';
import { exchangeRoutes } from './exchange.js';
import { healthRoutes } from './health.js';
import { placementRoutes } from './placements.js';
import { runRoutes } from './runs.js';

/** Every route of the API. */
export const ROUTES: readonly Route[] = [
  ...analysisRoutes,
  ...datasetRoutes,
  ...placementRoutes,
  ...runRoutes,
  ...eventRoutes,
  ...conclusionRoutes,
  ...decisionRoutes,
  ...environmentRoutes,
  ...exchangeRoutes,
  ...healthRoutes,
];
