/** The command's environment variables, read once. */
import { z } from 'zod';
import { ANALYSES } from './root.js';

const settingsSchema = z.object({
  CLOISTER_API_URL: z.url().optional(),
  CLOISTER_TOKEN: z.string().min(1).optional(),
  TEMPORAL_ADDRESS: z.string().min(1).optional(),
  CLOISTER_ANALYSES: z.string().min(1).default(ANALYSES),
});

const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'CLOISTER_FAILPOINTS'];

export type Settings = z.infer<typeof settingsSchema>;

/** @throws ZodError naming the variable that is wrong */
export function readSettings(): Settings {
  return settingsSchema.parse(process.env);
}

/** The caller's tokens and settings stay with the caller: a child process gets these, and what it needs by name. */
export function baseEnv(): Record<string, string> {
  const pairs = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}
