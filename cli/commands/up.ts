import type { Command } from 'commander';
import { resolve } from 'node:path';
import { readEnvironment } from '../../contracts/schemas/environment.js';
import { CliError, EXIT } from '../failure.js';
import { onInterrupt } from '../interrupt.js';
import { readSettings } from '../settings.js';
import { createSupervisor, environmentSpecsOf, startWorld } from '../supervise/world.js';
import { initWorld } from '../world/init.js';
import { environmentLayout } from '../world/layout.js';

const say = (line: string) => console.error(line);

export function registerUp(program: Command): void {
  const settings = readSettings();
  program
    .command('up <world>')
    .description('start a hub and the environments of its world; stays until Ctrl-C')
    .option('--yes', 'answer for custodians who have not been asked yet')
    .addHelpText('after', '\nExample:\n  cloister up worlds/demo')
    .action(async (folder: string, options: { yes?: boolean }) => {
      await initWorld(folder, { isYes: options.yes === true });
      const interrupt = onInterrupt();
      const { supervisor, addresses, environments } = await startWorld({
        world: folder,
        say,
        signal: interrupt.signal,
      });
      console.log(`API and its docs   ${addresses.api}/docs`);
      console.log(`Temporal UI        ${addresses.temporalUi}`);
      console.log(`environments       ${environments.join(', ')}`);
      console.log('Ctrl-C ends all of them.');
      await interrupt.asked;
      say('stopping');
      await supervisor.stop();
    });

  program
    .command('environment')
    .description('one environment, on a machine of its own')
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
