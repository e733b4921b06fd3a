/** The environment worker's configuration: parsed once, at boot. */
import { resolve } from 'node:path';
import { z } from 'zod';

const variablesSchema = z.object({
  CLOISTER_ENVIRONMENT_FOLDER: z.string().min(1),
  TEMPORAL_ADDRESS: z.string().regex(/^[^\s:]+:\d+$/, "write host:port, of the gate's proxy"),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  CLOISTER_GATE_URL: z.url().transform((url) => url.replace(/\/$/, '')),
  CLOISTER_PYTHON: z.string().min(1),
  CLOISTER_RUNTIME: z.string().min(1),
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
});

export interface EnvironmentWorkerConfig {
  folder: string;
  /** The gate's proxy, which the worker takes for Temporal. */
  temporalAddress: string;
  namespace: string;
  /** The gate API. */
  gateUrl: string;
  /** Interpreter of feeder and ops, of the virtual environment. */
  python: string;
  /** Folder of the package `cloister_runtime`. */
  runtime: string;
  /** Where to look for bubblewrap. */
  path: string;
}

/** @throws Error naming every variable that is missing or wrong. */
export function parseEnvironmentConfig(variables: NodeJS.ProcessEnv): EnvironmentWorkerConfig {
  const parsed = variablesSchema.safeParse(variables);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(
      `the environment worker's configuration is not complete:\n${faults.join('\n')}`,
    );
  }
  const { data } = parsed;
  return {
    folder: resolve(data.CLOISTER_ENVIRONMENT_FOLDER),
    temporalAddress: data.TEMPORAL_ADDRESS,
    namespace: data.TEMPORAL_NAMESPACE,
    gateUrl: data.CLOISTER_GATE_URL,
    python: resolve(data.CLOISTER_PYTHON),
    runtime: resolve(data.CLOISTER_RUNTIME),
    path: data.PATH,
  };
}
