import { z } from 'zod';
import { isCode, type Code } from '../codes.js';
import {
  ID_PATTERN,
  NAME_PATTERN,
  RULE_PATTERN,
  RUN_ID_PATTERN,
  SHA256_PATTERN,
} from '../names.js';
import { isRanges, parseRanges } from '../ranges.js';

/** Shards of one fan-out, far beyond what a run has. */
const MOST_SHARDS = 10_000_000;

export const idSchema = z
  .string()
  .regex(ID_PATTERN, 'use lower-case letters, digits and hyphens, a letter first, at most 40');
export const nameSchema = z
  .string()
  .regex(NAME_PATTERN, 'use letters, digits, _ and -, a letter first, at most 64');
export const runIdSchema = z.string().regex(RUN_ID_PATTERN, 'not a run id');
export const sha256Schema = z
  .string()
  .regex(SHA256_PATTERN, 'not a sha256 in lower-case hexadecimal');
export const ruleSchema = z
  .string()
  .regex(RULE_PATTERN, 'write a release rule with its version, such as variant-statistics@1');
export const rangesSchema = z
  .string()
  .max(4096)
  .refine(isRanges, 'write ascending ranges such as 0-24 or 3,17,40-41')
  // A short text could name more shards than fit into memory.
  .refine(
    (text) => isRanges(text) && (parseRanges(text).at(-1)?.last ?? 0) < MOST_SHARDS,
    'a shard number is too large',
  );
export const countSchema = z.int().min(0);
export const codeSchema = z
  .string()
  .refine(isCode, 'not a code of the closed list') as unknown as z.ZodType<Code>;
export const titleSchema = z.string().trim().min(1).max(200);

const BYTE_UNITS: Record<string, number> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `2GiB` -> bytes. */
export const bytesSchema = z
  .string()
  .regex(/^[1-9]\d{0,8}(B|KiB|MiB|GiB|TiB)$/, 'write a size such as 512MiB or 2GiB')
  .transform((text) => {
    const unit = text.replace(/^\d+/, '');
    return Number(text.slice(0, -unit.length)) * (BYTE_UNITS[unit] ?? 1);
  });
