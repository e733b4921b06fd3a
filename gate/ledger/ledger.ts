/**
 * Append-only record of decisions: a hash chain for each dataset and one for the environment. An entry is canonical
 * JSON that holds the hash of the one before it, so whatever is removed, changed or reordered shows.
 */
import { randomBytes } from 'node:crypto';
import { canonicalJson, sha256 } from '../../contracts/schemas/canonical.js';
import { atomically, type Db } from '../state/database.js';

export const ENVIRONMENT_CHAIN = 'environment';
const GENESIS = '0'.repeat(64);

export type EntryKind =
  | 'gate-started'
  | 'approved'
  | 'revoked'
  | 'admitted'
  | 'admission-refused'
  | 'task-refused'
  | 'released'
  | 'release-refused'
  | 'release-waits';

export interface LedgerEvent {
  kind: EntryKind;
  /** What it is about: an analysis digest, a run. */
  subject: string;
  /** Names, digests, codes and counts. No data values. */
  data: Record<string, unknown>;
}

export interface LedgerEntry extends LedgerEvent {
  chain: string;
  sequence: number;
  at: string;
  previous: string;
  salt: string;
}

type Row = Pick<LedgerEntry, 'chain' | 'sequence' | 'kind' | 'subject'> & {
  entry: string;
  hash: string;
};

export type Ledger = ReturnType<typeof createLedger>;

export function createLedger(db: Db, now: () => Date = () => new Date()) {
  db.exec(`CREATE TABLE IF NOT EXISTS ledger (chain TEXT NOT NULL, sequence INTEGER NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL, entry TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (chain, sequence))`);
  db.exec('CREATE INDEX IF NOT EXISTS ledger_subject ON ledger (chain, subject, kind, sequence)');
  const select = (what: string) => db.prepare(`SELECT * FROM ledger WHERE chain = ? ${what}`);
  const insert = db.prepare('INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)');
  const last = select('ORDER BY sequence DESC LIMIT 1');
  const whole = select('ORDER BY sequence');
  const about = select('AND subject = ? AND kind IN (?, ?) ORDER BY sequence DESC LIMIT 1');
  const entriesOf = (rows: unknown[]) =>
    (rows as Row[]).map(({ entry }) => JSON.parse(entry) as LedgerEntry);

  return {
    /** Part of the caller's transaction, if one is open. @returns where the entry stands */
    append: (chain: string, { kind, subject, data }: LedgerEvent) =>
      atomically(db, () => {
        const head = last.get(chain) as Row | undefined;
        const sequence = (head?.sequence ?? 0) + 1;
        const place = { chain, sequence, at: now().toISOString(), previous: head?.hash ?? GENESIS };
        // Heads leave: unsalted, whoever guesses an entry's content finds it by its hash.
        const salt = randomBytes(16).toString('hex');
        const entry = canonicalJson({ ...place, kind, subject, data, salt } satisfies LedgerEntry);
        const hash = sha256(entry);
        insert.run(chain, sequence, kind, subject, entry, hash);
        return { sequence, head: hash };
      }),
    /** The newest entry about a subject of one of two kinds. */
    latest: (chain: string, subject: string, [kind, other]: readonly [EntryKind, EntryKind]) =>
      entriesOf(about.all(chain, subject, kind, other))[0],
    entries: (chain: string) => entriesOf(whole.all(chain)),
    /** @returns the first fault of each broken chain, in words; empty when all hold */
    verify: () => {
      const chains = db.prepare('SELECT DISTINCT chain FROM ledger ORDER BY chain').all();
      return (chains as Row[]).flatMap(({ chain }) => faultOf(whole.all(chain) as Row[]));
    },
  };
}

function faultOf(rows: Row[]): string[] {
  let previous = GENESIS;
  for (const [index, row] of rows.entries()) {
    const place = `${row.chain} ${index + 1}`;
    if (row.sequence !== index + 1) return [`${place}: an entry is missing`];
    if (sha256(row.entry) !== row.hash) return [`${place}: the entry was changed`];
    const entry = JSON.parse(row.entry) as LedgerEntry;
    if (entry.previous !== previous) return [`${place}: the entry does not follow its predecessor`];
    const columns = ['chain', 'sequence', 'kind', 'subject'] as const;
    if (columns.some((column) => entry[column] !== row[column])) {
      return [`${place}: the columns are not the entry's`];
    }
    previous = row.hash;
  }
  return [];
}
