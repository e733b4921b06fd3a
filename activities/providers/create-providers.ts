/** The providers that an `environment.yaml` names. One entry a kind: a new provider is one line here. */
import { join } from 'node:path';
import type { EnvironmentConfig, ProviderConfig } from '../../contracts/world.js';
import { LocalProvider } from './local/local-provider.js';
import type { Provider } from './provider.js';

type Factory = (config: ProviderConfig, folder: string) => Provider;

const KINDS: Record<string, Factory> = {
  local: ({ slots }, folder) => new LocalProvider({ folder, slots }),
};

/**
 * @param folder where providers keep their records, one subfolder each.
 * @throws RangeError for a kind that this version does not have.
 */
export function createProviders(
  { providers }: EnvironmentConfig,
  folder: string,
): Map<string, Provider> {
  return new Map(
    Object.entries(providers).map(([name, config]) => {
      const create = KINDS[config.kind];
      if (!create) {
        const known = Object.keys(KINDS).join(', ');
        throw new RangeError(
          `environment.yaml: providers.${name}.kind: ${config.kind} is not known; use ${known}`,
        );
      }
      return [name, create(config, join(folder, name))];
    }),
  );
}
