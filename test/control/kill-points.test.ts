import { describe, expect, it } from 'vitest';
import type { OperationRequest } from '../../src/domain/operation.ts';
import type { BackendSettings } from '../../src/domain/settings.ts';
import type { Call, Fate, Tap } from '../fakes/mortal.ts';
import { expectAtRest } from '../fakes/at-rest.ts';
import { carryThrough, ordeal, quiet, untilTrue, type Ordeal } from '../fakes/ordeal.ts';
import { idOf, rule } from '../policy/aging/measured.ts';
import { activeShop } from './active-shop.ts';
import { fakeWorld, never, request, type FakeWorld } from '../fakes/world.ts';

/** A moment of an operation: its phase, the call over a seam, and on what. */
interface Point {
  readonly phase: string;
  readonly call: Call;
  readonly when: 'before' | 'after';
}

/** What is asked for, in which shop, and the phases that it passes. */
interface Story {
  readonly name: string;
  readonly shop: () => FakeWorld;
  readonly wanted: OperationRequest;
  readonly phases: readonly string[];
  readonly ends: string;
}

/** The sidecar by itself would wait for another ten days. */
const leaks = rule('memory.used > 85%', { forMs: 864_000_000, confirmMs: 2_000 });

const stories: readonly Story[] = [
  {
    name: 'a rejuvenation',
    shop: shopInUse,
    wanted: request('rejuvenation', 'web1'),
    phases: [
      'requested',
      'activating',
      'duplexing',
      'admitting',
      'draining',
      'rejuvenating',
      'verifying',
      'registering',
    ],
    ends: 'completed',
  },
  {
    name: 'a rejuvenation that is rolled back in its drain',
    shop: () => {
      const world = shopInUse({ drain: { persistenceMs: 2_000, deadlineMs: 5_000, atDeadline: 'abort' } });
      world.shop.server('web1').stuck = 1;
      return world;
    },
    wanted: request('rejuvenation', 'web1'),
    phases: ['requested', 'activating', 'duplexing', 'admitting', 'draining', 'rolling-back'],
    ends: 'aborted',
  },
  {
    name: 'a rejuvenation whose server never returns',
    shop: () => {
      const world = shopInUse({
        actions: [{ kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 30_000 }],
      });
      world.hosts.fates.set('web1', 'never-returns');
      return world;
    },
    wanted: request('rejuvenation', 'web1'),
    phases: ['requested', 'activating', 'duplexing', 'admitting', 'draining', 'rejuvenating'],
    ends: 'failed',
  },
  {
    name: 'a rejuvenation where all serve, with a weight ramp and a bake',
    shop: () => activeInUse({ errors: 0 }),
    wanted: request('rejuvenation', 'web1'),
    phases: ['requested', 'duplexing', 'draining', 'rejuvenating', 'verifying', 'registering'],
    ends: 'completed',
  },
  {
    name: 'a rejuvenation whose server fares worse than its peers',
    shop: () => activeInUse({ errors: 5 }),
    wanted: request('rejuvenation', 'web1'),
    phases: ['requested', 'duplexing', 'draining', 'rejuvenating', 'verifying', 'registering'],
    ends: 'failed',
  },
  {
    name: 'a rejuvenation of a server that is aged, with a go-ahead',
    shop: agedShop,
    wanted: request('rejuvenation', 'web1', {
      ...{ trigger: 'threshold', by: null },
      because: { severity: 'aging', rule: leaks.text, evidence: 'seen', confirmMs: leaks.confirmMs },
    }),
    phases: [
      'requested',
      'activating',
      'duplexing',
      'confirming',
      'admitting',
      'draining',
      'rejuvenating',
      'verifying',
      'registering',
    ],
    ends: 'completed',
  },
  {
    name: 'a drain by hand',
    shop: shopInUse,
    wanted: request('drain', 'web1', { reason: 'to look at it' }),
    phases: ['requested', 'draining'],
    ends: 'completed',
  },
];

const keyOf = ({ phase, call, when }: Point): string =>
  `${phase}: ${when} ${call.name} ${call.detail}`.trim();

function shopInUse(backend: Partial<BackendSettings> = {}): FakeWorld {
  const world = fakeWorld({ source: 'sidecar', settings: { oldWorkersGoneMs: 5_000 }, backend });
  Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 2_000 });
  Object.assign(world.a.row('shop/web1'), { agentConfigured: true, agentEnabled: true });
  return world;
}

/** What is measured of its servers never gets stale. */
function agedShop(): FakeWorld {
  const world = shopInUse({
    rules: [leaks],
    goAhead: { kind: 'http', url: 'http://{address}:{port}/may-i', expect: 200, deadlineMs: 10_000 },
  });
  const source = { name: 'node', everyMs: 15_000, staleMs: 864_000_000 };
  world.samples.keep(idOf('web1'), source, new Map([['memory.used', 0.9]]), world.clock.now());
  return world;
}

/** Three requests are in progress at each look; `errors` of them fail on web1, each time its weight grows. */
function activeInUse({ errors }: { errors: number }): FakeWorld {
  const world = activeShop({
    source: 'sidecar',
    backend: {
      ramp: { steps: [0.25, 1], everyMs: 4_000 },
      bake: { forMs: 6_000, errors: 2, latency: 2, minRequests: 5 },
    },
  });
  for (const name of ['web1', 'web2', 'web3', 'web4']) {
    Object.assign(world.shop.server(name), { busy: 3, requestMs: 2_000 });
  }
  Object.assign(world.a.row('shop/web1'), { agentConfigured: true, agentEnabled: true });
  world.a.onWeight = (id, weight) => {
    if (id === 'shop/web1' && weight === 25) spoil(world, errors);
  };
  return world;
}

/** From the moment that it is back. */
function spoil(world: FakeWorld, errors: number): void {
  const server = world.shop.server('web1');
  let failed = 0;
  Object.defineProperty(server, 'errors', { configurable: true, get: () => (failed += errors) });
}

function phaseOf(world: FakeWorld): string {
  return world.store.records.operations.at(-1)?.phase ?? 'before';
}

/** Every point that an operation passes, each once. */
async function pointsOf({ shop, wanted, ends }: Story): Promise<Point[]> {
  const world = shop();
  const points = new Map<string, Point>();
  const here = await ordeal(world, (call, when) => {
    const point = { phase: phaseOf(world), call, when };
    points.set(keyOf(point), point);
    return 'go';
  });
  expect(await carryThrough(here, wanted)).toBe(true);
  expectAtRest(world);
  expect(phaseOf(world)).toBe(ends);
  await here.control.stop();
  return [...points.values()].filter(({ phase }) => phase !== 'before' && phase !== ends);
}

/** Lets one point meet its fate, the first time it is passed. */
function once(world: FakeWorld, wanted: Point, fate: Fate): Tap {
  let met = false;
  return (call, when) => {
    if (met || keyOf({ phase: phaseOf(world), call, when }) !== keyOf(wanted)) return 'go';
    met = true;
    return fate;
  };
}

async function suffer({ shop, wanted }: Story, point: Point, fate: Fate): Promise<Ordeal> {
  const world = shop();
  const here = await ordeal(world, once(world, point, fate));
  const alive = await carryThrough(here, wanted);
  expect(alive).toBe(fate !== 'die');
  if (!alive) {
    await world.clock.sleep(5_000, never);
    await here.restart();
    await untilTrue(world, () => quiet(world));
  }
  // One poll more, for the keeper.
  await world.clock.sleep(5_000, never);
  return here;
}

const told: Readonly<Record<Exclude<Fate, 'go'>, string>> = {
  die: 'killed',
  fail: 'failing',
  hang: 'hanging',
};

for (const story of stories) {
  const points = await pointsOf(story);

  describe(story.name, () => {
    it('passes all its phases', () => {
      expect([...new Set(points.map(({ phase }) => phase))]).toEqual(story.phases);
    });

    for (const fate of ['die', 'fail', 'hang'] as const) {
      it.each(points.map((point) => ({ name: keyOf(point), point })))(
        `${told[fate]} $name`,
        async ({ point }) => {
          const here = await suffer(story, point, fate);
          expectAtRest(here.world);
          expect(here.world.shop.server('web1').boots).toBeLessThanOrEqual(1);
          await here.control.stop();
        },
      );
    }
  });
}
