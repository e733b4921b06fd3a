/** Asks the custodian of an environment for the approval of an analysis: once for each version, one row of its ledger. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { execa } from 'execa';
import { loadAnalysis, type Analysis } from '../../contracts/schemas/load-analysis.js';
import { CliError, EXIT } from '../failure.js';
import { mainOf } from '../root.js';
import { readSettings } from '../settings.js';
import { readJson, writeJson } from './files.js';

/** @returns every analysis of the folder, sorted by name. */
export function loadAnalyses(folder = readSettings().CLOISTER_ANALYSES): Analysis[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'analysis.yaml')))
    .sort()
    .map((name) => loadAnalysis(join(folder, name)));
}

export interface ApprovalRequest {
  environmentFolder: string;
  environment: string;
  analysis: Analysis;
  by: string;
  isRevoked?: boolean;
}

/** Runs the gate's own command: nobody but the gate writes its ledger. */
export async function approve(request: ApprovalRequest): Promise<void> {
  const { environmentFolder, analysis, by, isRevoked = false } = request;
  const { name, version } = analysis.manifest;
  const args = ['--digest', analysis.digest, '--name', `${name}@${version}`, '--by', by];
  const command = [mainOf('gate/commands/approve'), '--environment', environmentFolder, ...args];
  if (isRevoked) command.push('--revoke');
  const result = await execa(process.execPath, command, { reject: false });
  if (result.exitCode !== 0) {
    throw new CliError(`the gate did not take the approval: ${result.stderr || result.stdout}`);
  }
  recordAnswer(request, isRevoked ? 'revoked' : 'approved');
}

function answersOf({ environmentFolder }: ApprovalRequest) {
  const path = join(environmentFolder, 'state', 'asked.json');
  return { path, answers: readJson<Record<string, string>>(path, {}) };
}

function recordAnswer(request: ApprovalRequest, answer: string): void {
  const { path, answers } = answersOf(request);
  writeJson(path, { ...answers, [request.analysis.digest]: answer });
}

/**
 * @param requests each analysis and environment; those asked before are not asked again, whatever the answer was
 * @param isYes answers for the custodians, as the demo does
 * @returns those that were approved now
 */
export async function askApprovals(
  requests: ApprovalRequest[],
  isYes: boolean,
): Promise<ApprovalRequest[]> {
  const approved: ApprovalRequest[] = [];
  for (const request of requests) {
    if (answersOf(request).answers[request.analysis.digest] !== undefined) continue;
    if (isYes || (await confirm(request))) {
      await approve(request);
      approved.push(request);
    } else recordAnswer(request, 'declined');
  }
  return approved;
}

async function confirm({ environment, analysis }: ApprovalRequest): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new CliError(
      'the custodians have to be asked: start this at a terminal, or answer for all of them with --yes.',
      EXIT.usage,
    );
  }
  const { name, version, title } = analysis.manifest;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const question = `Custodian of ${environment}: may ${name}@${version} (${title}) run on your data?\n  Read its ops in analyses/${name}/ops first; digest ${analysis.digest}\n  Approve? [y/N] `;
  const answer = await terminal.question(question);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
