import { afterEach } from 'vitest';
import type { LocalControl } from '../../../src/control/local-control.ts';
import type { AgingRule } from '../../../src/domain/aging.ts';
import { serverRecord } from '../../../src/domain/records.ts';
import type { BackendSettings, Settings } from '../../../src/domain/settings.ts';
import { fakeWorld, never, openCalendar, type FakeWorld } from '../../fakes/world.ts';
import { idOf, rule } from '../../policy/aging/measured.ts';
import { quickly } from '../quick-shop.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** A shop whose servers say how much of their memory is used. */
export interface MeasuredShop extends FakeWorld {
  /** By server, a share; one that is missing does not answer. */
  readonly used: Map<string, number>;
}

export const aging: AgingRule = rule('memory.used > 85%', { forMs: minute, confirmMs: 20_000 });
export const unstable: AgingRule = rule('memory.used > 97%', { severity: 'unstable', forMs: 30_000 });

/** The fake shop with a source that is read every 5 s, and the rules `unstable` and `aging`; `slow`: every 15 s, for hours. */
export function measuredShop(
  change: { backend?: Partial<BackendSettings>; settings?: Partial<Settings>; slow?: boolean } = {},
): MeasuredShop {
  const everyMs = change.slow === true ? 15_000 : 5_000;
  const world = fakeWorld({
    source: 'sidecar',
    settings: {
      oldWorkersGoneMs: 5_000,
      pollMs: change.slow === true ? 30_000 : 2_000,
      ...change.settings,
    },
    backend: {
      ...quickly,
      sources: [
        {
          ...{ kind: 'exporter', name: 'node', url: 'http://{address}:9100/metrics', only: null, auth: null },
          ...{ metrics: [], everyMs, deadlineMs: 2_000, staleMs: 4 * everyMs },
        },
      ],
      rules: [unstable, aging],
      ...change.backend,
    },
  });
  const used = new Map(['web1', 'web2', 'web3', 'web4'].map((name) => [name, 0.4]));
  world.metrics.answers.set('node', (_, { id }) => {
    const value = used.get(id.server);
    if (value === undefined) throw new Error('connection refused');
    return [{ kind: 'gauge', figure: 'memory.used', value }];
  });
  return Object.assign(world, { used });
}

/** The same backend, with other words in its calendar. */
export const calendarOf = (change: Partial<typeof openCalendar>): typeof openCalendar => ({
  ...openCalendar,
  maxAtOnce: 1,
  ...change,
});

/** Its memory is free again once it has rebooted. */
export function curedByReboot(world: MeasuredShop): void {
  const boots = new Map([...world.shop.servers.values()].map(({ name, boots: count }) => [name, count]));
  const answer = world.metrics.answers.get('node')!;
  world.metrics.answers.set('node', (at, target) => {
    const { name, boots: count } = world.shop.server(target.id.server);
    if (count > (boots.get(name) ?? 0)) world.used.set(name, 0.3);
    boots.set(name, count);
    return answer(at, target);
  });
}

/** Starts the control of a shop, and stops it after the test. */
export function useStarted(): (world: MeasuredShop, control?: LocalControl) => Promise<LocalControl> {
  let running: LocalControl | null = null;
  afterEach(async () => {
    await running?.stop();
    running = null;
  });
  return async (world, control = world.control) => {
    running = control;
    await control.start(never);
    return control;
  };
}

/** The rules that hold for a server by the records. */
export function agedOf(world: MeasuredShop, name: string): string[] {
  return serverRecord(world.store.records, idOf(name)).aged.map(({ rule: text }) => text);
}
