/** All commands with their options. */
import { Command } from 'commander';
import { registerApprove, registerToken } from './commands/custodian.js';
import { registerDecisions } from './commands/decisions.js';
import { registerDemo } from './commands/demo.js';
import { registerEnvironment } from './commands/environment.js';
import { registerRuns } from './commands/runs.js';
import { registerUp } from './commands/up.js';
import { registerWorld } from './commands/world.js';
import { EXIT_HELP } from './failure.js';

export function createProgram(): Command {
  const program = new Command('cloister')
    .description('One analysis, many walled data environments, only conclusions come out.')
    .showHelpAfterError('(--help shows what is allowed)')
    .configureHelp({ sortSubcommands: false })
    .exitOverride()
    .addHelpText('after', EXIT_HELP);
  registerDemo(program);
  registerWorld(program);
  registerUp(program);
  registerEnvironment(program);
  registerRuns(program);
  registerDecisions(program);
  registerApprove(program);
  registerToken(program);
  return program;
}
