import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import type { Progress } from '../../src/domain/progress.ts';
import { fakeWorld, follow, never, request, type FakeWorld } from '../fakes/world.ts';

const web4 = 'shop/web4';
const silent = new RejuvError('haproxy-silent', {
  ...{ loadBalancer: 'lb-a', command: 'show proc', deadlineMs: 5_000 },
});

/** Both load balancers have a master socket; lb-a was reloaded with three long requests to web1 in progress. */
function reloaded(change: Parameters<typeof fakeWorld>[0] = {}, longMs = 120_000): FakeWorld {
  const world = fakeWorld(change);
  world.a.hasMaster = world.b.hasMaster = true;
  const web1 = world.shop.server('web1');
  Object.assign(web1, { busy: 3, requestMs: longMs });
  world.a.reload([web4]);
  web1.requestMs = 1_000;
  return world;
}

/** Time of the first line that says this, in ms after the first line of all. */
function atLine(lines: readonly Progress[], what: string | RegExp): number | null {
  const found = lines.find(({ message }) =>
    typeof what === 'string' ? message.includes(what) : what.test(message),
  );
  const [first] = lines;
  return found === undefined || first === undefined ? null : Date.parse(found.time) - Date.parse(first.time);
}

function lastsMs(lines: readonly Progress[]): number {
  return Date.parse(lines.at(-1)?.time ?? '') - Date.parse(lines[0]?.time ?? '');
}

describe('an old worker that still serves the server', () => {
  it('is waited for before the reboot, and then nothing else is, whatever oldWorkersGone says', async () => {
    const world = reloaded();
    const { lines, last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last.state).toBe('completed');
    expect(world.shop.server('web1').boots).toBe(1);
    expect(
      atLine(lines, '3 session(s) and 0 queued left, 3 of them in an old worker of lb-a'),
    ).not.toBeNull();
    const actions = lines.find(({ phase }) => phase === 'rejuvenating');
    expect(Date.parse(actions?.time ?? '') - Date.parse(lines[0]?.time ?? '')).toBeGreaterThan(110_000);
    expect(lastsMs(lines)).toBeLessThan(300_000);
  });

  it('keeps a drain by hand from its proven zero', async () => {
    const world = reloaded();
    const { lines, last } = await follow(world.control, request('drain', 'web1'));
    expect(last).toMatchObject({ state: 'completed' });
    expect(lastsMs(lines)).toBeGreaterThan(110_000);
  });

  it('counts as any session does at the deadline of the drain', async () => {
    const drain = { persistenceMs: 1_000, deadlineMs: 20_000, atDeadline: 'abort' as const };
    const world = reloaded({ backend: { drain } });
    const { last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last).toMatchObject({ state: 'aborted', code: 'drain-deadline' });
    expect(world.a.admin('shop/web1')).toBe('ready');
    expect(world.shop.server('web1').boots).toBe(0);
  });

  it('cannot be cut, which `close` says, and is waited for', async () => {
    const drain = { persistenceMs: 1_000, deadlineMs: 20_000, atDeadline: 'close' as const };
    const world = reloaded({ backend: { drain } });
    const { lines, last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last.state).toBe('completed');
    const [alert] = world.store.of('alert');
    expect(alert?.message).toContain(
      '3 of them in an old worker of lb-a, which cannot be cut and are waited for',
    );
    expect(lastsMs(lines)).toBeGreaterThan(110_000);
  });

  it('is waited for when the reload came after the drain, right before the actions', async () => {
    const world = fakeWorld();
    world.a.hasMaster = world.b.hasMaster = true;
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    const lines: Progress[] = [];
    for await (const line of world.control.watch(id, never)) {
      if (lines.every(({ step }) => step !== 'prove-out') && line.step === 'prove-out') {
        world.a.idle = { clients: 2, forMs: 40_000 };
        world.a.reload([web4, 'shop/web1']);
        world.a.setByHand(web4, 'ready');
      }
      lines.push(line);
    }
    expect(lines.at(-1)?.state).toBe('completed');
    expect(atLine(lines, '2 connection(s) of an old worker of lb-a')).not.toBeNull();
  });
});

describe('an old worker without a request for the server', () => {
  it('holds nothing up while it serves others only', async () => {
    const world = fakeWorld();
    world.a.hasMaster = world.b.hasMaster = true;
    world.shop.server('web2').stuck = 4;
    world.a.reload([web4]);
    const { lines, last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last.state).toBe('completed');
    expect(lastsMs(lines)).toBeLessThan(240_000);
  });

  it('is waited for while an idle client of it may still send one, for oldWorkersGone at most', async () => {
    for (const [forMs, least, most] of [
      [90_000, 80_000, 200_000],
      [Number.POSITIVE_INFINITY, 590_000, 700_000],
    ] as const) {
      const world = fakeWorld();
      world.a.hasMaster = world.b.hasMaster = true;
      world.a.idle = { clients: 2, forMs };
      world.a.reload([web4]);
      const { lines, last } = await follow(world.control, request('rejuvenation', 'web1'));
      expect(last.state).toBe('completed');
      expect(
        atLine(lines, '2 connection(s) of an old worker of lb-a (pid 100) may still bring a request'),
      ).not.toBeNull();
      expect(lastsMs(lines)).toBeGreaterThan(least);
      expect(lastsMs(lines)).toBeLessThan(most);
    }
  });
});

describe('a master socket that does not answer', () => {
  it('blocks a reboot after a reload for oldWorkersGone, with the reason, and nothing was changed', async () => {
    const world = reloaded();
    world.a.faults.fail('oldWorkers', silent);
    await expect(world.control.begin(request('rejuvenation', 'web1'), never)).rejects.toMatchObject({
      code: 'old-workers-unknown',
      message: expect.stringContaining('its master socket does not tell what old workers hold') as string,
    });
    expect(world.a.faults.calls.filter((call) => call.startsWith('set'))).toEqual([]);
  });

  it('in the middle of a drain makes it wait until it answers again', async () => {
    const world = reloaded({}, 10_000);
    world.a.faults.fail('oldWorkers', silent, 400, 1);
    const { lines, last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last.state).toBe('completed');
    expect(atLine(lines, 'its master socket does not tell what old workers hold')).not.toBeNull();
    expect(lastsMs(lines)).toBeGreaterThan(190_000);
  });

  it('holds nothing up when the last reload is longer ago than oldWorkersGone', async () => {
    const world = fakeWorld();
    world.a.hasMaster = world.b.hasMaster = true;
    world.a.faults.fail('oldWorkers', silent);
    expect((await follow(world.control, request('rejuvenation', 'web1'))).last.state).toBe('completed');
  });
});
