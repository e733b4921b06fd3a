import { z } from 'zod';
import { admitInputSchema } from '../../contracts/schemas/wire.js';
import { admit } from '../admissions/admit.js';
import { refuseMalformed, refuseUnnamed } from '../checks/task.js';
import { parseReleaseRequest, release } from '../releases/release.js';
import type { GateParts } from '../parts.js';
import type { GateApi } from './server.js';

const manifestSchema = z.looseObject({ manifest: z.string() });

/** What the gate decides it also keeps: the task is answered with its word, whatever the worker says. */
export function createGateApi(deps: GateParts): GateApi {
  const { inputs, tasks } = deps;
  return {
    input: async (digest) => (inputs.isNamed(digest) ? inputs.file(digest) : undefined),
    admission: async (body) => {
      const { manifest, ...rest } = refuseMalformed(manifestSchema, body);
      const input = refuseMalformed(admitInputSchema, rest);
      refuseUnnamed(inputs.isNamed(input.plan));
      const result = await admit(deps, { ...input, manifest });
      tasks.decide('admit', input, result);
      return result;
    },
    release: async (body) => {
      const { directory, ...input } = parseReleaseRequest(body);
      const result = await release(deps, { ...input, directory });
      tasks.decide('release', input, result);
      return result;
    },
  };
}
