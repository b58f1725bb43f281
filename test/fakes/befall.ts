import { RejuvError } from '../../src/domain/errors.ts';
import { sameServer } from '../../src/domain/names.ts';
import type { Event } from '../../src/domain/event.ts';
import { findOperation, openOperations, serverRecord } from '../../src/domain/records.ts';
import type { AdminState } from '../../src/domain/server.ts';
import { servers, type Happening, type Name, type Node, type Strike, type Trouble } from './happening.ts';
import type { FakeLoadBalancer } from './load-balancer.ts';
import type { Fate, Tap } from './mortal.ts';
import type { Ordeal } from './ordeal.ts';
import { never, request } from './world.ts';

/** What the happenings have in store for the calls over the seams. */
export interface Doom {
  /** So many calls from now, one meets this. */
  fate: Fate;
  left: number;
  /** They wait for their phase; once it was entered, for their call. */
  readonly strikes: { readonly strike: Strike; on: string | null; left: number }[];
  /** What befell whom, and in which phase of an operation: for those who count. */
  readonly struck: string[];
}

export function noDoom(): Doom {
  return { fate: 'go', left: 0, strikes: [], struck: [] };
}

/** The tap of a doom; `here` is there once the ordeal has begun. */
export function tapOf(doom: Doom, here: () => Ordeal | null): Tap {
  return (_call, when) => {
    const now = here();
    if (now !== null && when === 'before') strikeNow(now, doom);
    if (doom.fate === 'go' || doom.left-- > 0) return 'go';
    const { fate } = doom;
    doom.fate = 'go';
    return fate;
  };
}

/** Strikes hear of the phases by the records. */
export function listen(here: Ordeal, doom: Doom): void {
  const { store } = here.world;
  const { onAppend } = store;
  store.onAppend = (event) => {
    onAppend(event);
    hear(here, doom, event);
  };
}

function hear({ world }: Ordeal, { strikes }: Doom, event: Event): void {
  if (event.type !== 'phase-entered') return;
  const operation = findOperation(world.store.records, event.id);
  if (operation === undefined) return;
  const { server, spare } = operation;
  for (const one of strikes) {
    const { phase, part, afterCalls } = one.strike;
    if (one.on !== null || phase !== event.phase) continue;
    const other = servers.find((name) => name !== server && name !== spare);
    const on = part === 'its server' ? server : part === 'its spare' ? spare : (other ?? null);
    if (on !== null) Object.assign(one, { on, left: afterCalls });
  }
}

function strikeNow(here: Ordeal, doom: Doom): void {
  const { strikes, struck } = doom;
  const at = strikes.findIndex((one) => one.on !== null && one.left-- <= 0);
  const [due] = at < 0 ? [] : strikes.splice(at, 1);
  if (due?.on === null || due === undefined) return;
  const { trouble, forMs } = due.strike;
  note(here, struck, trouble, due.on);
  befallServer(here, trouble, due.on, forMs);
}

/** What an operation was about, and where it stood, when something befell a server. */
function note({ world }: Ordeal, struck: string[], what: string, name: string): void {
  for (const { kind, phase, server, spare } of openOperations(world.store.records)) {
    const part = name === server ? 'its server' : name === spare ? 'its spare' : 'another';
    struck.push(`${kind} in ${phase}: ${part} ${what}`);
  }
}

function befallServer(here: Ordeal, trouble: Trouble, name: string, forMs: number, on: Node = 'a'): void {
  const { shop, hosts, clock } = here.world;
  switch (trouble) {
    case 'dies':
      shop.setRunning(name, false);
      return;
    case 'dies with its host':
      shop.setRunning(name, false);
      hosts.cutOff(name, forMs);
      return;
    case 'hangs':
      shop.setHanging(name, true);
      return;
    case 'unreachable':
      hosts.cutOff(name, forMs);
      return;
    case 'seen down by one':
      here.world[on].cannotReach.set(name, clock.monotonic() + forMs);
      return;
    case 'reboots':
      here.otherBoots.push(name);
      shop.boot(name);
      hosts.cutOff(name, Math.min(forMs, 15_000));
      return;
    case 'dies with two others': {
      const others = servers.filter((other) => other !== name).slice(0, 2);
      for (const one of [name, ...others]) shop.setRunning(one, false);
    }
  }
}

export async function befall(here: Ordeal, doom: Doom, tap: Tap, one: Happening): Promise<void> {
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
      byHand(here, node(one.on), `shop/${one.server}`, one.to);
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
    case 'lives':
      world.shop.setRunning(one.server, true);
      world.shop.setHanging(one.server, false);
      return;
    case 'trouble':
      note(here, doom.struck, one.trouble, one.server);
      befallServer(here, one.trouble, one.server, one.forMs, one.on);
      return;
    case 'strike':
      doom.strikes.push({ strike: one.strike, on: null, left: 0 });
      return;
    case 'a spare dies':
      for (const name of servers.filter((each) => isSpare(here, each)).slice(0, 1)) {
        note(here, doom.struck, 'is a spare that dies', name);
        befallServer(here, 'dies with its host', name, one.forMs);
      }
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

function byHand(here: Ordeal, node: FakeLoadBalancer, id: string, to: AdminState): void {
  const { hands, world } = here;
  const before = new Set<string>(world.store.records.operations.map((operation) => operation.id));
  if (node.admin(id) !== to) {
    const { reads, pid } = node;
    const server = request('ready', id.split('/')[1] ?? '').target;
    const words = world.store.of('admin-intended').filter((word) => sameServer(word.server, server));
    const spoken = new Set(words.flatMap((word) => word.id ?? []));
    const at = world.clock.monotonic();
    const asCameUp = mayComeUpWith(here, node, id, to);
    hands.set(`${node.name} ${id}`, { to, pid, reads, at, before, spoken, asCameUp });
  }
  node.setByHand(id, to);
}

/** A process that rejuv has not looked at yet may have come up with this: by its configuration, or by an old state file. */
function mayComeUpWith({ world }: Ordeal, node: FakeLoadBalancer, id: string, to: AdminState): boolean {
  const seen = world.store.records.processes[node.name];
  if (seen?.process.pid === node.pid) return false;
  const { intents } = serverRecord(world.store.records, request('ready', id.split('/')[1] ?? '').target);
  return [node.configuredAdmin(id), seen?.states[id], intents[node.name]?.from].includes(to);
}

function isSpare({ world }: Ordeal, name: Name): boolean {
  return serverRecord(world.store.records, request('ready', name).target).role === 'spare';
}

/** Everything outside gets well again: servers, hosts, load balancers, the disk. */
export function healAll({ world }: Ordeal, doom: Doom): void {
  Object.assign(doom, { fate: 'go' });
  doom.strikes.length = 0;
  for (const one of [world.a, world.b]) {
    one.away = false;
    one.faults.heal('read');
    one.faults.heal('setAdmin-answer');
    one.cannotReach.clear();
  }
  for (const call of ['connect', 'run', 'boot', 'reboot', 'copy']) world.hosts.faults.heal(call);
  world.hosts.fates.clear();
  world.hosts.recoverAll();
  world.store.full = 'no';
  for (const name of servers) {
    world.shop.setRunning(name, true);
    world.shop.setHanging(name, false);
    Object.assign(world.shop.server(name), { passesCheck: true });
  }
}
