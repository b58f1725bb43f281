import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds, looking again and again; says what was waited for when it does not come. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  options: { withinMs?: number; everyMs?: number } = {},
): Promise<void> {
  const { withinMs = 10_000, everyMs = 25 } = options;
  const start = performance.now();
  let last: unknown;
  for (;;) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error; // not there yet, for example a socket before its program listens
    }
    if (performance.now() - start > withinMs) {
      throw new Error(`waited ${withinMs} ms in vain: ${what}`, last === undefined ? {} : { cause: last });
    }
    await sleep(everyMs);
  }
}
