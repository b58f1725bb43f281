import type { Clock } from '../domain/seams.ts';

/** Node turns a longer timer into one of 1 ms, so longer waits are made of several. */
const longestTimerMs = 2 ** 31 - 1;

/** The real time. This file is the only one that touches wall clock, timers and randomness. */
export function createClock(): Clock {
  return { now: () => Date.now(), monotonic: () => performance.now(), after, sleep, timeout };
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

function timeout(ms: number, reason: Error): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const clear = after(ms, () => {
    controller.abort(reason);
  });
  return { signal: controller.signal, clear };
}

/**
 * Calls `fire` once, never early: Node may run a timer up to a millisecond before its time. The timer keeps the
 * process alive: a sleeping sidecar must stay, and a command whose last connection died must still reach its
 * deadline and say so.
 */
function after(ms: number, fire: () => void): () => void {
  const due = performance.now() + ms;
  const arm = (left: number): NodeJS.Timeout => setTimeout(check, Math.min(left, longestTimerMs));
  const check = (): void => {
    const left = due - performance.now();
    if (left > 0) timer = arm(left);
    else fire();
  };
  let timer = arm(ms);
  return () => {
    clearTimeout(timer);
  };
}
