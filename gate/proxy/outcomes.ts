/** What the gate itself decided in a task: the worker's word for it is not needed, so it is not taken. */
import type {
  AdmitInput,
  AdmitResult,
  ReleaseInput,
  ReleaseResult,
} from '../../contracts/wire/index.js';
import { createRecords, type Db } from '../state/database.js';

export interface Outcomes {
  putAdmit(input: AdmitInput, result: AdmitResult): void;
  admit(input: AdmitInput): AdmitResult | undefined;
  putRelease(input: ReleaseInput, result: ReleaseResult): void;
  release(input: ReleaseInput): ReleaseResult | undefined;
}

export function createOutcomes(db: Db): Outcomes {
  const admits = createRecords<AdmitResult>(db, 'admits', ['run', 'dataset', 'plan', 'preview']);
  const releases = createRecords<ReleaseResult>(db, 'outcomes', ['run', 'step', 'dataset', 'name']);
  const admitKey = ({ run, dataset, plan, preview }: AdmitInput) => [
    ...[run, dataset, plan],
    String(preview ?? false),
  ];
  const releaseKey = ({ run, step, dataset, name }: ReleaseInput) => [run, step, dataset, name];
  return {
    putAdmit: (input, result) => admits.put(admitKey(input), result),
    admit: (input) => admits.get(admitKey(input)),
    putRelease: (input, result) => releases.put(releaseKey(input), result),
    release: (input) => releases.get(releaseKey(input)),
  };
}
