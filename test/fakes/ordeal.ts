import { expect } from 'vitest';
import { createControl, type LocalControl } from '../../src/control/local-control.ts';
import type { OperationRequest } from '../../src/domain/operation.ts';
import { isEnd, type Operation } from '../../src/domain/operation.ts';
import { openOperations, serverRecord } from '../../src/domain/records.ts';
import { backendName, serverName } from '../../src/domain/names.ts';
import { isServing } from '../../src/policy/serving.ts';
import { Life, mortal, type Tap } from './mortal.ts';
import { never, type FakeWorld } from './world.ts';

/** One process after another over the same outside, each of which may be killed. */
export interface Ordeal {
  readonly world: FakeWorld;
  control: LocalControl;
  life: Life;
  /** When something beside rejuv last changed a load balancer, monotonic. */
  disturbedAt: number;
  /** A new process; what the old one waited for never comes. */
  restart(tap?: Tap): Promise<void>;
}

const pass: Tap = () => 'go';

export async function ordeal(world: FakeWorld, tap: Tap = pass): Promise<Ordeal> {
  const begin = (over: Tap): { control: LocalControl; life: Life } => {
    const life = new Life();
    return { life, control: createControl(mortal(world.world, life, over)) };
  };
  const here: Ordeal = {
    world,
    disturbedAt: Number.NEGATIVE_INFINITY,
    ...begin(tap),
    async restart(next = pass) {
      here.life.end();
      Object.assign(here, begin(next));
      await started(here);
    },
  };
  watchTheLaws(here);
  await started(here);
  return here;
}

/** A process that is killed in its start never says that it has started. */
async function started({ control, life }: Ordeal): Promise<void> {
  await Promise.race([control.start(never), life.ended]);
}

/** Begins an operation and stays until it has ended, or the process is dead; false for dead. */
export async function carryThrough(here: Ordeal, wanted: OperationRequest): Promise<boolean> {
  const { world, life, control } = here;
  const outcome = control.begin(wanted, never).then(
    () => 'begun',
    () => 'refused',
  );
  await Promise.race([outcome, life.ended]);
  await untilTrue(world, () => life.over || quiet(world));
  return !life.over;
}

export function quiet({ store }: FakeWorld): boolean {
  return openOperations(store.records).length === 0;
}

/** Quiet for a minute on end: between two operations about one fault there is a moment too. */
export async function untilAtRest(world: FakeWorld): Promise<void> {
  let since = world.clock.monotonic();
  await untilTrue(
    world,
    () => {
      if (!quiet(world)) since = world.clock.monotonic();
      return world.clock.monotonic() - since > 60_000;
    },
    7_200,
  );
}

/** Waits in virtual time, up to six hours of it. */
export async function untilTrue({ clock }: FakeWorld, holds: () => boolean, turns = 43_200): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    if (holds()) return;
    await clock.sleep(500, never);
  }
  throw new Error(`it never came about, in ${turns / 7_200} hours`);
}

const shop = backendName('shop');

/** The laws that hold at each single act, whatever happens: they throw where one is broken. */
function watchTheLaws(here: Ordeal): void {
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
      if (intent?.to !== to) broken(`${one.name} ${id} ${to}: no record announced it`);
      if (to === 'ready') return;
      // As far as was observed: what dies between the last look and the write is nobody's fault.
      const below = one.lastReads.every((rows) => {
        const own = rows.find((row) => row.id.server === server);
        const left = rows.filter((row) => isServing(row, false) && row.id.server !== server).length;
        return own !== undefined && isServing(own, false) && left < world.settings.backends[0]!.minServing;
      });
      if (below) broken(`${one.name} ${id} ${to}: too few would serve`);
    };
  }
  for (const one of [world.a, world.b]) {
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
    if (event.type === 'operation-opened') lawOfOpening(world, event.operation, broken);
  };
  world.hosts.onAct = (server, what) => {
    const open = openOperations(world.store.records).find(({ steps }) =>
      steps.some(
        ({ step, state }) =>
          state === 'begun' &&
          step.server.server === server &&
          (step.kind === 'reboot' || step.kind === 'run' || step.kind === 'mend'),
      ),
    );
    if (open === undefined) broken(`${what} on ${server}: no record announced it`);
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
}

/** So long a fault is believed after it is over: the looks that end it, and those in between. */
const believedMs = 30_000;

/** No failover of a server that serves, and no spare that somebody else has. */
function lawOfOpening(
  world: FakeWorld,
  { kind, server, spare }: Operation,
  broken: (law: string) => never,
): void {
  const open = openOperations(world.store.records);
  if (spare !== null && open.some((one) => one.spare === spare || one.server === spare)) {
    broken(`${kind} of ${server}: its spare ${spare} is taken`);
  }
  if (kind !== 'failover') return;
  const { running, passesProbe, changedAt } = world.shop.server(server);
  const serves = [world.a, world.b].every((one) => {
    const row = one.now().find(({ id }) => id.server === server);
    return !one.away && row !== undefined && isServing(row, false);
  });
  const settled = world.clock.monotonic() - changedAt > believedMs;
  if (running && passesProbe && serves && settled)
    broken(`failover of ${server}: it serves and passes its probe`);
}

/** The laws of a quiet moment: every drain and maint has its explanation, nothing is half-done. */
export function expectAtRest(world: FakeWorld): void {
  const { records } = world.store;
  expect(world.lawsBroken).toEqual([]);
  expect(openOperations(records)).toEqual([]);
  for (const { name } of world.settings.backends[0]!.servers) {
    const record = serverRecord(records, { backend: shop, server: name });
    const states = [world.a, world.b].map((one) => one.admin(`shop/${name}`));
    const said = `${name} is ${states.join(' and ')}`;
    const explained = record.hold !== null || (record.role === 'spare' && states.every((s) => s === 'maint'));
    if (states.some((state) => state !== 'ready')) expect(explained, said).toBe(true);
    for (const one of [world.a, world.b]) {
      const { weight, configuredWeight } = one.row(`shop/${name}`);
      expect(weight, `${name} has its weight back on ${one.name}`).toBe(configuredWeight);
    }
    if (record.hold !== null) continue;
    expect(new Set(states).size, said).toBe(1);
    expect(record.agentsOff, `${name} has its agent back`).toEqual({});
  }
  for (const operation of records.operations) expectExplained(world, operation);
}

function expectExplained(world: FakeWorld, { id, phase, cause }: Operation): void {
  expect(isEnd(phase)).toBe(true);
  if (phase === 'completed') return;
  expect(cause).not.toBeNull();
  if (phase !== 'failed') return;
  const told = world.store.of('alert').some((alert) => alert.operation === id);
  expect(
    told || cause?.code === 'changed-by-hand' || cause?.code === 'taken-over',
    `a person is told of ${id}`,
  ).toBe(true);
}
