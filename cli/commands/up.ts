import type { Command } from 'commander';
import { onInterrupt } from '../interrupt.js';
import { startWorld } from '../supervise/world.js';
import { initWorld } from '../world/init.js';

const say = (line: string) => console.error(line);

export function registerUp(program: Command): void {
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
}
