/** The custodian approves an analysis by its digest, or takes the approval back with `--revoke`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { sha256Schema } from '../../contracts/schemas/common.js';
import { approve, isApproved, revoke } from '../approvals/index.js';
import { gateLayout } from '../config.js';
import { createLedger } from '../ledger/ledger.js';
import { openDatabase } from '../state/database.js';

const USAGE =
  'approve --environment <folder> --digest <sha256> --name <analysis@version> --by <who> [--revoke]';

const optionsSchema = z.object({
  environment: z.string(),
  digest: sha256Schema,
  name: z.string().min(1).max(100),
  by: z.string().min(1).max(100),
  revoke: z.boolean().default(false),
});

function main(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      environment: { type: 'string' },
      digest: { type: 'string' },
      name: { type: 'string' },
      by: { type: 'string' },
      revoke: { type: 'boolean' },
    },
  });
  const options = optionsSchema.safeParse(values);
  if (!options.success) throw new Error(`${USAGE}\n${z.prettifyError(options.error)}`);
  const { environment, revoke: isRevoked, ...approval } = options.data;
  const db = openDatabase(join(gateLayout(environment).state, 'gate.db'));
  const ledger = createLedger(db);
  const isDone = isApproved(ledger, approval.digest) !== isRevoked;
  if (!isDone) (isRevoked ? revoke : approve)(ledger, approval);
  const verb = isRevoked ? 'revoked' : 'approved';
  process.stdout.write(`${approval.name} is ${verb}${isDone ? ' already' : ''}\n`);
  db.close();
}

try {
  main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
