import type { Command } from 'commander';
import type { Code } from '../../contracts/codes.js';
import { isCode } from '../../contracts/codes.js';
import { isRanges } from '../../contracts/ranges.js';
import type { ShardSelection } from '../../contracts/run.js';
import { CliError, EXIT } from '../failure.js';
import { connect, withHub, type HubOptions } from '../hub.js';

interface SelectionOptions extends HubOptions {
  step: string;
  dataset: string;
  shards?: string;
  code?: string;
}

export function registerDecisions(program: Command): void {
  withHub(program.command('cancel <run>').description('end a run and its jobs'))
    .option('--reason <text>', 'kept with the run')
    .addHelpText(
      'after',
      '\nExample:\n  cloister cancel r... --world worlds/demo --reason "wrong phenotype"',
    )
    .action(async (id: string, options: HubOptions & { reason?: string }) => {
      const { client } = connect(options);
      const result = await client.cancelRun(id, { reason: options.reason ?? null });
      report(result, options, `${id}: ${result.state}`);
    });
  withSelection(program.command('retry <run>').description('do failed or open shards again'))
    .addHelpText(
      'after',
      '\nExample:\n  cloister retry r... --world worlds/demo --step scan --dataset finland --code op-failed',
    )
    .action(async (id: string, options: SelectionOptions) => {
      const result = await connect(options).client.retryRun(id, selectionOf(options));
      report(result, options, `${result.shards} shards are done again`);
    });
  withSelection(program.command('waive <run>').description('go on without failed shards'))
    .requiredOption('--reason <text>', 'stands in the conclusion beside what is missing')
    .addHelpText(
      'after',
      '\nExample:\n  cloister waive r... --world worlds/demo --step scan --dataset finland --shards 3,17 --reason "known bad region"',
    )
    .action(async (id: string, options: SelectionOptions & { reason: string }) => {
      const { reason } = options;
      const result = await connect(options).client.waiveRun(id, {
        ...selectionOf(options),
        reason,
      });
      report(result, options, `${result.shards} shards are waived`);
    });
}

function withSelection(command: Command): Command {
  return withHub(command)
    .requiredOption('--step <id>', 'the step')
    .requiredOption('--dataset <id>', 'the dataset, or anywhere')
    .option('--shards <ranges>', 'such as 0-24 or 3,17; default: all that failed or stay open')
    .option('--code <code>', 'those with this code');
}

function selectionOf({ step, dataset, shards, code }: SelectionOptions): ShardSelection {
  const selection: ShardSelection = { step, dataset };
  if (shards !== undefined) {
    if (!isRanges(shards)) {
      throw new CliError(
        '--shards: write ascending ranges such as 0-24 or 3,17,40-41.',
        EXIT.usage,
      );
    }
    selection.ranges = shards;
  }
  if (code !== undefined) selection.code = codeOf(code);
  return selection;
}

function codeOf(text: string): Code {
  if (isCode(text)) return text;
  throw new CliError(`--code: ${text} is none of the codes in docs/errors.md.`, EXIT.usage);
}

function report(result: unknown, { json }: HubOptions, words: string): void {
  console.log(json === true ? JSON.stringify(result, null, 1) : words);
}
