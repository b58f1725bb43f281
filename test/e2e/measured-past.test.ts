import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backendName, operationId, serverName } from '../../src/domain/names.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { createClock } from '../../src/io/clock.ts';
import { openSamples } from '../../src/io/samples/open-samples.ts';
import { openStore } from '../../src/io/store/open-store.ts';
import { describeLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import { journal } from './fault-lab.ts';
import { withMeasured } from './measured-lab.ts';

const minuteMs = 60_000;
const names = ['web1', 'web2', 'web3'];

/** A rejuvenation three and a half hours ago, of which nothing has been compared yet. */
function rejuvenated(server: string, startedAt: number): Operation {
  return {
    ...{ id: operationId(`op-20200101-0000-${server}`), kind: 'rejuvenation', backend: backendName('shop') },
    ...{ server: serverName(server), spare: null, trigger: 'schedule', by: null, reason: null, force: false },
    ...{ run: null, because: null, effect: 'owed', startedAt, phase: 'activating', phaseAt: startedAt },
    ...{ deadline: null, steps: [], abortAsked: null, cause: null, wayOutFrom: null, resumedAt: [] },
    endedAt: null,
  };
}

/** What a sidecar of before has left behind: five hours of samples, and records of three rejuvenations in between. */
async function leaveBehind(lab: Lab): Promise<void> {
  const now = Date.now();
  // Between two means, each of five minutes.
  const startedAt = Math.floor(now / (5 * minuteMs)) * 5 * minuteMs - 210 * minuteMs;
  const stateDirectory = join(lab.directory, 'state');
  const store = await openStore({ directory: stateDirectory });
  for (const name of names) {
    const operation = rejuvenated(name, startedAt);
    await store.append({ type: 'operation-opened', at: startedAt, operation });
    const endedAt = startedAt + 6 * minuteMs;
    await store.append({ type: 'operation-ended', at: endedAt, id: operation.id, phase: 'completed' });
  }
  await store.close();
  const samples = await openSamples({ stateDirectory, clock: createClock() });
  const node = { name: 'node', everyMs: 1_000, staleMs: 10_000 };
  const haproxy = { name: 'haproxy', everyMs: 15_000, staleMs: 60_000 };
  for (const [index, name] of names.entries()) {
    const id = { backend: backendName('shop'), server: serverName(name) };
    for (let at = now - 300 * minuteMs; at < now - 60 * minuteMs; at += minuteMs) {
      samples.keep(id, node, new Map([['memory.used', at < startedAt ? 0.8 : 0.4]]), at);
      // One of them has other traffic afterwards.
      samples.keep(id, haproxy, new Map([['requests.rate', index === 2 && at > startedAt ? 90 : 40]]), at);
    }
  }
  await samples.close();
}

describeLab('what was measured before the sidecar was started', () => {
  it('tells what rejuvenations have brought, at about the same traffic', { timeout: 120_000 }, async () => {
    await withMeasured(
      {
        backend: { mode: 'active-active', minServing: 2 },
        lab: { servers: names.map((name) => ({ name })) },
        configure: (file) => delete file.backends['shop']!['spare'],
        before: leaveBehind,
      },
      async (lab) => {
        const measured = (): unknown[] => journal(lab).filter(({ type }) => type === 'effect-measured');
        await until('two of them are compared', () => measured().length === 2, { withinMs: 30_000 });
        const shown = await lab.rejuv(['history', '--effect']);
        expect([shown.code, shown.stderr]).toEqual([0, '']);
        expect(shown.stdout.split('\n').slice(0, 5)).toEqual([
          'shop: 3 rejuvenations, 2 compared: too few to tell',
          '    memory.used: -50 % (median of 2): too few to tell',
          '  web1: 1 rejuvenation, 1 compared: too few to tell',
          '      memory.used: -50 % (median of 1): too few to tell',
          '  web2: 1 rejuvenation, 1 compared: too few to tell',
        ]);
        // The third waits for an hour of the traffic that it had before.
        expect(shown.stdout).toContain('web3: 1 rejuvenation, none measured yet');
      },
    );
  });
});
