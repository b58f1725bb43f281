import { describe, expect, it } from 'vitest';
import { createControl, type LocalControl } from '../../src/control/local-control.ts';
import { openOperations, type Records } from '../../src/domain/records.ts';
import { entryLine, journalHeader } from '../../src/io/store/format.ts';
import { layoutOf } from '../../src/io/store/layout.ts';
import { readRecords } from '../../src/io/store/read-records.ts';
import { setAsideLocked } from '../../src/io/store/set-aside.ts';
import { FakeDisk } from '../fakes/disk.ts';
import { FakeStore } from '../fakes/store.ts';
import { fakeWorld, follow, never, request, until, type FakeWorld } from '../fakes/world.ts';

/** The records of that world as they are once their last entry was damaged, and the rest set aside. */
async function setAsideAll(world: FakeWorld): Promise<Records> {
  const layout = layoutOf('/records');
  const disk = new FakeDisk();
  const lines = world.store.events.map((event, i) => entryLine({ seq: i + 1, event }));
  disk.put(layout.journal, [journalHeader(0), ...lines.slice(0, -1), 'x\n'].join(''));
  await setAsideLocked(layout, disk.boot(), world.clock.now());
  return await readRecords(layout.directory, disk.boot());
}

/** A sidecar that is killed in the middle of the actions, and started again on records that were set aside. */
async function startedAgain(world: FakeWorld): Promise<{ next: LocalControl; store: FakeStore }> {
  world.hosts.slow.set('sudo -n clean', 10_000);
  await world.control.begin(request('rejuvenation', 'web1'), never);
  await until(world, ({ phase }) => phase === 'rejuvenating');
  await world.control.stop();
  const store = new FakeStore(await setAsideAll(world));
  return { next: createControl({ ...world.world, store }), store };
}

describe('a sidecar on records that were damaged in the middle of an operation', () => {
  it('takes none of the servers of that operation, until a person says ready', async () => {
    const world = fakeWorld();
    const { next, store } = await startedAgain(world);
    expect(store.records.operations.at(-1)).toMatchObject({
      phase: 'failed',
      cause: { code: 'records-set-aside' },
    });
    const status = await next.status(never);
    expect(openOperations(store.records)).toEqual([]);
    expect(status.backends[0]?.blocked).toBeNull();
    for (const name of ['web1', 'web4']) {
      const shown = status.backends[0]?.servers.find(({ name: one }) => one === name);
      expect(shown?.held?.reason).toContain('the records were damaged while operation op-1 was open');
    }
    await expect(next.begin(request('rejuvenation', 'web2'), never)).rejects.toMatchObject({
      code: 'no-spare',
    });
    await expect(next.begin(request('rejuvenation', 'web4'), never)).rejects.toMatchObject({ code: 'held' });
    expect(world.shop.server('web1').boots).toBe(0);
    expect(world.a.admin('shop/web1')).toBe('maint');
  });

  it('puts them back into service when a person says ready', async () => {
    const world = fakeWorld();
    const { next, store } = await startedAgain(world);
    for (const name of ['web1', 'web4']) {
      const { last } = await follow(next, request('ready', name));
      expect(last.state, last.message).toBe('completed');
      expect(store.records.servers[`shop/${name}`]?.hold).toBeNull();
      expect([world.a.admin(`shop/${name}`), world.b.admin(`shop/${name}`)]).toEqual(['ready', 'ready']);
    }
  });
});
