import type { BackendSettings, Settings } from '../../src/domain/settings.ts';
import { fakeWorld, type FakeWorld } from '../fakes/world.ts';
import { quickly } from './quick-shop.ts';

/** The fake shop with all four servers in service, in mode active-active. */
export function activeShop(
  change: {
    backend?: Partial<BackendSettings>;
    settings?: Partial<Settings>;
    source?: 'sidecar' | 'direct';
  } = {},
): FakeWorld {
  const world = fakeWorld({
    ...change,
    settings: { oldWorkersGoneMs: 5_000, ...change.settings },
    backend: {
      mode: 'active-active',
      spare: { start: null, stop: null, deadlineMs: 120_000 },
      ...quickly,
      ...change.backend,
    },
  });
  world.shop.setRunning('web4', true);
  world.shop.server('web4').changedAt -= 3_600_000;
  for (const one of [world.a, world.b]) one.row('shop/web4').bits = 0;
  return world;
}
