/** Temporal's log through the process' own. */
import type { LogLevel, LogMetadata, Logger } from '@temporalio/worker';
import type { Logger as Pino } from 'pino';

const LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const;

export function createTemporalLogger(log: Pino): Logger {
  const write = (level: LogLevel, message: string, meta?: LogMetadata): void => {
    log[LEVELS[level]](plain(meta), message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}

/** Errors are told by pino under `err`; symbols and big integers are no JSON. */
function plain(meta: LogMetadata = {}): Record<string, unknown> {
  const entries = Object.entries(meta).map(([key, value]) => {
    const plainValue: unknown = typeof value === 'bigint' ? value.toString() : value;
    return [key === 'error' ? 'err' : key, plainValue];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}
