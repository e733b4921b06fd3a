import { parseConfig } from './config.js';
import { startGate } from './gate.js';
import { log } from './log.js';

/** One gate, for one environment: `--environment <folder>`. */
async function main(): Promise<void> {
  const gate = await startGate(parseConfig(process.argv.slice(2), process.env));
  log.info({ proxy: gate.proxyPort, api: gate.apiPort }, 'the gate is up');
  const stop = () => {
    gate.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
