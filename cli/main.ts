/** The `cloister` command. */
import { Command } from 'commander';
import { ApiError, UnreachableError } from '../client/index.js';
import { ConfigError } from '../contracts/schemas/yaml.js';
import { registerApprove, registerToken } from './commands/custodian.js';
import { registerDecisions } from './commands/decisions.js';
import { registerDemo } from './commands/demo.js';
import { registerRuns } from './commands/runs.js';
import { registerUp } from './commands/up.js';
import { registerWorld } from './commands/world.js';
import { CliError, EXIT, EXIT_HELP } from './failure.js';
import { refusalInWords } from './output/refusal.js';

function createProgram(): Command {
  const program = new Command('cloister')
    .description('One analysis, many walled data environments, only conclusions come out.')
    .showHelpAfterError('(--help shows what is allowed)')
    .configureHelp({ sortSubcommands: false })
    .exitOverride()
    .addHelpText('after', EXIT_HELP);
  registerDemo(program);
  registerWorld(program);
  registerUp(program);
  registerRuns(program);
  registerDecisions(program);
  registerApprove(program);
  registerToken(program);
  return program;
}

/** @returns the exit code */
function explain(error: unknown): number {
  if (error instanceof CliError) {
    console.error(`cloister: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof ApiError) {
    console.error(refusalInWords(error));
    return EXIT.refused;
  }
  if (error instanceof UnreachableError) {
    console.error(`cloister: ${error.message}`);
    return EXIT.unreachable;
  }
  if (error instanceof ConfigError) {
    console.error(error.message);
    return EXIT.failed;
  }
  // Commander has said what was wrong already; help and version are no errors.
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('commander.')) {
    const { exitCode } = error as Error & { exitCode?: number };
    return exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  console.error(error);
  return EXIT.failed;
}

try {
  await createProgram().parseAsync();
  process.exit(process.exitCode ?? EXIT.ok);
} catch (error) {
  process.exit(explain(error));
}
