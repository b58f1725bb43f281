import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import { never, request, until } from '../fakes/world.ts';
import { useWatchedShop } from './watched-shop.ts';

const { shop, world, pass, rest, states, record, kinds, crash } = useWatchedShop();

/** web1 is out without a replacement; its probe passes again, but HAProxy's own check does not. */
async function putBackInVain(): Promise<void> {
  await shop({ recover: [], storm: { share: 1 / 2, windowMs: 60_000, quietMs: 120_000 } });
  world().hosts.cutOff('web4');
  await pass(10_000);
  crash('web1');
  await pass(30_000);
  expect(states('web1')).toEqual(['maint', 'maint']);
  world().shop.server('web1').passesCheck = false;
  world().shop.setRunning('web1', true);
  await until(world(), ({ kind, endedAt }) => kind === 'ready' && endedAt !== null);
}

function tries(): Operation[] {
  return world().store.records.operations.filter(({ kind }) => kind === 'ready');
}

async function findings(): Promise<string> {
  const status = await world().control.status(never);
  return status.findings.map(({ message }) => message).join('\n');
}

describe('a put-back that fails', () => {
  it('is tried again after a longer while each time, and `status` and `why` say when', async () => {
    await putBackInVain();
    await pass(5_000);
    const said =
      /could not put it back \(.*\); tried again at 2026-03-02T.*, or once it passes after a failure/;
    expect(await findings()).toMatch(said);
    const { watch } = await world().control.why(request('ready', 'web1').target, never);
    expect(watch?.answer).toMatch(said);
    await pass(400_000);
    const pauses = tries().map(({ startedAt }, i, all) =>
      Math.round((startedAt - (all[i - 1]?.endedAt ?? startedAt)) / 60_000),
    );
    expect(pauses).toEqual([0, 1, 2]);
    expect(await findings()).toMatch(/the last of 3 in a row/);
    expect(states('web1')).toEqual(['maint', 'maint']);
  });

  it('is tried again at once when the server passes its probe after a failure', async () => {
    await putBackInVain();
    await pass(5_000);
    Object.assign(world().shop.server('web1'), { passesProbe: false });
    await pass(10_000);
    expect(tries()).toHaveLength(1);
    Object.assign(world().shop.server('web1'), { passesProbe: true, passesCheck: true });
    await pass(15_000);
    expect(kinds()).toEqual(['failover web1 completed', 'ready web1 aborted', 'ready web1 completed']);
    expect(states('web1')).toEqual(['ready', 'ready']);
    expect(await findings()).not.toContain('could not put it back');
  });

  it('is not tried at each turn by a server that passes and fails in turn', async () => {
    await putBackInVain();
    for (let turn = 0; turn < 20; turn += 1) {
      Object.assign(world().shop.server('web1'), { passesProbe: turn % 2 === 1 });
      await pass(12_000);
    }
    // Three by new evidence, then after a wait of eight minutes.
    expect(tries().length).toBeLessThanOrEqual(5);
  });

  it('is worth a spare that becomes free meanwhile', async () => {
    await putBackInVain();
    world().hosts.reconnect('web4');
    await rest();
    expect(kinds().at(-1)).toBe('failover web1 completed');
    expect([states('web4'), record('web1').role]).toEqual([['ready', 'ready'], 'spare']);
    expect(await findings()).not.toContain('could not put it back');
  });

  it('is left to a person who stops it', async () => {
    await putBackInVain();
    const { id } = await until(world(), ({ kind, endedAt }) => kind === 'ready' && endedAt === null);
    await world().control.abort(id, 'anna', 'I look at it myself', never);
    await pass(300_000);
    expect(tries()).toHaveLength(2);
    world().shop.server('web1').passesCheck = true;
    await world().control.begin(request('ready', 'web1'), never);
    await rest();
    expect(states('web1')).toEqual(['ready', 'ready']);
  });
});
