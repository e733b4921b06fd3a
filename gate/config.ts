/** The gate's configuration: parsed once, at boot. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const portSchema = z.coerce.number().int().min(1).max(65_535);

const variablesSchema = z.object({
  TEMPORAL_ADDRESS: z.string().regex(/^[^\s:]+:\d+$/, 'write host:port'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  CLOISTER_HUB_URL: z.url().transform((url) => url.replace(/\/$/, '')),
  CLOISTER_GATE_PROXY_PORT: portSchema,
  CLOISTER_GATE_API_PORT: portSchema,
});

export interface GateConfig {
  folder: string;
  temporalAddress: string;
  namespace: string;
  hubUrl: string;
  proxyPort: number;
  apiPort: number;
}

/** Where an environment keeps what the gate reads or writes. */
export interface GateLayout {
  folder: string;
  state: string;
  signingKey: string;
  hubToken: string;
  feederKey: string;
  pins: string;
  sandbox: string;
  artifacts: string;
}

export function gateLayout(environmentFolder: string): GateLayout {
  const folder = resolve(environmentFolder);
  const state = join(folder, 'state', 'gate');
  return {
    folder,
    state,
    signingKey: join(state, 'key.pem'),
    hubToken: join(state, 'hub-token'),
    feederKey: join(folder, 'state', 'feeder.key'),
    pins: join(folder, 'state', 'pins.json'),
    sandbox: join(folder, 'state', 'worker', 'sandbox.json'),
    artifacts: join(folder, 'state', 'worker', 'artifacts'),
  };
}

/** @throws Error naming every variable that is missing or wrong. */
export function parseConfig(args: string[], variables: NodeJS.ProcessEnv): GateConfig {
  const { values } = parseArgs({ args, options: { environment: { type: 'string' } } });
  if (values.environment === undefined) throw new Error('name the folder: --environment <folder>');
  const parsed = variablesSchema.safeParse(variables);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`the gate's configuration is not complete:\n${faults.join('\n')}`);
  }
  return {
    folder: values.environment,
    temporalAddress: parsed.data.TEMPORAL_ADDRESS,
    namespace: parsed.data.TEMPORAL_NAMESPACE,
    hubUrl: parsed.data.CLOISTER_HUB_URL,
    proxyPort: parsed.data.CLOISTER_GATE_PROXY_PORT,
    apiPort: parsed.data.CLOISTER_GATE_API_PORT,
  };
}
