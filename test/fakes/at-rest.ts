import { expect } from 'vitest';
import { backendName, type ServerName } from '../../src/domain/names.ts';
import { isEnd, type Operation } from '../../src/domain/operation.ts';
import { findOperation, openOperations, serverRecord, type Intent } from '../../src/domain/records.ts';
import { openFault, serverFaults } from '../../src/domain/fault-records.ts';
import { isServing } from '../../src/policy/serving.ts';
import { quiet, untilAtRest, untilTrue, type Ordeal } from './ordeal.ts';
import { never, request, type FakeWorld } from './world.ts';

const shop = backendName('shop');

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

/**
 * Everything lives, and is quiet. What is out has somebody who said so; after a person has taken that back, all serve,
 * each in its role, and no fault goes on.
 */
export async function expectFullService(here: Ordeal): Promise<void> {
  const { world } = here;
  const names = world.settings.backends[0]!.servers.map(({ name }) => name);
  // What is taken back may let the keeper make up for what too few servers forbade, and a fault be answered then.
  for (let time = 0; time < 3 && (await takeBack(here, names)); time += 1) await untilAtRest(world);
  expect(world.lawsBroken).toEqual([]);
  for (const name of names) {
    const { records } = world.store;
    const { role, hold } = serverRecord(records, { backend: shop, server: name });
    const states = [world.a, world.b].map((one) => {
      const row = one.now().find(({ id }) => id.server === name)!;
      return isServing(row, false) ? 'serving' : row.admin;
    });
    const wanted = role === 'spare' ? 'maint' : 'serving';
    const last = records.operations.filter(({ server }) => server === name).at(-1);
    const said = `${name}, a ${role}${hold === null ? '' : ` (${hold.reason})`}, after ${last?.kind} ${last?.phase}: ${last?.cause?.reason}`;
    expect(states, said).toEqual([wanted, wanted]);
    const { faults } = records;
    const open = openFault(serverFaults(faults, { backend: shop, server: name }));
    expect(open, `${name} has a fault that goes on`).toBeNull();
  }
}

/** A person has set it, or was told that it had to stay: in HAProxy itself or by the last operation that has said something about it. */
function isPersons({ a, b, store }: FakeWorld, name: ServerName): boolean {
  const { intents } = serverRecord(store.records, { backend: shop, server: name });
  return [a, b].some((one) => {
    const intent = intents[one.name];
    // A person had it, and a new process of HAProxy has forgotten that.
    if (intent?.yielded === true) return true;
    const by = intent?.operation ?? null;
    const operation = by === null ? undefined : findOperation(store.records, by);
    // It was needed when its operation could not be taken back: a person is told of that.
    if (operation?.phase === 'failed' && stays(operation, name, intent)) return true;
    // It is owed the maint, and too few would serve: a person is told of that too.
    const needed = store
      .of('alert')
      .some(({ code, server }) => code === 'min-serving' && server?.server === name);
    if (needed && intent?.to === 'maint' && one.admin(`shop/${name}`) !== 'maint') return true;
    const asked = operation?.trigger === 'operator' && ['ready', 'drain', 'maint'].includes(operation.kind);
    return asked || one.lastHand.get(`shop/${name}`) === one.admin(`shop/${name}`);
  });
}

/** The stand-in, and a server whose way back had begun: it never left service on this one, or is back in it. */
function stays({ spare, server, steps }: Operation, name: ServerName, intent: Intent | undefined): boolean {
  if (spare === name) return true;
  return server === name && intent?.to === 'ready' && steps.some(({ phase }) => phase === 'rolling-back');
}

/** A person ends what only a person can end: holds, quarantines, and what was set by hand. False: there was nothing. */
async function takeBack({ world, control }: Ordeal, names: readonly ServerName[]): Promise<boolean> {
  let said = false;
  const say = async (kind: 'ready' | 'maint', name: ServerName): Promise<void> => {
    await control.begin(request(kind, name, { reason: 'a test' }), never);
    await untilTrue(world, () => quiet(world));
    said = true;
  };
  const about = (name: ServerName) => {
    const id = { backend: shop, server: name };
    const { records } = world.store;
    const { role, hold } = serverRecord(records, id);
    const states = [world.a, world.b].map((one) => one.admin(`shop/${name}`));
    const held = hold !== null || serverFaults(records.faults, id).quarantine !== null;
    return { rests: role === 'spare', held, states };
  };
  // Only a person lets a spare serve, or keeps it in drain; what is held leaves its hold through service.
  for (const name of names) {
    const { rests, states } = about(name);
    const atRest = !rests || states.every((state) => state === 'maint');
    const said = `${name} is a spare, and ${states.join(' and ')}: a person said so`;
    expect(atRest || isPersons(world, name), said).toBe(true);
  }
  // First all that serve: one that leaves may be needed until then.
  for (const name of names) {
    const { rests, held, states } = about(name);
    if (held || (!rests && states.some((state) => state !== 'ready'))) await say('ready', name);
  }
  for (const name of names) {
    const { rests, states } = about(name);
    if (rests && states.some((state) => state !== 'maint')) await say('maint', name);
  }
  return said;
}
