/** Lets a few run at a time, in the order they came. */
export interface Slots {
  /** Runs `work` once a slot is free. Rejects with the signal's reason when it fires while waiting. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** HAProxy admits ten connections per socket by default, and other clients need some of them. */
export function createSlots(limit: number): Slots {
  const waiting: (() => void)[] = [];
  let free = limit;

  const take = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    let stop = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        stop = () => {
          const at = waiting.indexOf(resolve);
          // Given a slot in the very same moment: that is a start, and the work itself sees the signal.
          if (at < 0) return;
          waiting.splice(at, 1);
          reject(new Error('stopped'));
        };
        waiting.push(resolve);
        signal.addEventListener('abort', stop, { once: true });
      });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };

  const give = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };

  return {
    async run(work, signal) {
      await take(signal);
      try {
        return await work();
      } finally {
        give();
      }
    },
  };
}
