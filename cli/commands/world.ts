import { Option, type Command } from 'commander';
import { addDataset } from '../world/add.js';
import { initWorld } from '../world/init.js';

export function registerWorld(program: Command): void {
  const world = program
    .command('world')
    .description('a folder that describes a hub and environments');
  world
    .command('init <folder>')
    .description(
      'make keys and tokens, pin the gates, ask the custodians for approval; nothing twice',
    )
    .option('--yes', 'answer for the custodians: only for a world that is all your own')
    .addHelpText('after', '\nExample:\n  cloister world init worlds/demo --yes')
    .action(async (folder: string, options: { yes?: boolean }) => {
      const { environments, approved } = await initWorld(folder, { isYes: options.yes === true });
      console.log(
        `keys, tokens and pins are in state/ (environments here: ${environments.join(', ')})`,
      );
      for (const line of approved) console.log(`approved: ${line}`);
      console.log(`next: cloister up ${folder}`);
    });
  world
    .command('add <dataset>')
    .description('add your own genotypes and table of people as a dataset')
    .requiredOption('--plink <prefix>', 'PLINK 1 files: <prefix>.bed, .bim and .fam')
    .requiredOption(
      '--people <table>',
      'tab-separated, with a header; the first column is the id in .fam',
    )
    .option('--world <folder>', 'the world', '.')
    .option('--environment <id>', 'a new environment that holds it; default: the id of the dataset')
    .addOption(
      new Option('--wall <wall>', 'what leaves: conclusions only, or files too')
        .choices(['walled', 'open'])
        .default('walled'),
    )
    .option('--region <id>', 'jurisdiction of the environment', 'here')
    .option('--project <id>', 'project that may ask about it; default: the first one of hub.yaml')
    .option('--build <name>', 'genome build; default: that of the reference in hub.yaml')
    .option('--reason <text>', 'why released statistics need no review; asked for when left out')
    .option('--yes', 'take the proposed types of the columns as they are')
    .addHelpText(
      'after',
      `
Example:
  cloister world add lund --world worlds/demo --plink data/lund --people data/lund.tsv \\
    --region se --reason "consented to open summary statistics" --yes`,
    )
    .action(addDataset);
}
