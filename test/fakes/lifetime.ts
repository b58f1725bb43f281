import { expect } from 'vitest';
import { findOperation, openOperations, serverRecord } from '../../src/domain/records.ts';
import { noteEvents } from './answered.ts';
import { expectFullService } from './at-rest.ts';
import { befall, healAll, listen, tapOf, type Doom } from './befall.ts';
import { servers, type Happening } from './happening.ts';
import { ordeal, untilAtRest, type Ordeal } from './ordeal.ts';
import { troubledShop, type Shop } from './troubled-shop.ts';
import { never, request } from './world.ts';

/** A shop, and all that happens to it: the laws hold at each moment, and in the end it is whole again. */
export async function lifetime(shop: Shop, happenings: readonly Happening[], doom: Doom): Promise<void> {
  let begun: Ordeal | null = null;
  const tap = tapOf(doom, () => begun);
  const here = await ordeal(troubledShop(shop), tap);
  begun = here;
  listen(here, doom);
  const { upset, unanswered } = noteEvents(here.world);
  for (const one of happenings) {
    await befall(here, doom, tap, one);
    // With a full disk no operation can be opened: that is said, and nothing else.
    if (upsetting.includes(one.what) || here.world.store.full !== 'no') upset();
    expectLawful(here);
  }
  // Everything gets well again, and the sidecar is started once more: now all must come to rest.
  healAll(here, doom);
  await here.restart();
  await abortWhatWaits(here);
  await untilAtRest(here.world);
  expectLawful(here);
  expectExplained(here);
  expect(unanswered()).toEqual([]);
  await expectFullService(here);
  await here.control.stop();
}

/**
 * An operation that waits until enough others serve waits for a person, who is told so. Half an hour later, with all well
 * again, that person gives it up.
 */
async function abortWhatWaits({ world, control }: Ordeal): Promise<void> {
  for (let minute = 0; minute < 30 && openOperations(world.store.records).length > 0; minute += 1)
    await world.clock.sleep(60_000, never);
  const told = world.store.of('alert').filter(({ code }) => code === 'not-in-line');
  for (const { id } of openOperations(world.store.records)) {
    if (told.some(({ operation }) => operation === id)) await control.abort(id, 'anna', 'a test', never);
  }
}

/** After these the sidecar may have had other things to do than to answer a fault. */
const upsetting: readonly Happening['what'][] = [
  'away',
  'back',
  'reload',
  'cut off',
  'disk',
  'sidecar dies',
  'a call meets',
  'by hand',
];

/** What holds at any moment. */
function expectLawful({ world, otherBoots }: Ordeal): void {
  expect(world.lawsBroken).toEqual([]);
  const open = openOperations(world.store.records);
  // Where a server is repaired, its place may be taken meanwhile.
  const repairs = open.filter(({ kind }) => kind === 'recovery').map(({ server: name }) => name);
  const beside = open.filter(({ kind, server: name }) => kind === 'failover' && repairs.includes(name));
  const targets = open.filter((one) => !beside.includes(one)).map(({ server: name }) => name);
  expect(new Set(targets).size, 'one operation per server').toBe(targets.length);
  for (const { steps } of world.store.records.operations) {
    const orders = steps.filter(({ step, beganAt }) => step.kind === 'reboot' && beganAt !== null);
    expect(orders.length).toBeLessThanOrEqual(1);
  }
  for (const name of servers) {
    const orders = world.hosts.faults.calls.filter((call) => call.startsWith(`reboot ${name} `)).length;
    const others = otherBoots.filter((one) => one === name).length;
    expect(world.shop.server(name).boots).toBeLessThanOrEqual(orders + others);
  }
}

/** At rest every drain and maint has somebody who answers for it: a record, HAProxy's own file, or a person. */
function expectExplained({ world }: Ordeal): void {
  for (const one of [world.a, world.b]) {
    for (const name of servers) {
      const record = serverRecord(world.store.records, request('ready', name).target);
      const intent = record.intents[one.name];
      const now = one.admin(`shop/${name}`);
      if (now === 'ready' || intent?.to !== now) continue;
      // One that a person has taken over on the one is left as it is on the other: status says that they differ.
      const hand = [world.a, world.b].some(
        (lb) => lb.lastHand.get(`shop/${name}`) === lb.admin(`shop/${name}`),
      );
      const said =
        intent.operation === null ? undefined : findOperation(world.store.records, intent.operation);
      // A stand-in that was needed when its operation could not be taken back: a person is told of that.
      const needed = said?.phase === 'failed' && said.spare === name;
      const ours = record.hold !== null || (record.role === 'spare' && now === 'maint') || hand || needed;
      expect(ours, `${name} is in ${now} on ${one.name}, by rejuv, and nothing says why`).toBe(true);
    }
  }
}
