/** Cursors of lists: opaque to callers, and never trusted when they come back. */
import { z } from 'zod';
import { runIdSchema } from '../contracts/schemas/common.js';
import { ApiProblem } from './problem.js';

const cursorSchema = z.tuple([z.iso.datetime(), runIdSchema]);

export interface RunCursor {
  acceptedAt: string;
  run: string;
}

export function formatCursor({ acceptedAt, run }: RunCursor): string {
  return Buffer.from(JSON.stringify([acceptedAt, run])).toString('base64url');
}

export function parseCursor(text: string): RunCursor {
  try {
    const [acceptedAt, run] = cursorSchema.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    );
    return { acceptedAt, run };
  } catch {
    const detail = 'the cursor is not one that this API gave';
    throw new ApiProblem('invalid-request', {
      faults: [{ code: 'invalid-request', pointer: '/after', detail, nearest: [] }],
    });
  }
}
