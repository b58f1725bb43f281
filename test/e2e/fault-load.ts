import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { LoadSummary } from '../lab/load-count.ts';
import type { Lab } from '../lab/lab.ts';
import type { Load } from '../lab/load-run.ts';

const clients = { keepAlive: 6, cookie: 3, short: 3, slow: 2, timeoutMs: 6_000 };

/** HAProxy counts its `fall` (2 checks of 250 ms, each with as long to answer); then nothing new is sent there. */
const noticedMs = 2_500;

/** Clients first, for a while, then the fault; `at` is when it struck. */
export async function underLoad(
  lab: Lab,
  strike: (lab: Lab) => Promise<void>,
): Promise<{ load: Load; at: number }> {
  const load = await lab.startLoad(clients);
  await sleep(500);
  const at = Date.now();
  await strike(lab);
  return { load, at };
}

/** Every request that failed was on its way when the fault struck, or sent before HAProxy could have noticed. */
export function expectExplained({ failures, failed, failedAt }: LoadSummary, at: number, most: number): void {
  for (const failure of failures) {
    const sent = Date.parse(failure.at) - failure.ms - at;
    const what = `${failure.kind}: ${failure.error} after ${failure.ms} ms, sent ${sent} ms after the fault`;
    expect(sent, what).toBeLessThan(noticedMs);
  }
  expect(failed, `failed ${failedAt.map((one) => one - at).join()} ms after the fault`).toBeLessThanOrEqual(
    most,
  );
}
