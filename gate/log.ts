import { pino } from 'pino';

/** The gate's own log, inside: names and codes, no values. */
export const log = pino({ name: 'gate' });
