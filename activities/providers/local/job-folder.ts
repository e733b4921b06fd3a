/** What the local provider keeps of one job, in files: they survive any process. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProviderJob } from '../provider.js';
import { parseIdentity, type ProcessIdentity } from './process-identity.js';

const jobSchema: z.ZodType<SubmittedJob> = z.strictObject({
  submittedAt: z.string(),
  name: z.string(),
  argv: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  directory: z.string(),
  limits: z.strictObject({ seconds: z.number(), memoryBytes: z.number(), cpus: z.number() }),
});

export interface SubmittedJob extends ProviderJob {
  submittedAt: string;
}

export class JobFolders {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    mkdirSync(root, { recursive: true });
  }

  path(name: string): string {
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) throw new RangeError('not a launch name');
    return join(this.#root, name);
  }

  /** Whole or not at all. @returns false when the name is taken. */
  create(job: SubmittedJob): boolean {
    if (existsSync(this.path(job.name))) return false;
    const draft = mkdtempSync(join(this.#root, '.draft-'));
    writeFileSync(join(draft, 'job.json'), JSON.stringify(job), { flush: true });
    try {
      // Renaming onto a folder that holds something fails: the first one wins.
      renameSync(draft, this.path(job.name));
      return true;
    } catch {
      rmSync(draft, { recursive: true, force: true });
      return false;
    }
  }

  read(name: string): SubmittedJob | undefined {
    const text = this.#text(name, 'job.json');
    return text === undefined ? undefined : jobSchema.parse(JSON.parse(text));
  }

  names(): string[] {
    return readdirSync(this.#root).filter((name) => !name.startsWith('.'));
  }

  /** Takes the job's fence. @returns false when a wrapper or a cancel has it. */
  takeFence(name: string): boolean {
    try {
      mkdirSync(join(this.path(name), 'fence'));
      return true;
    } catch {
      return false;
    }
  }

  /** Seconds since the fence was taken; undefined: not yet. */
  fenceAge(name: string): number | undefined {
    try {
      return (Date.now() - statSync(join(this.path(name), 'fence')).mtimeMs) / 1000;
    } catch {
      return undefined;
    }
  }

  identity(name: string): ProcessIdentity | undefined {
    return parseIdentity(this.#text(name, 'pid') ?? '');
  }

  exitCode(name: string): number | undefined {
    const text = this.#text(name, 'exit');
    return text === undefined ? undefined : Number(text);
  }

  mark(name: string, marker: 'cancel'): void {
    writeFileSync(join(this.path(name), marker), '');
  }

  has(name: string, marker: 'cancel' | 'timed-out'): boolean {
    return existsSync(join(this.path(name), marker));
  }

  #text(name: string, file: string): string | undefined {
    const path = join(this.path(name), file);
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  }
}
