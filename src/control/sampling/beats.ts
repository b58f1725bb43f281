import type { Clock } from '../../domain/seams.ts';

/** Waits for instants that many share: one timer for all who wait for the same one. */
export interface Beats {
  /** Until `instant` of the monotonic clock, or until the signal fires. */
  until(instant: number): Promise<void>;
}

export function createBeats(clock: Clock, stop: AbortSignal): Beats {
  const waits = new Map<number, { readonly over: Promise<void>; readonly end: () => void }>();

  function wait(instant: number): Promise<void> {
    let resolve: () => void = () => undefined;
    const over = new Promise<void>((done) => (resolve = done));
    const fire = (): void => {
      waits.delete(instant);
      resolve();
    };
    const callOff = clock.after(Math.max(0, instant - clock.monotonic()), fire);
    const end = (): void => {
      callOff();
      fire();
    };
    waits.set(instant, { over, end });
    return over;
  }

  const endAll = (): void => {
    for (const { end } of [...waits.values()]) end();
  };
  stop.addEventListener('abort', endAll, { once: true });
  return {
    async until(instant) {
      if (!stop.aborted) await (waits.get(instant)?.over ?? wait(instant));
    },
  };
}
