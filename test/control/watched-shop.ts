import { afterEach } from 'vitest';
import { openOperations, serverRecord, type ServerRecord } from '../../src/domain/records.ts';
import type { BackendSettings, FaultSettings, Settings } from '../../src/domain/settings.ts';
import { fakeWorld, never, request, type FakeWorld } from '../fakes/world.ts';

export const watched: FaultSettings = {
  everyMs: 1_000,
  fall: 4,
  rise: 2,
  watchdog: true,
  ssh: true,
  onFault: 'failover',
  recover: [
    { kind: 'run', command: 'sudo -n mend-shop', deadlineMs: 10_000 },
    { kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 60_000 },
  ],
  failback: 'manual',
  checkpoint: null,
  storm: { share: 1 / 3, windowMs: 60_000, quietMs: 120_000 },
  flap: { times: 2, windowMs: 3_600_000 },
};

/** A fake shop whose sidecar watches for faults, with what a test asks about it. */
export interface WatchedShop {
  readonly world: FakeWorld;
  readonly pass: (ms: number) => Promise<void>;
  /** Its admin state on both load balancers. */
  readonly states: (name: string) => string[];
  readonly record: (name: string) => ServerRecord;
  /** `failover web1 completed`, oldest first. */
  readonly kinds: () => string[];
  /** The codes of all alerts. */
  readonly told: () => string[];
  /** kill -9 of the application; a boot brings it back. */
  readonly crash: (name: string) => void;
  /** Until nothing is open, for half a minute at least. */
  readonly rest: () => Promise<void>;
}

export async function watchedShop(
  faults: Partial<FaultSettings> = {},
  backend: Partial<BackendSettings> = {},
  settings: Partial<Settings> = {},
): Promise<WatchedShop> {
  const world = fakeWorld({
    source: 'sidecar',
    settings: { oldWorkersGoneMs: 1_000, ...settings },
    backend: {
      drain: { persistenceMs: 2_000, deadlineMs: 60_000, atDeadline: 'wait' },
      faults: { ...watched, ...faults },
      ...backend,
    },
  });
  const { store, clock } = world;
  const pass = async (ms: number): Promise<void> => await clock.sleep(ms, never);
  await world.control.start(never);
  await pass(10_000);
  return {
    world,
    pass,
    states: (name) => [world.a, world.b].map((one) => one.admin(`shop/${name}`)),
    record: (name) => serverRecord(store.records, request('ready', name).target),
    kinds: () => store.records.operations.map(({ kind, server, phase }) => `${kind} ${server} ${phase}`),
    told: () => store.of('alert').map(({ code }) => code),
    crash: (name) => world.shop.setRunning(name, false),
    async rest() {
      for (let turns = 0; turns < 600; turns += 1) {
        await pass(1_000);
        if (openOperations(store.records).length === 0 && turns > 30) return;
      }
      throw new Error('it never came to rest');
    },
  };
}

/** The frame of a test file: each test opens its own shop, which is closed after it. */
export function useWatchedShop(): Omit<WatchedShop, 'world'> & {
  readonly shop: (...change: Parameters<typeof watchedShop>) => Promise<void>;
  readonly world: () => FakeWorld;
} {
  let open: WatchedShop | null = null;
  const here = (): WatchedShop => {
    if (open === null) throw new Error('the test has not opened its shop yet');
    return open;
  };
  afterEach(async () => {
    await open?.world.control.stop();
    open = null;
  });
  return {
    shop: async (...change) => {
      open = await watchedShop(...change);
    },
    world: () => here().world,
    pass: async (ms) => await here().pass(ms),
    states: (name) => here().states(name),
    record: (name) => here().record(name),
    kinds: () => here().kinds(),
    told: () => here().told(),
    crash: (name) => here().crash(name),
    rest: async () => await here().rest(),
  };
}
