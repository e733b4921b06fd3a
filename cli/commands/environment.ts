import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readEnvironment } from '../../contracts/schemas/environment.js';
import { CliError, EXIT } from '../failure.js';
import { onInterrupt } from '../interrupt.js';
import { readSettings } from '../settings.js';
import { createSupervisor, environmentSpecsOf } from '../supervise/world.js';
import { writeOwnKeys } from '../world/keys.js';
import { environmentLayout, type EnvironmentLayout } from '../world/layout.js';

const say = (line: string) => console.error(line);

export function registerEnvironment(program: Command): void {
  const settings = readSettings();
  const environment = program
    .command('environment')
    .description('one environment, on a machine of its own');
  environment
    .command('init <folder>')
    .description('make its keys; prints the public key that the hub has to pin')
    .addHelpText('after', '\nExample:\n  cloister environment init /srv/finland')
    .action((folder: string) => {
      readEnvironment(resolve(folder));
      console.log(writeOwnKeys(environmentLayout(folder)));
    });
  environment
    .command('start <folder>')
    .description('start the gate and the worker of one environment; stays until Ctrl-C')
    .requiredOption('--hub <url>', 'the API of the hub', settings.CLOISTER_API_URL)
    .requiredOption('--temporal <host:port>', "Temporal's frontend", settings.TEMPORAL_ADDRESS)
    .addHelpText(
      'after',
      '\nExample:\n  cloister environment start /srv/finland --hub https://hub.example --temporal temporal.example:7233',
    )
    .action(startEnvironment);
}

async function startEnvironment(
  folder: string,
  { hub, temporal }: { hub: string; temporal: string },
): Promise<void> {
  const { config } = readEnvironment(resolve(folder));
  const environment = environmentLayout(folder);
  if (!URL.canParse(hub)) throw new CliError(`--hub: ${hub} is no URL.`, EXIT.usage);
  checkKeys(environment, config.id);
  const interrupt = onInterrupt();
  const supervisor = await createSupervisor(environment.supervisor, [environment.worker], say);
  try {
    const specs = await environmentSpecsOf(environment, config.id, {
      hub: { api: hub, temporal },
      say,
    });
    for (const spec of specs) supervisor.start(spec);
    console.log(
      `${config.region}.${config.id} is up; logs in ${environment.logs}. Ctrl-C ends it.`,
    );
    await interrupt.asked;
  } finally {
    await supervisor.stop();
  }
}

/** Without them the gate would end at once, again and again. */
function checkKeys({ folder, gateKey, feederKey, gateToken }: EnvironmentLayout, id: string): void {
  if (![gateKey, feederKey].every((path) => existsSync(path))) {
    throw new CliError(`${folder} has no keys yet: cloister environment init ${folder}`);
  }
  if (existsSync(gateToken)) return;
  throw new CliError(
    `${gateToken} is missing. Whoever runs the hub makes it: cloister token --world <world> --role gate --sub ${id}`,
  );
}
