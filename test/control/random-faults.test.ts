import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import type { Operation, OperationKind } from '../../src/domain/operation.ts';
import { openOperations, serverRecord } from '../../src/domain/records.ts';
import type { AdminState } from '../../src/domain/server.ts';
import type { FaultSettings } from '../../src/domain/settings.ts';
import type { FakeLoadBalancer } from '../fakes/load-balancer.ts';
import type { RebootFate } from '../fakes/hosts.ts';
import type { Fate, Tap } from '../fakes/mortal.ts';
import { ordeal, untilAtRest, type Ordeal } from '../fakes/ordeal.ts';
import { fakeWorld, never, request, someFaults } from '../fakes/world.ts';

const servers = ['web1', 'web2', 'web3', 'web4'] as const;
type Name = (typeof servers)[number];
type Node = 'a' | 'b';

/** Something that a person does, or that befalls the outside. */
type Happening =
  | { readonly what: 'time passes'; readonly ms: number }
  | { readonly what: 'asks'; readonly kind: OperationKind; readonly server: Name }
  | { readonly what: 'aborts' }
  | { readonly what: 'reload'; readonly on: Node; readonly saved: boolean }
  | { readonly what: 'away' | 'back'; readonly on: Node }
  | { readonly what: 'cut off'; readonly on: Node; readonly times: number }
  | { readonly what: 'answer lost'; readonly on: Node }
  | { readonly what: 'by hand'; readonly on: Node; readonly server: Name; readonly to: AdminState }
  | {
      readonly what: 'ssh fails';
      readonly call: 'connect' | 'run' | 'boot' | 'reboot' | 'copy';
      readonly times: number;
    }
  | { readonly what: 'next reboot'; readonly server: Name; readonly fate: RebootFate }
  | { readonly what: 'dies' | 'lives'; readonly server: Name }
  | { readonly what: 'wall clock jumps'; readonly ms: number }
  | { readonly what: 'disk'; readonly full: 'no' | 'reserved' | 'all' }
  | { readonly what: 'sidecar dies'; readonly afterCalls: number; readonly forMs: number }
  | {
      readonly what: 'a call meets';
      readonly fate: Exclude<Fate, 'go' | 'die'>;
      readonly afterCalls: number;
    };

const server = fc.constantFrom(...servers);
const on = fc.constantFrom<Node>('a', 'b');
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ what: fc.constant('time passes'), ms: fc.integer({ min: 100, max: 40_000 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('asks'),
      kind: fc.constantFrom<OperationKind>(
        'rejuvenation',
        'rejuvenation',
        'switchover',
        'drain',
        'maint',
        'ready',
      ),
      server,
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('aborts') }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('reload'), on, saved: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('away'), on }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('back'), on }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('cut off'), on, times: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('answer lost'), on }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('by hand'),
      on,
      server,
      to: fc.constantFrom<AdminState>('ready', 'drain', 'maint'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('ssh fails'),
      call: fc.constantFrom('connect', 'run', 'boot', 'reboot', 'copy'),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('next reboot'),
      server,
      fate: fc.constantFrom<RebootFate>('reboots', 'nothing', 'never-returns', 'drops-ssh', 'returns-sick'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('dies', 'lives'), server }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('wall clock jumps'),
      ms: fc.constantFrom(3_600_000, -3_600_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('disk'), full: fc.constantFrom('no', 'reserved', 'all') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('sidecar dies'),
      afterCalls: fc.integer({ min: 0, max: 60 }),
      forMs: fc.integer({ min: 0, max: 60_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('a call meets'),
      fate: fc.constantFrom('fail', 'hang'),
      afterCalls: fc.integer({ min: 0, max: 30 }),
    }),
  },
);

/** The tap that the happenings set: so many calls from now, one meets its fate. */
interface Doom {
  fate: Fate;
  left: number;
}

/** Most of its faults are seen and answered; a storm is over soon, so that the end is not waited for. */
const answered: FaultSettings = {
  ...someFaults,
  everyMs: 4_000,
  recover: [
    { kind: 'run', command: 'sudo -n mend-shop', deadlineMs: 10_000 },
    { kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 60_000 },
  ],
  storm: { share: 1 / 3, windowMs: 30_000, quietMs: 60_000 },
};

async function live(happenings: readonly Happening[], faults: FaultSettings | null): Promise<Ordeal> {
  const world = fakeWorld({
    source: 'sidecar',
    settings: { oldWorkersGoneMs: 5_000 },
    backend: { drain: { persistenceMs: 2_000, deadlineMs: 60_000, atDeadline: 'wait' }, faults },
  });
  for (const name of servers) Object.assign(world.shop.server(name), { busy: 1, requestMs: 1_500 });
  const doom: Doom = { fate: 'go', left: 0 };
  const tap: Tap = () => {
    if (doom.fate === 'go' || doom.left-- > 0) return 'go';
    const { fate } = doom;
    doom.fate = 'go';
    return fate;
  };
  const here = await ordeal(world, tap);
  for (const one of happenings) {
    await befall(here, doom, tap, one);
    expectLawful(here);
  }
  await healAll(here, doom);
  return here;
}

async function befall(here: Ordeal, doom: Doom, tap: Tap, one: Happening): Promise<void> {
  const { world } = here;
  const node = (name: Node): FakeLoadBalancer => world[name];
  const disturb = (): number => (here.disturbedAt = world.clock.monotonic());
  switch (one.what) {
    case 'time passes':
      await world.clock.sleep(one.ms, never);
      return;
    case 'asks': {
      const reason = 'a test';
      void here.control.begin(request(one.kind, one.server, { reason }), never).catch(() => undefined);
      await world.clock.sleep(1_000, never);
      return;
    }
    case 'aborts': {
      const open = openOperations(world.store.records).at(-1);
      if (open !== undefined)
        void here.control.abort(open.id, 'anna', 'a test', never).catch(() => undefined);
      return;
    }
    case 'reload':
      disturb();
      if (one.saved) node(one.on).reloadWithState();
      else node(one.on).reload(['shop/web4']);
      return;
    case 'away':
    case 'back':
      node(one.on).away = one.what === 'away';
      return;
    case 'cut off': {
      const facts = { loadBalancer: node(one.on).name, socket: '/s', command: 'show stat' };
      node(one.on).faults.fail('read', new RejuvError('reply-truncated', facts), one.times);
      return;
    }
    case 'answer lost': {
      const facts = { loadBalancer: node(one.on).name, command: 'set server', deadlineMs: 5_000 };
      node(one.on).faults.fail('setAdmin-answer', new RejuvError('haproxy-silent', facts), 1);
      return;
    }
    case 'by hand':
      disturb();
      node(one.on).setByHand(`shop/${one.server}`, one.to);
      return;
    case 'ssh fails':
      world.hosts.faults.fail(
        one.call,
        new RejuvError('host-lost', { host: 'a host', command: 'x' }),
        one.times,
      );
      return;
    case 'next reboot':
      world.hosts.fates.set(one.server, one.fate);
      return;
    case 'dies':
    case 'lives':
      world.shop.setRunning(one.server, one.what === 'lives');
      return;
    case 'wall clock jumps':
      world.clock.jumpWall(one.ms);
      return;
    case 'disk':
      world.store.full = one.full;
      return;
    case 'sidecar dies':
      Object.assign(doom, { fate: 'die', left: one.afterCalls });
      await Promise.race([here.life.ended, world.clock.sleep(10_000, never)]);
      Object.assign(doom, { fate: 'go' });
      await world.clock.sleep(one.forMs, never);
      await here.restart(tap);
      return;
    case 'a call meets':
      Object.assign(doom, { fate: one.fate, left: one.afterCalls });
  }
}

/** What holds at any moment. */
function expectLawful({ world }: Ordeal): void {
  expect(world.lawsBroken).toEqual([]);
  const open = openOperations(world.store.records);
  // Where a server is repaired, its place may be taken meanwhile.
  const repairs = open.filter(({ kind }) => kind === 'recovery').map(({ server: name }) => name);
  const beside = ({ kind, server: name }: Operation): boolean =>
    kind === 'failover' && repairs.includes(name);
  const targets = open.filter((one) => !beside(one)).map(({ server: name }) => name);
  expect(new Set(targets).size, 'one operation per server').toBe(targets.length);
  for (const { steps } of world.store.records.operations) {
    const orders = steps.filter(({ step, beganAt }) => step.kind === 'reboot' && beganAt !== null);
    expect(orders.length).toBeLessThanOrEqual(1);
  }
  for (const name of servers) {
    const orders = world.hosts.faults.calls.filter((call) => call.startsWith(`reboot ${name} `)).length;
    expect(world.shop.server(name).boots).toBeLessThanOrEqual(orders);
  }
}

/** Everything gets well again, and the sidecar is started once more: now all must come to rest. */
async function healAll(here: Ordeal, doom: Doom): Promise<void> {
  const { world } = here;
  doom.fate = 'go';
  for (const one of [world.a, world.b]) {
    one.away = false;
    one.faults.heal('read');
    one.faults.heal('setAdmin-answer');
  }
  for (const call of ['connect', 'run', 'boot', 'reboot', 'copy']) world.hosts.faults.heal(call);
  world.hosts.fates.clear();
  world.hosts.recoverAll();
  world.store.full = 'no';
  for (const name of servers) {
    world.shop.setRunning(name, true);
    Object.assign(world.shop.server(name), { passesProbe: true, passesCheck: true });
  }
  await here.restart();
  await untilAtRest(world);
}

/** At rest every drain and maint has somebody who answers for it: a record, HAProxy's own file, or a person. */
function expectExplained({ world }: Ordeal): void {
  for (const one of [world.a, world.b]) {
    for (const name of servers) {
      const record = serverRecord(world.store.records, request('ready', name).target);
      const intent = record.intents[one.name];
      const now = one.admin(`shop/${name}`);
      if (now === 'ready' || intent?.to !== now) continue;
      const ours =
        record.hold !== null || record.role === 'spare' || one.lastHand.get(`shop/${name}`) === now;
      expect(ours, `${name} is in ${now} on ${one.name}, by rejuv, and nothing says why`).toBe(true);
    }
  }
}

describe('whatever happens, in whatever order', () => {
  for (const [who, faults, numRuns] of [
    ['', null, 60],
    [', and faults are answered', answered, 30],
  ] as const) {
    it(`the laws hold at each moment, and everything comes to rest${who}`, { timeout: 240_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 60 }), async (happenings) => {
          const here = await live(happenings, faults);
          expectLawful(here);
          expectExplained(here);
          await here.control.stop();
        }),
        { numRuns },
      );
    });
  }
});
