import { expect, it } from 'vitest';
import { owe } from '../../src/control/owed.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import type { Event } from '../../src/domain/event.ts';
import { apply } from '../../src/domain/fold-records.ts';
import { loadBalancerName } from '../../src/domain/names.ts';
import { noRecords } from '../../src/domain/records.ts';
import type { AdminState } from '../../src/domain/server.ts';
import { troubledShop } from '../fakes/troubled-shop.ts';
import { request } from '../fakes/world.ts';

const name = loadBalancerName('lb-b');
const { target: server } = request('ready', 'web1');
const process = { pid: 100, startedAtSeconds: 1_000 };
const { settings } = troubledShop({
  ...{ answers: false, warm: false, spares: 1, failback: 'manual', ladder: 'none', whenOneIsDown: 'block' },
});

/** What is recorded of a word that is owed, after the word before it. */
async function owed(
  before: { from: AdminState; to: AdminState; unsure: boolean },
  to: AdminState,
): Promise<string[]> {
  const here = { at: 1, loadBalancer: name, process };
  const events: Event[] = [
    { type: 'process-seen', ...here, states: { 'shop/web1': 'ready' } },
    { type: 'admin-intended', ...here, id: null, server, ...before },
  ];
  const records = events.reduce(apply, noRecords);
  const said: string[] = [];
  const gap = { name, error: new RejuvError('haproxy-down', { loadBalancer: name }), at: 2 };
  const ledger = {
    intend: (_: string, from: AdminState, word: AdminState, __: unknown, unsure: boolean) =>
      Promise.resolve(void said.push(`${from} ${word} ${unsure ? 'unsure' : 'sure'}`)),
    confirm: () => Promise.resolve(),
  };
  await owe({ at: 2, views: [], gaps: [], excused: [gap] }, { records, settings }, server, () => to, ledger);
  return said;
}

it('a load balancer that is away is owed a word from what it had last', async () => {
  expect(await owed({ from: 'ready', to: 'drain', unsure: false }, 'maint')).toEqual(['drain maint unsure']);
  expect(await owed({ from: 'ready', to: 'drain', unsure: true }, 'maint')).toEqual(['ready maint unsure']);
  expect(await owed({ from: 'ready', to: 'maint', unsure: false }, 'maint')).toEqual(['maint maint unsure']);
});

it('where an answer was lost, the state that it would have to leave stays known as rejuv’s own', async () => {
  expect(await owed({ from: 'maint', to: 'drain', unsure: true }, 'maint')).toEqual(['drain maint unsure']);
  expect(await owed({ from: 'drain', to: 'maint', unsure: true }, 'maint')).toEqual(['drain maint unsure']);
});
