/** The `cloister` command. */
import { ApiError, UnreachableError } from '../client/index.js';
import { ConfigError } from '../contracts/schemas/yaml.js';
import { CliError, EXIT } from './failure.js';
import { refusalInWords } from './output/refusal.js';
import { createProgram } from './program.js';

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
