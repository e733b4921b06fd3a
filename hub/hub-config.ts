/** The hub's configuration: environment variables, parsed once at boot by each of its processes. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const portSchema = z.coerce.number().int().min(0).max(65_535);

const variablesSchema = z.object({
  CLOISTER_WORLD: z.string().min(1),
  CLOISTER_ANALYSES: z.string().min(1).optional(),
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  CLOISTER_API_PORT: portSchema.default(7080),
  CLOISTER_TEMPORAL_UI_URL: z.url().optional(),
  CLOISTER_WORKFLOW_BUNDLE: z.string().min(1).optional(),
});

export interface HubConfig {
  /** Folders. */
  world: string;
  analyses: string;
  state: string;
  /** The database file, and the folder of the exchange. */
  store: string;
  exchange: string;
  tokenKey: string;
  temporal: { address: string; namespace: string };
  apiPort: number;
  temporalUiUrl: string | null;
  /** Prebuilt; null: bundled from source at the start. */
  workflowBundle: string | null;
}

/** @throws ConfigVariableError naming each variable that is missing or wrong. */
export function readHubConfig(env: NodeJS.ProcessEnv = process.env): HubConfig {
  const parsed = variablesSchema.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ConfigVariableError(faults.join('\n'));
  }
  const { data } = parsed;
  const state = join(data.CLOISTER_WORLD, 'state', 'hub');
  return {
    world: data.CLOISTER_WORLD,
    analyses: data.CLOISTER_ANALYSES ?? fileURLToPath(new URL('../analyses', import.meta.url)),
    state,
    store: join(state, 'store.db'),
    exchange: join(state, 'exchange'),
    tokenKey: join(state, 'keys', 'token.key'),
    temporal: { address: data.TEMPORAL_ADDRESS, namespace: data.TEMPORAL_NAMESPACE },
    apiPort: data.CLOISTER_API_PORT,
    temporalUiUrl: data.CLOISTER_TEMPORAL_UI_URL ?? null,
    workflowBundle: data.CLOISTER_WORKFLOW_BUNDLE ?? null,
  };
}

export class ConfigVariableError extends Error {
  override readonly name = 'ConfigVariableError';
}
