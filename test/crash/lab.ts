import { join } from 'node:path';
import { connectControl } from '../../src/http/client.ts';
import { createClock } from '../../src/io/clock.ts';
import type { Control } from '../../src/control/control.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabProcess } from '../lab/hub.ts';
import type { LoadOptions } from '../lab/load-run.ts';
import type { LabOptions } from '../lab/options.ts';
import { until } from '../lab/until.ts';

export const clock = createClock();
export const never = new AbortController().signal;

/** How often the sidecar looks. */
export const pollMs = 500;

/** Short times, so that a rejuvenation takes some seconds and dozens of them fit into a pipeline. */
export const quick: LabOptions = {
  graceMs: 200,
  downMs: 100,
  haproxy: { inter: '200ms' },
  configure: (file) => {
    file['oldWorkersGone'] = '1s';
    file['poll'] = `${pollMs}ms`;
    const shop = file.backends['shop']!;
    shop['probe'] = { ...(shop['probe'] as object), passes: 1 };
    shop['drain'] = { persistence: '300ms', deadline: '20s', atDeadline: 'wait' };
    shop['duplex'] = [
      { run: { on: 'aged', command: 'sudo -n shopctl flush-sessions', deadline: '10s' } },
      { copy: { from: '/var/lib/shop/sessions', to: '/var/lib/shop/sessions', deadline: '20s' } },
      { request: { on: 'spare', path: '/warmup', times: 2 } },
    ];
  },
};

/** Every kind of client, few and slow enough that several labs share a small machine. */
export const clients: LoadOptions = {
  ...{ keepAlive: 4, cookie: 3, short: 2, slow: 2 },
  ...{ thinkMs: 100, paths: { slow: '/slow?ms=400' } },
};

/** What the sidecar of this lab is asked, over its socket, without a process of its own for each question. */
export function controlOf(lab: Lab): Control {
  return connectControl(join(lab.directory, 'rejuv.sock'), clock);
}

/** Waits until a sidecar that was just started answers, or is dead. */
export async function started(lab: Lab, sidecar: LabProcess): Promise<LabProcess> {
  const { child } = sidecar;
  await until(
    'the sidecar answers, or is dead',
    async () =>
      child.exitCode !== null ||
      child.signalCode !== null ||
      (await controlOf(lab).status(never)).source === 'sidecar',
    { withinMs: 60_000, everyMs: 50 },
  );
  return sidecar;
}
