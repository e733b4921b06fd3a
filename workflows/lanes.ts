/**
 * Works on `items` in order, at most `window` at a time, and returns when all that started have ended. Nothing new
 * starts once `mayStart` says no.
 * @throws the first failure of `work`, but only after the other lanes have come to rest: what they clean up
 *   (a job to cancel, a row to write) must not be cut short by a neighbour.
 */
export async function runLanes<T>(
  items: readonly T[],
  window: number,
  lane: { work: (item: T) => Promise<void>; mayStart: () => boolean },
): Promise<void> {
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < items.length && lane.mayStart()) {
      const item = items[next] as T;
      next += 1;
      await lane.work(item);
    }
  };
  const width = Math.min(Math.max(window, 1), items.length);
  const ends = await Promise.allSettled(Array.from({ length: width }, run));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
