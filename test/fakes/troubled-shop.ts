import type { FaultSettings, Settings } from '../../src/domain/settings.ts';
import { servers } from './happening.ts';
import { fakeWorld, someFaults, type FakeWorld } from './world.ts';

/** What one shop has, and another has not. */
export interface Shop {
  /** Faults are answered; else nobody watches for them. */
  readonly answers: boolean;
  /** Spares run. */
  readonly warm: boolean;
  readonly spares: 1 | 2;
  readonly failback: FaultSettings['failback'];
  readonly ladder: 'none' | 'restart and reboot' | 'power cycle';
  readonly whenOneIsDown: Settings['whenOneIsDown'];
}

const ladders: Readonly<Record<Shop['ladder'], FaultSettings['recover']>> = {
  none: [],
  'restart and reboot': [
    { kind: 'run', command: 'sudo -n mend-shop', deadlineMs: 10_000 },
    { kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 60_000 },
  ],
  'power cycle': [{ kind: 'power-cycle', command: 'power-cycle {server}', deadlineMs: 60_000 }],
};

/** Most of its faults are seen and answered; a storm is over soon, so that the end is not waited for. */
export function troubledShop({ answers, warm, spares, failback, ladder, whenOneIsDown }: Shop): FakeWorld {
  const faults: FaultSettings = {
    ...someFaults,
    everyMs: 4_000,
    recover: ladders[ladder],
    failback,
    storm: { share: 1 / 3, windowMs: 30_000, quietMs: 60_000 },
  };
  const world = fakeWorld({
    source: 'sidecar',
    settings: { oldWorkersGoneMs: 5_000, whenOneIsDown },
    backend: {
      minServing: spares === 2 ? 1 : 2,
      drain: { persistenceMs: 2_000, deadlineMs: 60_000, atDeadline: 'wait' },
      faults: answers ? faults : null,
      ...(warm ? { spare: { start: null, stop: null, deadlineMs: 120_000 } } : {}),
    },
  });
  for (const name of servers) Object.assign(world.shop.server(name), { busy: 1, requestMs: 1_500 });
  if (warm) world.shop.setRunning('web4', true);
  if (spares === 2) restAnother(world, warm);
  return world;
}

/** web3 is a spare too. */
function restAnother(world: FakeWorld, warm: boolean): void {
  const [backend] = world.settings.backends;
  Object.assign(backend ?? {}, {
    servers: backend?.servers.map((one) => (one.name === 'web3' ? { ...one, role: 'spare' } : one)),
  });
  for (const one of [world.a, world.b]) one.row('shop/web3').bits = 5;
  if (!warm) world.shop.setRunning('web3', false);
}
