import { z } from 'zod';
import { admitInputSchema } from '../../contracts/schemas/wire.js';
import { admit, type AdmissionDeps, type AdmissionRequest } from '../admissions/admit.js';
import { refuseMalformed } from '../checks/task.js';
import { TamperedError, type Inputs } from '../inputs/inputs.js';
import type { Outcomes } from '../proxy/outcomes.js';
import { Refusal } from '../refusal.js';
import { parseReleaseRequest, release, type ReleaseDeps } from '../releases/release.js';
import type { GateApi } from './server.js';

export interface ApiDeps extends AdmissionDeps, Omit<ReleaseDeps, 'book'> {
  inputs: Inputs;
  outcomes: Outcomes;
  releases: ReleaseDeps['book'];
}

const manifestSchema = z.looseObject({ manifest: z.string() });

/** What the gate decides it also keeps: the task is answered with its word, whatever the worker says. */
export function createGateApi(deps: ApiDeps): GateApi {
  return {
    input: (digest) => readNamed(deps.inputs, digest),
    admission: async (body) => {
      const request = parseAdmission(body);
      const result = await admit(deps, request);
      deps.outcomes.putAdmit(request, result);
      return result;
    },
    release: async (body) => {
      const request = parseReleaseRequest(body);
      const result = await release({ ...deps, book: deps.releases }, request);
      deps.outcomes.putRelease(request, result);
      return result;
    },
  };
}

function parseAdmission(body: unknown): AdmissionRequest {
  const { manifest, ...input } = refuseMalformed(manifestSchema, body);
  return { ...refuseMalformed(admitInputSchema, input), manifest };
}

async function readNamed(inputs: Inputs, digest: string): Promise<string | undefined> {
  if (!inputs.isNamed(digest)) return undefined;
  try {
    return await inputs.file(digest);
  } catch (error) {
    throw error instanceof TamperedError ? new Refusal('input-unavailable') : error;
  }
}
