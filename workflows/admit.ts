/** Admission: every environment checks the whole plan before any job of it starts. */
import { isCancellation } from '@temporalio/workflow';
import type { Placement } from '../contracts/placement.js';
import type { AdmitInput, AdmitResult } from '../contracts/wire/index.js';
import { admissionActivities, hub } from './activities.js';
import { codeOf } from './failure-codes.js';
import type { RunBoard, RunCode } from './run-board.js';
import { tellWhenSlow } from './waiting.js';

/** @returns why the run is refused, each code with its dataset; empty when all admitted it. */
export async function admitEverywhere(board: RunBoard, plan: string): Promise<RunCode[]> {
  const answers = await Promise.all(
    board.placements.map((placement) => admitOne(board, plan, placement)),
  );
  return answers.flat();
}

async function admitOne(board: RunBoard, plan: string, placement: Placement): Promise<RunCode[]> {
  const { dataset, environment, taskQueue } = placement;
  const { run } = board;
  const summary = `admission · ${dataset} · ${environment}`;
  const what = `environment ${environment}: the admission of ${dataset}`;
  const answer = ask({ taskQueue, summary }, { run, dataset, plan });
  const { isAdmitted, codes } = await tellWhenSlow(board, what, answer);
  await hub.recordAdmission({ run, dataset, isAdmitted, codes });
  return isAdmitted ? [] : codes.map((note) => ({ ...note, dataset }));
}

async function ask(
  call: { taskQueue: string; summary: string },
  input: AdmitInput,
): Promise<AdmitResult> {
  try {
    const result = await admissionActivities(call).admit(input);
    if (result.isAdmitted || result.codes.length > 0) return result;
    return { isAdmitted: false, codes: [{ code: 'run-not-admitted', about: null }] };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { isAdmitted: false, codes: [{ code: codeOf(error), about: null }] };
  }
}
