/**
 * The five Activities of an environment, scripted: it runs nothing, answers as it is told, and keeps what it was
 * asked. Without a script every shard is done, every list has three items, and every release passes.
 */
import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { CODES, type Code } from '../../contracts/codes.js';
import { shardsOf, toRanges } from '../../contracts/ranges.js';
import { WIRE_SCHEMAS } from '../../contracts/schemas/wire.js';
import type {
  AdmitInput,
  AdmitResult,
  CancelJobInput,
  CloseRunInput,
  EnvironmentActivities,
  EnvironmentActivity,
  ReleaseInput,
  ReleaseResult,
  RunJobInput,
  RunJobResult,
} from '../../contracts/wire/index.js';

export interface Script {
  admit?: (input: AdmitInput) => AdmitResult | undefined | Promise<AdmitResult | undefined>;
  /** May throw `refused(code)`; undefined: as without a script. */
  runJob?: (input: RunJobInput) => RunJobResult | undefined | Promise<RunJobResult | undefined>;
  release?: (input: ReleaseInput) => void;
  closeRun?: () => void;
  /** step -> list -> length. */
  counts?: Record<string, Record<string, number>>;
}

/** As the gate sends every failure: its type is a code. */
export function refused(code: Code): ApplicationFailure {
  return ApplicationFailure.create({
    message: code,
    type: code,
    nonRetryable: !CODES[code].isRetryable,
  });
}

/** A result of the job in which some shards did not become done. */
export function booked(input: RunJobInput, marks: Record<number, [string, Code]>): RunJobResult {
  const shards = shardsOf(input.shards);
  const codes: Record<string, string> = {};
  for (const code of new Set(Object.values(marks).map(([, name]) => name)))
    codes[code] = toRanges(shards.filter((shard) => marks[shard]?.[1] === code));
  const present = Object.fromEntries(Object.entries(codes).filter(([, ranges]) => ranges !== ''));
  const states = shards.map((shard) => marks[shard]?.[0] ?? '+').join('');
  return { states, codes: present, counts: {} };
}

export class ScriptedEnvironment {
  script: Script;
  readonly jobs: RunJobInput[] = [];
  readonly cancelled: CancelJobInput[] = [];
  readonly closed: CloseRunInput[] = [];
  readonly admissions: AdmitInput[] = [];
  readonly releases: ReleaseInput[] = [];
  /** Messages that were not of the wire contract. */
  readonly faults: string[] = [];
  #waiting: (() => void)[] = [];

  constructor(script: Script = {}) {
    this.script = script;
  }

  /** How often each shard of a step was sent. */
  timesSent(step: string): Map<number, number> {
    const times = new Map<number, number>();
    for (const job of this.jobs.filter((sent) => sent.step === step))
      for (const shard of shardsOf(job.shards)) times.set(shard, (times.get(shard) ?? 0) + 1);
    return new Map([...times].sort(([a], [b]) => a - b));
  }

  /** A job that goes on until `letGo`, or until it is cancelled. */
  async hang(): Promise<undefined> {
    const beat = setInterval(() => Context.current().heartbeat(), 200);
    try {
      const free = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await Promise.race([free, Context.current().cancelled]);
    } finally {
      clearInterval(beat);
    }
    return undefined;
  }

  letGo(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  activities(): EnvironmentActivities {
    return {
      admit: async (input) => {
        this.admissions.push(this.#checked('admit', input));
        return (await this.script.admit?.(input)) ?? { isAdmitted: true, codes: [] };
      },
      runJob: async (input) => {
        this.jobs.push(this.#checked('runJob', input));
        return (await this.script.runJob?.(input)) ?? this.#done(input);
      },
      cancelJob: async (input) => {
        this.cancelled.push(this.#checked('cancelJob', input));
        return {};
      },
      release: async (input) => {
        this.releases.push(this.#checked('release', input));
        this.script.release?.(input);
        return releaseOf(input);
      },
      closeRun: async (input) => {
        this.closed.push(this.#checked('closeRun', input));
        this.script.closeRun?.();
        return { usage: {} };
      },
    };
  }

  /** As a gate does with every message: what is not of the wire contract goes nowhere. */
  #checked<T>(activity: EnvironmentActivity, input: T): T {
    const { error } = WIRE_SCHEMAS[activity].input.safeParse(input);
    if (!error) return input;
    this.faults.push(`${activity}: ${error.message}`);
    throw refused('wire-invalid');
  }

  #done(input: RunJobInput): RunJobResult {
    const counts = this.script.counts?.[input.step] ?? DEFAULT_COUNTS[input.step] ?? {};
    return { states: '+'.repeat(shardsOf(input.shards).length), codes: {}, counts };
  }
}

const DEFAULT_COUNTS: Record<string, Record<string, number>> = {
  windows: { windows: 3 },
  leads: { leads: 3 },
};

function releaseOf({ run, step, dataset, name }: ReleaseInput): ReleaseResult {
  const digest = (what: string): string =>
    createHash('sha256').update(`${run}/${step}@${dataset}/${name}/${what}`).digest('hex');
  const conclusion = { name, sha256: digest('bytes'), statement: digest('statement'), bytes: 10 };
  return { conclusions: [conclusion], verdict: 'pass', dropped: {} };
}
