import { expect, it } from 'vitest';
import { createPlaces } from '../../../src/control/sampling/places.ts';
import { backendName, serverName } from '../../../src/domain/names.ts';
import type { ServerRow } from '../../../src/domain/snapshot.ts';
import { troubledShop } from '../../fakes/troubled-shop.ts';

const id = (name: string) => ({ backend: backendName('shop'), server: serverName(name) });
const fake = troubledShop({
  ...{ answers: false, warm: false, spares: 1, failback: 'manual', ladder: 'none', whenOneIsDown: 'block' },
});
const view = await fake.a.read(null);
const look = (rows: readonly ServerRow[], name = view.name) => ({
  ...{ at: 0, gaps: [], excused: [], views: [{ ...view, name, servers: rows }] },
});
const moved = (name: string, part: Partial<ServerRow>) =>
  view.servers.map((row) => (row.id.server === name ? { ...row, ...part } : row));

it('a server is where the last look has it, whatever its place among the others', () => {
  const places = createPlaces();
  for (const rows of [
    view.servers,
    view.servers.toReversed(),
    moved('web2', { port: 9 }),
    moved('web2', { port: 7 }),
    moved('web2', { port: 7 }).slice(1),
  ]) {
    places.learn(look(rows));
    const { address, port } = rows.find((row) => row.id.server === 'web2')!;
    expect(places.of(id('web2'))).toEqual({ address, port });
    expect(places.isOut(id('web2'))).toBe(false);
  }
});

it('a server that left the load balancer is nowhere, and is somewhere once it is back', () => {
  const places = createPlaces();
  places.learn(look(view.servers));
  expect(places.of(id('web1')).port).toBeGreaterThan(0);
  places.learn(look(view.servers.filter((row) => row.id.server !== 'web1')));
  expect(() => places.of(id('web1'))).toThrow('web1');
  expect(places.of(id('web2')).port).toBeGreaterThan(0);
  places.learn(look(view.servers));
  expect(places.of(id('web1')).port).toBeGreaterThan(0);
});

it('two load balancers have to agree, and one that is silent keeps what it said', () => {
  const places = createPlaces();
  expect(() => places.of(id('web1'))).toThrow('a load balancer that answers');
  places.learn(look(view.servers));
  places.learn(look(moved('web1', { port: 9 }), fake.b.name));
  expect(() => places.of(id('web1'))).toThrow('9');
  places.learn(look(moved('web1', { admin: 'maint' }), fake.b.name));
  expect(places.isOut(id('web1'))).toBe(false);
  places.learn(look(moved('web1', { admin: 'maint' })));
  expect(places.isOut(id('web1'))).toBe(true);
});
