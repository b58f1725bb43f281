import type { Clock } from '../../domain/seams.ts';

/** The deadline that a peer let pass. */
export class NoAnswer extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
  }
}

/**
 * What `work` gives, or `NoAnswer` after `ms`, even where the peer heeds no signal. What comes later is dropped.
 * @throws what `work` throws, NoAnswer, or the reason of `stop`
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  stop.throwIfAborted();
  const deadline = clock.timeout(ms, new NoAnswer(ms));
  const either = AbortSignal.any([stop, deadline.signal]);
  const given = new Promise<never>((_, reject) => {
    either.addEventListener('abort', () => reject(either.reason as Error), { once: true });
  });
  try {
    return await Promise.race([work(either), given]);
  } finally {
    deadline.clear();
  }
}

/** Looks at a steady pace until the signal fires; a look that takes longer delays only itself. */
export async function repeat(
  clock: Clock,
  everyMs: number,
  stop: AbortSignal,
  look: () => Promise<void>,
): Promise<void> {
  const stopped = (): boolean => stop.aborted;
  while (!stopped()) {
    const began = clock.monotonic();
    await look();
    if (stopped()) return;
    const took = clock.monotonic() - began;
    await clock.sleep(Math.max(everyMs - took, everyMs / 4), stop).catch(() => undefined);
  }
}
