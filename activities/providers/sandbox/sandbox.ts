/** The op sandbox: which kind this machine offers, and the argv that starts an op's host in it. */
import { join } from 'node:path';
import { SANDBOX_KINDS, type SandboxKind } from '../../../contracts/policy.js';
import { digestOf } from '../../../contracts/schemas/canonical.js';
import { projectFile } from '../project-file.js';
import type { Interpreter } from './interpreter.js';

const LAUNCHER = 'activities/providers/sandbox/launch.py';
const HOST = ['-m', 'cloister_runtime.host'];

const TMP_BYTES = 512 * 2 ** 20;
const PROCESSES = 64;
/** Code, thread stacks and reserved arenas of numpy and pyarrow count as address space, not as memory. */
const ADDRESS_SLACK_BYTES = 2 * 2 ** 30;

/** Real ids that no account has; two sandboxes of one id would count each other's processes. */
const FIRST_UID = 61_184;
const UIDS = 4_000;

export interface SandboxLimits {
  seconds: number;
  memoryBytes: number;
}

export interface SandboxMechanism {
  kind: SandboxKind;
  hasFilter: boolean;
  /** Path of bubblewrap; null for the other kinds. */
  bubblewrap: string | null;
}

export interface SandboxSettings {
  interpreter: Interpreter;
  /** Folder of the package `cloister_runtime`. */
  runtime: string;
}

export class Sandbox {
  readonly mechanism: SandboxMechanism;
  readonly #settings: SandboxSettings;

  constructor(mechanism: SandboxMechanism, settings: SandboxSettings) {
    this.mechanism = mechanism;
    this.#settings = settings;
  }

  get kind(): SandboxKind {
    return this.mechanism.kind;
  }

  /** Starts the op's host of the job of this name; for `JobSpec.sandbox`. */
  hostArgv(name: string, limits: SandboxLimits): string[] {
    return this.argv(name, { limits, arguments: HOST });
  }

  /** Starts the interpreter with other arguments, as probes and tests do. */
  argv(name: string, options: { limits: SandboxLimits; arguments: string[] }): string[] {
    const { executable, binds } = this.#settings.interpreter;
    const { seconds, memoryBytes } = options.limits;
    const config = {
      ...this.mechanism,
      uid: uidOf(name),
      binds,
      tmpBytes: TMP_BYTES,
      memoryBytes,
      addressBytes: memoryBytes + ADDRESS_SLACK_BYTES,
      cpuSeconds: Math.ceil(seconds),
      processes: PROCESSES,
      environment: this.#environment(),
      command: [executable, ...options.arguments],
    };
    const launcher = projectFile(LAUNCHER);
    return [executable, '-E', '-s', '-S', '-B', launcher, JSON.stringify(config)];
  }

  #environment(): Record<string, string> {
    return {
      PATH: `${join(this.#settings.interpreter.executable, '..')}:/usr/bin:/bin`,
      HOME: '/tmp',
      TMPDIR: '/tmp',
      LANG: 'C.UTF-8',
      PYTHONPATH: this.#settings.runtime,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONNOUSERSITE: '1',
      PYTHONHASHSEED: '0',
      OPENBLAS_NUM_THREADS: '1',
      OMP_NUM_THREADS: '1',
      // Arrow's own pool reserves a GiB of addresses at once, which a limit on them forbids.
      ARROW_DEFAULT_MEMORY_POOL: 'system',
    };
  }
}

function uidOf(name: string): number {
  return FIRST_UID + (Number.parseInt(digestOf(name).slice(0, 8), 16) % UIDS);
}

/** Whether a kind is at least as strong as the policy's floor. */
export function reachesFloor(kind: SandboxKind, floor: SandboxKind): boolean {
  return SANDBOX_KINDS.indexOf(kind) <= SANDBOX_KINDS.indexOf(floor);
}
