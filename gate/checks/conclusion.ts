/** Is a conclusion that a task wants read one that a believed gate signed, for this run and plan? */
import type {
  ConclusionRef,
  ConclusionStatement,
  SignedStatement,
} from '../../contracts/conclusion.js';
import { isSignedBy } from '../../contracts/schemas/sign.js';
import { Refusal } from '../refusal.js';

/** @param key of the environment that signed, by the policy; undefined: not believed */
export function refuseUnbelieved(key: string | undefined): asserts key is string {
  if (key === undefined) throw new Refusal('conclusion-not-believed');
}

export function refuseUnsigned({ statement, signature }: SignedStatement, key: string): void {
  if (!isSignedBy(statement, signature, key)) throw new Refusal('conclusion-invalid');
}

export interface ExpectedConclusion {
  run: string;
  plan: string;
  analysis: string;
  rule: string | undefined;
}

export function refuseOtherConclusion(
  statement: ConclusionStatement,
  ref: ConclusionRef,
  expected: ExpectedConclusion,
): void {
  const isSame =
    statement.run === expected.run &&
    statement.plan === expected.plan &&
    statement.analysis === expected.analysis &&
    statement.rule === expected.rule &&
    statement.step === ref.step &&
    statement.dataset === ref.dataset &&
    statement.name === ref.name &&
    statement.sha256 === ref.sha256;
  if (!isSame) throw new Refusal('conclusion-invalid');
}

/** Only a passing verdict lets a table out; one that is signed without it is a fault of the signer. */
export function refuseUnreleased({ verdict }: ConclusionStatement): void {
  if (verdict !== 'pass' && verdict !== 'unchecked') throw new Refusal('conclusion-invalid');
}

/** Conclusions are of steps that this one reads elsewhere, each once. */
export function refuseUnreadConclusion(
  refs: readonly ConclusionRef[],
  isRead: (ref: ConclusionRef) => boolean,
): void {
  const names = new Set(refs.map(({ step, dataset, name }) => `${step}/${dataset}/${name}`));
  if (names.size !== refs.length || !refs.every(isRead)) throw new Refusal('conclusion-invalid');
}
