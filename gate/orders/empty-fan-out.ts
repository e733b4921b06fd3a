/** A fan-out over a list without items has no job and so no order; steps that read it go on all the same. */
import type { Step } from '../../contracts/analysis.js';
import type { JobOrder } from '../../contracts/job.js';
import { digestOf } from '../../contracts/schemas/canonical.js';

/** What it was asked, for those that read it. It made nothing, so this is the same in every run. */
export const EMPTY_FAN_OUT_QUESTION = digestOf({ fanOut: 'over no items' });

/**
 * Whether a step without an order may be one. A list made at this place has been made by an order, or is itself of
 * such a fan-out; of one made elsewhere nothing is known here before a job of the step is asked.
 */
export function mayBeEmpty(
  steps: readonly Step[],
  step: Step | undefined,
  isOrdered: (id: string) => boolean,
): boolean {
  const source = sourceOf(steps, step);
  if (source === undefined) return false;
  return source.at !== step?.at || isOrdered(source.id) || mayBeEmpty(steps, source, isOrdered);
}

/** Whether a step that is read ran over a list that was made elsewhere and held nothing. */
export function readsEmptyListFromElsewhere({ inputs }: JobOrder, steps: readonly Step[]): boolean {
  const empty = inputs.filter(({ question }) => question === EMPTY_FAN_OUT_QUESTION);
  return empty
    .map(({ step: id }) => steps.find((step) => step.id === id))
    .some((step) => sourceOf(steps, step)?.at !== step?.at);
}

function sourceOf(steps: readonly Step[], step: Step | undefined): Step | undefined {
  return steps.find(({ id }) => id === step?.forEach);
}
