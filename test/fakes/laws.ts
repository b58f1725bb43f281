import { isFault } from '../../src/domain/fault.ts';
import { openFault, serverFaults } from '../../src/domain/fault-records.ts';
import {
  backendName,
  formatServerId,
  sameServer,
  serverName,
  type OperationId,
  type ServerId,
} from '../../src/domain/names.ts';
import { phases, reservedServers, takesSpare, type Operation } from '../../src/domain/operation.ts';
import { findOperation, openOperations, serverRecord } from '../../src/domain/records.ts';
import type { AdminState } from '../../src/domain/server.ts';
import { isServing } from '../../src/policy/serving.ts';
import type { FakeLoadBalancer } from './load-balancer.ts';
import type { Ordeal } from './ordeal.ts';
import type { FakeWorld } from './world.ts';

/** The laws that hold at each single act, whatever happens: they throw where one is broken. */
export function watchTheLaws(here: Ordeal): void {
  const { world } = here;
  const broken = (law: string): never => {
    world.lawsBroken.push(law);
    throw new Error(law);
  };
  for (const one of [world.a, world.b]) {
    one.onWrite = (id, to) => {
      const [backend = '', server = ''] = id.split('/');
      const name = { backend: backendName(backend), server: serverName(server) };
      const intent = serverRecord(world.store.records, name).intents[one.name];
      // One that is taken back needs no record of its own: while it is unsure, both its states are announced.
      const takenBack = intent?.unsure === true && intent.from === to;
      if (intent === undefined || (intent.to !== to && !takenBack))
        return broken(`${one.name} ${id} ${to}: no record announced it`);
      const problem = handProblem(here, one, id, to, intent.operation);
      if (problem !== null) broken(problem);
      here.hands.delete(`${one.name} ${id}`);
      if (one.admin(id) === 'maint' && to !== 'maint' && one.keepsDead(id))
        broken(`${one.name} ${id} ${to}: connections to it from before its reboot are kept`);
      if (to === 'ready') return;
      // As far as was observed: what dies between the last look and the write is nobody's fault.
      const below = one.lastReads.every((rows) => {
        const own = rows.find((row) => row.id.server === server);
        const left = rows.filter((row) => isServing(row, false) && row.id.server !== server).length;
        return own !== undefined && isServing(own, false) && left < world.settings.backends[0]!.minServing;
      });
      if (below) broken(`${one.name} ${id} ${to}: too few would serve`);
    };
    const before = one.onWeight;
    one.onWeight = (id, weight) => {
      before(id, weight);
      const [backend = '', server = ''] = id.split('/');
      const name = { backend: backendName(backend), server: serverName(server) };
      const word = serverRecord(world.store.records, name).weights[one.name];
      if (word?.to !== weight) broken(`${one.name} ${id} weight ${weight}: no record announced it`);
    };
  }
  world.store.onAppend = (event) => {
    if (event.type === 'operation-opened') lawOfOpening(here, event.operation, broken);
    if (event.type === 'admin-confirmed') agree(here, event.loadBalancer, event.server);
  };
  const acted = new Set<string>();
  const act = (server: string, what: string): void => {
    const open = openOperations(world.store.records).flatMap(({ id, steps }) =>
      steps.map((planned, index) => ({ key: `${id} ${index}`, ...planned })),
    );
    const found = open.find(
      ({ step, state }) =>
        state === 'begun' &&
        step.server.server === server &&
        (step.kind === 'reboot' || step.kind === 'run' || step.kind === 'mend'),
    );
    if (found === undefined) return broken(`${what} on ${server}: no record announced it`);
    const { key, step } = found;
    const once = step.kind === 'run' ? step.once : takesEffect(world, server, what);
    if (once && acted.has(key)) broken(`${what} on ${server}: a second time in step ${key}`);
    if (once) acted.add(key);
    // What a person or a reload did a moment ago nobody could have seen.
    if (world.clock.monotonic() - here.disturbedAt < 30_000) return;
    for (const one of [world.a, world.b]) {
      if (one.away) continue;
      const row = one.now().find(({ id }) => id.server === server);
      if (row?.admin !== 'maint')
        broken(`${what} on ${server}: it is ${row?.admin ?? 'gone'} on ${one.name}`);
      if ((row?.sessions ?? 0) > 0) broken(`${what} on ${server}: sessions on ${one.name}`);
    }
  };
  world.hosts.onAct = act;
  world.machine.onRun = (command) => {
    const server = command.split(' ').at(-1) ?? '';
    act(server, command);
    here.otherBoots.push(server);
    world.shop.boot(server);
    world.hosts.cutOff(server, 10_000);
  };
}

/** An order that changes nothing may be given again. */
function takesEffect({ hosts }: FakeWorld, server: string, what: string): boolean {
  if (!what.includes('reboot')) return true;
  const fate = hosts.fates.get(server) ?? 'reboots';
  return fate === 'reboots' || fate === 'returns-sick';
}

/** What rejuv wanted anyway when it first saw it is nobody's change: nobody could tell. */
function agree({ hands, world }: Ordeal, loadBalancer: string, server: ServerId): void {
  const key = `${loadBalancer} ${formatServerId(server)}`;
  const hand = hands.get(key);
  const node = [world.a, world.b].find(({ name }) => name === loadBalancer);
  const { intents } = serverRecord(world.store.records, server);
  if (hand === undefined || node === undefined || intents[loadBalancer]?.to !== hand.to) return;
  if (node.reads - hand.reads < 5) hands.delete(key);
}

/** What a person has set stays, once rejuv can have seen it, until a person asks for something else. */
function handProblem(
  { hands, world }: Ordeal,
  one: FakeLoadBalancer,
  id: string,
  to: AdminState,
  by: OperationId | null,
): string | null {
  const hand = hands.get(`${one.name} ${id}`);
  if (hand === undefined || hand.pid !== one.pid || hand.to === to) return null;
  // It looks like a state that a new process has forgotten: nobody can tell.
  if (hand.asCameUp) return null;
  if (one.reads - hand.reads < 5 || world.clock.monotonic() - hand.at < 10_000) return null;
  const operation = by === null ? undefined : findOperation(world.store.records, by);
  if (operation !== undefined) {
    const { trigger, kind, server } = operation;
    const asked = trigger === 'operator' && id === `shop/${server}`;
    // Ready is no word against a failover.
    if (!hand.before.has(operation.id) && (asked || (kind === 'failover' && hand.to === 'ready')))
      return null;
    // A person's wish for this very server, before it has said anything: which of the two came first, nobody can see.
    if (asked && !takesSpare(kind) && !hand.spoken.has(operation.id)) return null;
  }
  return `${one.name} ${id} ${to}: a person set it to ${hand.to}`;
}

/** So long a fault is believed after it is over: the looks that end it, and those in between. */
const believedMs = 30_000;

/** No failover of a server that serves, and no spare that somebody else has. */
function lawOfOpening({ world, life }: Ordeal, operation: Operation, broken: (law: string) => never): void {
  const { kind, backend, server, spare } = operation;
  const id = { backend, server };
  for (const one of openOperations(world.store.records)) {
    // They share that server alone, and the failover leaves it to the repair.
    const beside = kind === 'failover' && one.kind === 'recovery' && one.server === server;
    if (spare !== null && (one.spare === spare || one.server === spare))
      broken(`${kind} of ${server}: its spare ${spare} is taken`);
    const both = reservedServers(one).find((id) =>
      reservedServers(operation).some((mine) => sameServer(id, mine)),
    );
    // While no sidecar runs a person may take a server that it has left behind.
    const taken = life.over && operation.trigger === 'operator' && !takesSpare(kind);
    // Past its first action what has taken over is on its own.
    const onItsOwn = kind === 'failover' && one.spare === server && !phases[one.phase].wayBack;
    if (both !== undefined && !beside && !onItsOwn && !taken)
      broken(`${kind} of ${server}: ${both.server} is in ${one.kind} of ${one.server}`);
  }
  if (kind !== 'failover') return;
  const fault = openFault(serverFaults(world.store.records.faults, id));
  if (fault === null || !isFault(fault.verdict)) broken(`failover of ${server}: its fault is not on record`);
  const { running, passesProbe, changedAt, hungAt } = world.shop.server(server);
  const since = Math.max(
    changedAt,
    hungAt,
    ...[world.a, world.b].map((one) => one.cannotReach.get(server) ?? 0),
  );
  const serves = [world.a, world.b].every((one) => {
    const row = one.now().find(({ id }) => id.server === server);
    return !one.away && row !== undefined && isServing(row, false);
  });
  const settled = world.clock.monotonic() - since > believedMs;
  if (running && passesProbe && serves && settled)
    broken(`failover of ${server}: it serves and passes its probe`);
}
