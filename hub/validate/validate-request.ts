/** Validation of a request, the same for the API and for a run that was started straight on Temporal. */
import type { Plan } from '../../contracts/plan.js';
import type { RunRequest } from '../../contracts/run.js';
import type { Analysis } from '../../contracts/schemas/load-analysis.js';
import type { Catalog } from '../catalog/catalog.js';
import { nearestNames } from '../catalog/search.js';
import { HubRefusal, leadingCode, type Fault } from '../refusal.js';
import { chooseDatasets } from './datasets.js';
import { findSizeFaults, makePlan } from './make-plan.js';
import { findModelFaults } from './model.js';
import { checkParameters } from './parameters.js';
import { shapeRequest } from './shape.js';

export interface ValidRequest {
  analysis: Analysis;
  plan: Plan;
}

export type Validation =
  { isValid: true; value: ValidRequest } | { isValid: false; faults: Fault[] };

/** Finds all faults at once, each with a JSON pointer into the request. Changes and starts nothing. */
export function validateRequest(catalog: Catalog, body: unknown): Validation {
  const { request, faults } = shapeRequest(body);
  faults.push(...findProjectFaults(catalog, request));
  const analysis = findAnalysis(catalog, request, faults);
  const { chosen, faults: datasetFaults } = chooseDatasets(catalog, request.datasets ?? []);
  faults.push(...datasetFaults);
  if (analysis === undefined) return { isValid: false, faults };
  const checked = checkParameters(analysis, request.parameters ?? {});
  if (request.parameters !== undefined) {
    faults.push(...checked.faults, ...findModelFaults(analysis, checked.parameters, chosen));
  }
  const { project, limits } = request;
  if (faults.length > 0 || project === undefined) return { isValid: false, faults };
  const { parameters } = checked;
  const plan = makePlan({ world: catalog.world, analysis, parameters, chosen, limits, project });
  const sizeFaults = findSizeFaults(plan, analysis);
  if (sizeFaults.length > 0) return { isValid: false, faults: sizeFaults };
  return { isValid: true, value: { analysis, plan } };
}

/** @throws HubRefusal with every fault. */
export function requireValid(catalog: Catalog, body: unknown): ValidRequest {
  const validation = validateRequest(catalog, body);
  if (validation.isValid) return validation.value;
  throw new HubRefusal(leadingCode(validation.faults), validation.faults);
}

function findProjectFaults({ world }: Catalog, { project }: Partial<RunRequest>): Fault[] {
  if (project === undefined || Object.hasOwn(world.projects, project)) return [];
  const nearest = nearestNames(Object.keys(world.projects), project);
  const detail = `there is no project ${project}`;
  return [{ code: 'invalid-request', pointer: '/project', detail, nearest }];
}

function findAnalysis(
  { analyses }: Catalog,
  { analysis: name }: Partial<RunRequest>,
  faults: Fault[],
): Analysis | undefined {
  if (name === undefined) return undefined;
  const analysis = analyses.get(name);
  if (analysis) return analysis;
  const nearest = nearestNames(analyses.keys(), name);
  const detail = `there is no analysis ${name}`;
  faults.push({ code: 'unknown-analysis', pointer: '/analysis', detail, nearest });
  return undefined;
}
