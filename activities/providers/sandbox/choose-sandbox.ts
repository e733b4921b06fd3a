/** Finds the strongest sandbox of this machine by trying each kind, not by asking for version numbers. */
import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { SandboxKind } from '../../../contracts/policy.js';
import { projectFile } from '../project-file.js';
import { describeInterpreter } from './interpreter.js';
import { reachesFloor, Sandbox, type SandboxMechanism, type SandboxSettings } from './sandbox.js';

const run = promisify(execFile);

const PROBE = 'activities/providers/sandbox/probe.py';
const PROBE_LIMITS = { seconds: 60, memoryBytes: 2 ** 30 };
const MODULES = ['numpy', 'pyarrow', 'cloister_runtime.host'];

export interface ChooseSandboxOptions {
  python: string;
  runtime: string;
  /** The weakest kind that the policy allows. */
  floor: SandboxKind;
  /** Where to look for bubblewrap, as in `PATH`. */
  path: string;
  /** Paths that the op must not see. */
  secrets: string[];
  /** Modules that the op's user must reach; by default those of the op's host. */
  modules?: string[];
}

/** What `state/worker/sandbox.json` says; the gate puts the kind into its offer. */
export interface SandboxReport {
  kind: SandboxKind;
  /** The op's user. */
  uid: number;
  detail: string;
}

export interface ChosenSandbox {
  sandbox: Sandbox;
  report: SandboxReport;
}

/** No sandbox that the policy allows, or an installation that the op's user cannot reach. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

/** @throws SandboxError saying what is missing and how to mend it. */
export async function chooseSandbox(options: ChooseSandboxOptions): Promise<ChosenSandbox> {
  const interpreter = await describeInterpreter(options.python, options.runtime);
  const settings = { interpreter, runtime: options.runtime };
  const tried: string[] = [];
  for (const mechanism of mechanismsOf(options.path)) {
    if (!reachesFloor(mechanism.kind, options.floor)) break;
    const result = await tryMechanism(mechanism, settings, options);
    if (typeof result !== 'string') {
      return {
        sandbox: result.sandbox,
        report: { ...result.report, detail: detailOf(mechanism, tried) },
      };
    }
    tried.push(`${mechanism.kind}: ${result}`);
  }
  throw new SandboxError(
    [
      `This machine offers no op sandbox of the kind that policy.yaml asks (sandbox.floor: ${options.floor}).`,
      ...tried.map((line) => `  ${line}`),
      'Install bubblewrap, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1), or start as root.',
      'A custodian may lower sandbox.floor where nothing has to be walled.',
    ].join('\n'),
  );
}

function mechanismsOf(path: string): SandboxMechanism[] {
  const bubblewrap = findProgram('bwrap', path);
  const bare: SandboxMechanism[] = [
    { kind: 'unshare', hasFilter: true, bubblewrap: null },
    { kind: 'none', hasFilter: true, bubblewrap: null },
    { kind: 'none', hasFilter: false, bubblewrap: null },
  ];
  return bubblewrap ? [{ kind: 'bubblewrap', hasFilter: true, bubblewrap }, ...bare] : bare;
}

function findProgram(name: string, path: string): string | null {
  for (const folder of path.split(delimiter).filter((part) => part !== '')) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      continue;
    }
  }
  return null;
}

const probeSchema = z.object({
  uid: z.number(),
  faults: z.array(z.object({ kind: z.enum(['unreachable', 'open']), about: z.string() })),
});

type Tried = { sandbox: Sandbox; report: { kind: SandboxKind; uid: number } };

/** @returns why not, where the mechanism does not hold here. */
async function tryMechanism(
  mechanism: SandboxMechanism,
  settings: SandboxSettings,
  options: ChooseSandboxOptions,
): Promise<Tried | string> {
  const sandbox = new Sandbox(mechanism, settings);
  const input = JSON.stringify([options.modules ?? MODULES, options.secrets]);
  const code = readFileSync(projectFile(PROBE), 'utf8');
  const [command = '', ...rest] = sandbox.argv('probe', {
    limits: PROBE_LIMITS,
    arguments: ['-c', code, input],
  });
  let output: string;
  try {
    output = (await run(command, rest, { timeout: 120_000 })).stdout;
  } catch (error) {
    return reachError(error, settings.interpreter.executable) ?? faultOf(error);
  }
  const { uid, faults } = probeSchema.parse(JSON.parse(output));
  const unreachable = faults.find((fault) => fault.kind === 'unreachable');
  if (unreachable) throw unreachableError(settings.interpreter.executable, unreachable.about);
  const hole = mechanism.kind === 'none' ? undefined : faults[0];
  return hole ? hole.about : { sandbox, report: { kind: mechanism.kind, uid } };
}

/** The launcher started the sandbox and could not reach the interpreter in it. */
function reachError(error: unknown, executable: string): undefined {
  const text = stderrOf(error);
  if (
    text.includes(`'${executable}'`) &&
    /not started: .*(Permission denied|No such file)/.test(text)
  )
    throw unreachableError(executable, text.trim());
  return undefined;
}

function unreachableError(executable: string, about: string): SandboxError {
  return new SandboxError(
    [
      `The op's user cannot reach the Python installation at ${executable}: ${about}.`,
      'Its virtual environment, its base installation and the runtime have to be readable by everyone',
      '(chmod -R a+rX), or name another interpreter with CLOISTER_PYTHON, outside private homes.',
    ].join('\n'),
  );
}

function faultOf(error: unknown): string {
  const lines = stderrOf(error).trim().split('\n');
  return lines.at(-1) || (error instanceof Error ? error.message.split('\n')[0] : '') || 'failed';
}

function stderrOf(error: unknown): string {
  const { stderr } = (error ?? {}) as { stderr?: unknown };
  return typeof stderr === 'string' ? stderr : '';
}

function detailOf({ kind, hasFilter }: SandboxMechanism, tried: string[]): string {
  const filter = hasFilter ? 'with a seccomp filter' : 'without a seccomp filter';
  return [`${kind} ${filter}`, ...tried.map((line) => `not ${line}`)].join('; ');
}
