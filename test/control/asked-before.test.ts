import { afterEach, describe, expect, it } from 'vitest';
import type { AlertBlocker, FiringAlert } from '../../src/domain/blockers.ts';
import type { BackendSettings } from '../../src/domain/settings.ts';
import { createControl, type LocalControl } from '../../src/control/local-control.ts';
import { fakeWorld, never, request, type FakeWorld } from '../fakes/world.ts';
import { quickly } from './quick-shop.ts';
import { useWatchedShop } from './watched-shop.ts';

const blocker: AlertBlocker = {
  ...{ kind: 'prometheus', url: 'http://10.0.0.5:9090', auth: null, deadlineMs: 10_000 },
  ...{ matching: {}, except: [] },
};
const blockers: BackendSettings['blockers'] = { alerts: [blocker], deploys: [] };
const fires: FiringAlert = { labels: { alertname: 'Slow' }, since: 0 };

describe('an alert server that hangs', () => {
  const shop = useWatchedShop();

  it('holds up neither a failover nor a manual verb while a person waits for its answer', async () => {
    await shop.shop({}, { blockers });
    const { alerts, clock, control } = shop.world();
    alerts.hangs = true;
    const asked = control.begin(request('rejuvenation', 'web2'), never).catch(() => clock.now());
    const drained = await control.begin(request('drain', 'web3'), never).catch(() => null);
    const drainBegunAt = clock.now();
    shop.crash('web1');
    const refusedAt = Number(await asked);
    expect(drained).not.toBeNull();
    expect(refusedAt - drainBegunAt).toBeGreaterThan(9_000);
    expect(shop.kinds()[0]).toContain('drain web3');
    expect(shop.kinds()).toContainEqual(expect.stringContaining('failover web1'));
  });
});

describe('what was asked before the turn came', () => {
  let control: LocalControl | null = null;
  afterEach(async () => {
    await control?.stop();
    control = null;
  });

  /** A shop of which each beginning takes its turn behind a reload, that takes `reloadMs`, and gives it these blockers. */
  function behindReload(
    after: BackendSettings['blockers'],
    reloadMs: number,
  ): { readonly world: FakeWorld; readonly begun: () => Promise<unknown> } {
    const world = fakeWorld({ backend: { ...quickly, blockers } });
    const { settings, clock } = world;
    const next = { ...settings, backends: settings.backends.map((one) => ({ ...one, blockers: after })) };
    const made = createControl(world.world, async () => {
      await clock.sleep(reloadMs, never);
      return { ...world.world, settings: next, close: () => Promise.resolve() };
    });
    control = made;
    const begun = async (): Promise<unknown> => {
      const reload = made.reload(null, never);
      const code = await made.begin(request('rejuvenation', 'web1'), never).then(
        () => 'begun',
        (thrown: unknown) => (thrown instanceof Error && 'code' in thrown ? thrown.code : thrown),
      );
      await reload;
      return code;
    };
    return { world, begun };
  }

  it('is asked again of what the file names by then', async () => {
    const other = { ...blocker, url: 'http://10.0.0.6:9090' };
    const { world, begun } = behindReload({ alerts: [other], deploys: [] }, 1_000);
    world.alerts.firingAt.set(blocker.url, []).set(other.url, [fires]);
    expect(await begun()).toBe('alert-firing');
  });

  it('is asked again where the turn came too late for it', async () => {
    const { world, begun } = behindReload(blockers, 60_000);
    world.alerts.firingAt.set(blocker.url, []);
    const soon = world.clock.sleep(45_000, never).then(() => world.alerts.firingAt.set(blocker.url, [fires]));
    expect(await begun()).toBe('alert-firing');
    await soon;
    expect(world.alerts.asked).toBe(2);
  });

  it('is not asked again where the turn comes in time', async () => {
    const { world, begun } = behindReload(blockers, 20_000);
    world.alerts.firingAt.set(blocker.url, []);
    expect(await begun()).toBe('begun');
    expect(world.alerts.asked).toBe(1);
  });
});
