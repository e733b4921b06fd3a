/** Orders as they were delivered: what a step has been asked here, for the steps that read it and for release. */
import type { JobOrder } from '../../contracts/job.js';
import { createRecords, type Db } from '../state/database.js';

export interface KeptOrder {
  order: JobOrder;
  /** Datasets with versions that the step is made of, through all that it reads. */
  madeOf: { id: string; version: number }[];
  /** step -> ranges that a person waived, through all that it reads. */
  waived: Record<string, string>;
  /** Whether another run of the project asked the same: others are not told that a result was there. */
  isReuseShown: boolean;
}

export interface OrderRef {
  run: string;
  step: string;
  dataset: string;
}

export function createOrderBook(db: Db) {
  const orders = createRecords<KeptOrder>(db, 'orders');
  const find = ({ run, step, dataset }: OrderRef) => orders.get(run, step, dataset);
  const asked = createRecords<string>(db, 'asked');
  return {
    find,
    /** @param question in one place, of one project. @returns whether another run asked it before */
    wasAsked: (run: string, ...question: string[]) => asked.keep(run, ...question) !== run,
    put: (ref: OrderRef, kept: KeptOrder): void => {
      // Jobs of a step differ by shards alone: one write a step, not one a job.
      if (find(ref)?.order.question === kept.order.question) return;
      orders.put(kept, ref.run, ref.step, ref.dataset);
    },
  };
}
