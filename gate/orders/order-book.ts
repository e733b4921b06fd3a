/** Orders as they were delivered: what a step has been asked here, for the steps that read it and for release. */
import type { JobOrder } from '../../contracts/job.js';
import { createRecords, type Db } from '../state/database.js';

export interface KeptOrder {
  order: JobOrder;
  /** Datasets with versions that the step is made of, through all that it reads. */
  madeOf: { id: string; version: number }[];
  /** step -> ranges that a person waived, through all that it reads. */
  waived: Record<string, string>;
  /** Shards of the step where a list from outside tells; null: only the environment knows. */
  shards: number | null;
}

export interface OrderRef {
  run: string;
  step: string;
  dataset: string;
}

export interface OrderBook {
  find(ref: OrderRef): KeptOrder | undefined;
  put(ref: OrderRef, order: KeptOrder): void;
}

export function createOrderBook(db: Db): OrderBook {
  const orders = createRecords<KeptOrder>(db, 'orders', ['run', 'step', 'dataset']);
  return {
    find: ({ run, step, dataset }) => orders.get([run, step, dataset]),
    put: ({ run, step, dataset }, order) => {
      const key = [run, step, dataset];
      // Jobs of a step differ by shards alone: one write a step, not one a job.
      if (orders.get(key)?.order.question !== order.order.question) orders.put(key, order);
    },
  };
}
