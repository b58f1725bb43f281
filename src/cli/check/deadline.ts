import type { Clock } from '../../domain/seams.ts';

/** How long one examination may take; a login has its own `connectTimeout` before. */
export const examinationMs = 10_000;

/**
 * Runs one examination under a deadline of its own, so that what never answers holds up nothing else. Rejects with
 * `late` when it takes longer, whatever the work does then.
 */
export async function inTime<T>(
  clock: Clock,
  { deadlineMs, late }: { readonly deadlineMs: number; readonly late: Error },
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = clock.timeout(deadlineMs, late);
  const stop = AbortSignal.any([signal, timer.signal]);
  let stopped = (): void => undefined;
  const fired = new Promise<never>((_, reject) => {
    stopped = () => reject(stop.reason instanceof Error ? stop.reason : late);
    if (stop.aborted) stopped();
    stop.addEventListener('abort', stopped, { once: true });
  });
  try {
    return await Promise.race([work(stop), fired]);
  } finally {
    stop.removeEventListener('abort', stopped);
    timer.clear();
  }
}

/** Like `Promise.all` over `items`, but with at most `atOnce` of them under way: each login costs some CPU time. */
export async function eachOf<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
