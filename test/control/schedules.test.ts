import { describe, expect, it } from 'vitest';
import { serverName } from '../../src/domain/names.ts';
import { follow, never, request } from '../fakes/world.ts';
import { dayMs, happened, hourMs, keep, minuteMs, pass, schedule, scheduledShop } from './scheduled-shop.ts';

describe('a schedule', () => {
  it('rejuvenates the longest running server, night after night, and each in its turn', async () => {
    const world = scheduledShop({ startAt: '2026-05-04T12:00Z' });
    await keep(world, world.control, 3 * dayMs);
    expect(happened(world)).toEqual([
      { due: '2026-05-05T01:30:00.000Z', outcome: 'runs', server: 'web3' },
      { due: '2026-05-06T01:30:00.000Z', outcome: 'runs', server: 'web4' },
      { due: '2026-05-07T01:30:00.000Z', outcome: 'runs', server: 'web2' },
    ]);
    const [first] = world.store.records.operations;
    expect(first).toMatchObject({
      trigger: 'schedule',
      by: null,
      phase: 'completed',
      reason: 'schedule 30 3 * * * (Europe/Berlin)',
    });
  });

  it('skips a named server that is a spare, and says so in the history', async () => {
    const world = scheduledShop({
      schedules: [schedule({ pick: serverName('web4') })],
      startAt: '2026-05-04T12:00Z',
    });
    await keep(world, world.control, dayMs);
    const { runs } = await world.control.history(never);
    expect(runs).toMatchObject([{ outcome: 'skipped', server: 'web4', code: 'server-is-spare' }]);
    expect(world.events.some((event) => event.type === 'run-settled')).toBe(true);
  });

  it('never starts over an operation that is open: the refused run and the reason are in the history', async () => {
    const both = [schedule(), schedule({ cron: '30 3 * * mon-fri', pick: serverName('web1') })];
    const world = scheduledShop({ schedules: both, startAt: '2026-05-04T12:00Z' });
    await keep(world, world.control, dayMs);
    const { operations, runs } = world.store.records;
    expect(operations.length).toBe(1);
    expect(runs.map(({ code }) => code)).toEqual(['at-once']);
    expect(runs[0]?.reason).toContain('1 at once is the limit, and op-1 (rejuvenation of');
  });

  it('is refused when a gate refuses: an unreachable host, a load balancer that does not answer', async () => {
    const world = scheduledShop({ startAt: '2026-05-04T12:00Z' });
    await world.control.start(never);
    await pass(world, 12 * hourMs);
    world.b.faults.fail('read', new Error('gone'));
    await pass(world, 3 * hourMs);
    await world.control.stop();
    expect(happened(world)).toMatchObject([{ outcome: 'refused' }]);
  });

  it('starts by its condition only', async () => {
    const limit = { kind: 'number', value: 10, unit: 'count' } as const;
    const when = { kind: 'compare', figure: 'sessions', per: null, comparison: '<', limit } as const;
    const world = scheduledShop({ schedules: [schedule({ when })], startAt: '2026-05-04T12:00Z' });
    for (const server of world.shop.servers.values()) server.busy = 9;
    world.shop.server('web2').busy = 4;
    await keep(world, world.control, dayMs);
    expect(happened(world)).toMatchObject([{ outcome: 'runs', server: 'web2' }]);
  });
});

describe('a sidecar that was not there', () => {
  it('records the runs it missed, and fires none of them late', async () => {
    const world = scheduledShop({ startAt: '2026-05-04T12:00Z' });
    await keep(world, world.control, dayMs);
    await pass(world, 2 * dayMs);
    await keep(world, world.restart(), hourMs);
    expect(happened(world)).toMatchObject([{ outcome: 'runs' }, { outcome: 'missed' }]);
    expect(world.store.records.runs).toMatchObject([{ count: 2, code: 'run-missed' }]);
    expect(world.store.records.runs[0]?.reason).toContain('no sidecar was running');
  });

  it('catches up with the last one where the schedule wants that', async () => {
    const world = scheduledShop({
      schedules: [schedule({ catchUpMs: hourMs })],
      startAt: '2026-05-04T12:00Z',
    });
    await keep(world, world.control, hourMs);
    await pass(world, 13 * hourMs);
    await keep(world, world.restart(), hourMs);
    expect(happened(world)).toMatchObject([{ due: '2026-05-05T01:30:00.000Z', outcome: 'runs' }]);
  });

  it('knows nothing of what was due before it first saw the schedule', async () => {
    const world = scheduledShop({ startAt: '2026-05-05T01:30:01Z' });
    await keep(world, world.control, hourMs);
    expect(happened(world)).toEqual([]);
  });

  it('that died after a start does not start that run again', async () => {
    const world = scheduledShop({ startAt: '2026-05-04T12:00Z' });
    await keep(world, world.control, dayMs);
    world.clock.jumpWall(-11 * hourMs);
    await keep(world, world.restart(), 12 * hourMs);
    expect(happened(world).length).toBe(1);
  });
});

describe('a clock that jumps', () => {
  it('forward, over the time of a run, still starts it once', async () => {
    const world = scheduledShop({ startAt: '2026-05-05T00:00Z' });
    await world.control.start(never);
    await pass(world, 10 * minuteMs);
    world.clock.jumpWall(5 * hourMs);
    await pass(world, hourMs);
    await world.control.stop();
    expect(happened(world)).toMatchObject([{ due: '2026-05-05T01:30:00.000Z', outcome: 'runs' }]);
  });

  it('back, over a run that was started, does not start it again', async () => {
    const world = scheduledShop({ startAt: '2026-05-05T01:00Z' });
    await world.control.start(never);
    await pass(world, hourMs);
    world.clock.jumpWall(-hourMs);
    await pass(world, 3 * hourMs);
    await world.control.stop();
    expect(happened(world).length).toBe(1);
  });

  it('back from a year ahead: the schedule goes on from the right time', async () => {
    const world = scheduledShop({ startAt: '2027-05-05T01:00Z' });
    await world.control.start(never);
    await pass(world, hourMs);
    world.clock.jumpWall(-365 * dayMs);
    await pass(world, 2 * dayMs);
    await world.control.stop();
    expect(happened(world).map(({ due }) => due)).toEqual([
      '2026-05-06T01:30:00.000Z',
      '2026-05-07T01:30:00.000Z',
      '2027-05-05T01:30:00.000Z',
    ]);
  });
});

describe('the calendar', () => {
  it('holds a scheduled run up in a freeze of the file or of an iCalendar file, and lets a forced one through', async () => {
    const world = scheduledShop({
      startAt: '2026-05-04T12:00Z',
      all: { freezeFiles: [{ path: '/etc/rejuv/freeze.ics', timeZone: 'UTC' }] },
      own: {
        freezes: [{ fromAt: Date.parse('2026-05-05Z'), untilAt: Date.parse('2026-05-06Z'), reason: 'sale' }],
      },
    });
    const holiday = {
      fromAt: Date.parse('2026-05-06Z'),
      untilAt: Date.parse('2026-05-07Z'),
      reason: 'holiday',
    };
    world.freezeFiles.files.set('/etc/rejuv/freeze.ics', [holiday]);
    await world.control.start(never);
    await pass(world, 2 * dayMs);
    expect(happened(world).map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
    expect(world.store.records.runs.map(({ reason }) => reason)).toEqual([
      'backend shop: frozen until 2026-05-06T00:00:00.000Z: sale',
      'all backends: frozen until 2026-05-07T00:00:00.000Z: holiday',
    ]);
    await expect(world.control.begin(request('rejuvenation', 'web1'), never)).rejects.toMatchObject({
      code: 'frozen',
    });
    await expect(
      world.control.begin(request('rejuvenation', 'web1', { force: true }), never),
    ).rejects.toMatchObject({ code: 'reason-needed' });
    const forced = request('rejuvenation', 'web1', { force: true, reason: 'it leaks' });
    expect((await follow(world.control, forced)).last.state).toBe('completed');
    await world.control.stop();
  });

  it('starts nothing while a calendar file cannot be read, but a person may drain', async () => {
    const world = scheduledShop({ all: { freezeFiles: [{ path: '/gone.ics', timeZone: 'UTC' }] } });
    await expect(world.control.begin(request('rejuvenation', 'web1'), never)).rejects.toMatchObject({
      code: 'freeze-unreadable',
    });
    expect((await follow(world.control, request('drain', 'web1'))).last.state).toBe('completed');
  });

  it('a window gates the start only: what has begun goes on past its end', async () => {
    const window = {
      days: ['tue'] as const,
      fromMs: 3 * hourMs,
      untilMs: 3 * hourMs + 31 * minuteMs,
      timeZone: 'Europe/Berlin',
    };
    const world = scheduledShop({ startAt: '2026-05-04T12:00Z', own: { windows: [window] } });
    for (const server of world.shop.servers.values())
      Object.assign(server, { busy: 3, requestMs: 3 * minuteMs });
    await keep(world, world.control, 2 * dayMs);
    expect(happened(world).map(({ outcome }) => outcome)).toEqual(['runs', 'refused']);
    const [operation] = world.store.records.operations;
    expect(operation?.phase).toBe('completed');
    expect(operation!.endedAt! - operation!.startedAt).toBeGreaterThan(minuteMs);
  });

  it('lets as many run at once as it says, each with a spare of its own, and never below the minimum', async () => {
    const schedules = [
      schedule({ pick: serverName('web1') }),
      schedule({ pick: serverName('web2') }),
      schedule({ pick: serverName('web3') }),
    ];
    const world = scheduledShop({ schedules, startAt: '2026-05-04T12:00Z', own: { maxAtOnce: 2 } });
    await keep(world, world.control, dayMs);
    expect(happened(world).map(({ outcome, server }) => `${outcome} ${server ?? ''}`)).toEqual([
      'runs web1',
      'refused web2',
      'refused web3',
    ]);
    expect(world.store.records.runs.map(({ code }) => code)).toEqual(['no-spare', 'no-spare']);
  });
});
