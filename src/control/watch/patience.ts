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
  // Not AbortSignal.any: Node keeps what it gives, and all that listens to it, for as long as `stop` lives.
  const either = new AbortController();
  const given = new Promise<never>((_, reject) => {
    either.signal.addEventListener('abort', () => reject(either.signal.reason as Error), { once: true });
  });
  const end = (): void => either.abort(stop.reason);
  const callOff = clock.after(ms, () => either.abort(new NoAnswer(ms)));
  stop.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([work(either.signal), given]);
  } finally {
    stop.removeEventListener('abort', end);
    callOff();
  }
}

/**
 * Looks at a steady pace until the signal fires; a look that takes longer delays only itself. It gets a signal of its own: one
 * that many loops listen to is searched with each of them, and Node takes more than ten for a leak.
 */
export async function repeat(
  clock: Clock,
  everyMs: number,
  stop: AbortSignal,
  look: (stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const own = AbortSignal.any([stop]);
  const stopped = (): boolean => own.aborted;
  while (!stopped()) {
    const began = clock.monotonic();
    await look(own);
    if (stopped()) return;
    const took = clock.monotonic() - began;
    await clock.sleep(Math.max(everyMs - took, everyMs / 4), own).catch(() => undefined);
  }
}
