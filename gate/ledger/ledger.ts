/**
 * Append-only record of decisions: a hash chain for each dataset and one for the environment. An entry is canonical
 * JSON that holds the hash of the one before it, so whatever is removed, changed or reordered shows.
 */
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
  /** What it is about: an analysis digest, a run, a step of a run. */
  subject: string;
  /** Names, digests, codes and counts. No data values. */
  data: Record<string, unknown>;
}

export interface LedgerEntry extends LedgerEvent {
  version: 1;
  chain: string;
  sequence: number;
  at: string;
  previous: string;
}

export interface LedgerPosition {
  sequence: number;
  head: string;
}

export interface Ledger {
  /** Part of the caller's transaction, if one is open. */
  append(chain: string, event: LedgerEvent): LedgerPosition;
  /** The newest entry about a subject of one of the kinds. */
  latest(chain: string, subject: string, kinds: readonly EntryKind[]): LedgerEntry | undefined;
  /** Subjects whose newest entry of the two kinds is the first one. */
  standing(chain: string, kind: EntryKind, ended: EntryKind): string[];
  entries(chain: string): LedgerEntry[];
  /** @returns the first fault of each broken chain, in words; empty when all hold. */
  verify(): string[];
}

interface Row {
  chain: string;
  sequence: number;
  kind: EntryKind;
  subject: string;
  entry: string;
  hash: string;
}

export function createLedger(db: Db, now: () => Date = () => new Date()): Ledger {
  db.exec(`CREATE TABLE IF NOT EXISTS ledger (chain TEXT NOT NULL, sequence INTEGER NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL, entry TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (chain, sequence))`);
  db.exec('CREATE INDEX IF NOT EXISTS ledger_subject ON ledger (chain, subject, kind, sequence)');
  const last = db.prepare(
    'SELECT sequence, hash FROM ledger WHERE chain = ? ORDER BY sequence DESC LIMIT 1',
  );
  const insert = db.prepare('INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)');
  const chainRows = db.prepare('SELECT * FROM ledger WHERE chain = ? ORDER BY sequence');
  const about = db.prepare(
    'SELECT kind, entry FROM ledger WHERE chain = ? AND subject = ? ORDER BY sequence DESC',
  );
  const ofKinds = db.prepare(
    'SELECT kind, subject FROM ledger WHERE chain = ? AND kind IN (?, ?) ORDER BY sequence',
  );
  const rowsOf = (chain: string) => chainRows.all(chain) as Row[];

  return {
    append: (chain, event) =>
      atomically(db, () => {
        const head = last.get(chain) as { sequence: number; hash: string } | undefined;
        const sequence = (head?.sequence ?? 0) + 1;
        const previous = head?.hash ?? GENESIS;
        const { kind, subject, data } = event;
        const entry: LedgerEntry = {
          version: 1,
          chain,
          sequence,
          at: now().toISOString(),
          kind,
          subject,
          data,
          previous,
        };
        const text = canonicalJson(entry);
        const hash = sha256(text);
        insert.run(chain, sequence, kind, subject, text, hash);
        return { sequence, head: hash };
      }),
    latest: (chain, subject, kinds) => {
      const rows = about.all(chain, subject) as Row[];
      const row = rows.find(({ kind }) => kinds.includes(kind));
      return row && (JSON.parse(row.entry) as LedgerEntry);
    },
    standing: (chain, kind, ended) => {
      const states = new Map<string, EntryKind>();
      const rows = ofKinds.all(chain, kind, ended) as Row[];
      for (const row of rows) states.set(row.subject, row.kind);
      return [...states].filter(([, state]) => state === kind).map(([subject]) => subject);
    },
    entries: (chain) => rowsOf(chain).map(({ entry }) => JSON.parse(entry) as LedgerEntry),
    verify: () => {
      const chains = db.prepare('SELECT DISTINCT chain FROM ledger ORDER BY chain').all();
      return (chains as { chain: string }[]).flatMap(({ chain }) => faultOf(rowsOf(chain)));
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
    const isSame = (['chain', 'sequence', 'kind', 'subject'] as const).every(
      (field) => entry[field] === row[field],
    );
    if (!isSame) return [`${place}: the columns are not the entry's`];
    previous = row.hash;
  }
  return [];
}
