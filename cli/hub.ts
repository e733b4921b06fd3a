/** Which hub a command speaks to, and as whom. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { RestClient } from '../client/index.js';
import { CliError, EXIT } from './failure.js';
import { readSettings } from './settings.js';
import { readPorts } from './supervise/ports.js';
import { hubLayout } from './world/layout.js';

export interface HubOptions {
  api?: string;
  world?: string;
  json?: boolean;
}

/** Adds the options that every command has which speaks to a hub. */
export function withHub(command: Command): Command {
  return command
    .option(
      '--api <url>',
      "the hub's API; default: CLOISTER_API_URL, with the token in CLOISTER_TOKEN",
    )
    .option('--world <folder>', 'a world on this machine, as its operator')
    .option('--json', 'print JSON on standard output');
}

export interface Hub {
  client: RestClient;
  url: string;
}

/** @throws CliError when neither an address nor a world is named, or there is no token */
export function connect({ api, world }: HubOptions): Hub {
  return world === undefined ? connectByAddress(api) : connectToWorld(world);
}

function connectByAddress(api: string | undefined): Hub {
  const settings = readSettings();
  const url = api ?? settings.CLOISTER_API_URL;
  if (url === undefined) {
    throw new CliError(
      'which hub? Say --world <folder>, or --api <url> or CLOISTER_API_URL.',
      EXIT.usage,
    );
  }
  const token = settings.CLOISTER_TOKEN;
  if (token === undefined) {
    throw new CliError(
      'CLOISTER_TOKEN holds no token. Whoever runs the hub makes one: cloister token --world <folder>.',
      EXIT.usage,
    );
  }
  return { client: new RestClient({ url, token }), url };
}

function connectToWorld(world: string): Hub {
  const layout = hubLayout(world);
  const port = readPorts(layout.ports)?.['api'];
  if (port === undefined) throw new CliError(`nothing was started yet: cloister up ${world}.`);
  const url = `http://127.0.0.1:${port}`;
  return { client: new RestClient({ url, token: operatorToken(layout.operatorToken) }), url };
}

export function operatorToken(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new CliError(
      `${path} cannot be read: cloister world init makes it, for its owner alone.`,
    );
  }
}
