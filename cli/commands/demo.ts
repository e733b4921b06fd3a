import { join } from 'node:path';
import type { Command } from 'commander';
import { demo } from '../demo/demo.js';
import { ROOT } from '../root.js';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('start the demo world, run a real association over four datasets, show the result')
    .option('--once', 'stop everything when the run has ended; so without a terminal')
    .option('--world <folder>', 'the demo world, or a copy of it', join(ROOT, 'worlds', 'demo'))
    .addHelpText('after', '\nExample:\n  cloister demo --once')
    .action(async ({ once, world }: { once?: boolean; world: string }) => {
      const isOnce = once === true || !process.stdout.isTTY;
      process.exitCode = await demo({ world, isOnce });
    });
}
