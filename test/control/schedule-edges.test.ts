import { describe, expect, it } from 'vitest';
import { createControl, type LocalControl } from '../../src/control/local-control.ts';
import type { Hosts } from '../../src/domain/seams.ts';
import { backendName, serverName } from '../../src/domain/names.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { fakeWorld, follow, never, openCalendar, request, until, type FakeWorld } from '../fakes/world.ts';
import { dayMs, happened, hourMs, minuteMs, pass, schedule, scheduledShop } from './scheduled-shop.ts';

const everyDay = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const atThree = schedule({ cron: '0 3 * * *', timeZone: 'UTC' });

/** A control over a fake shop whose file can be changed, and whose hosts may be others. */
function reloadable(fake: FakeWorld, hosts: Hosts = fake.hosts): { control: LocalControl; file: Settings } {
  const scene: { control: LocalControl; file: Settings } = {
    file: fake.settings,
    control: createControl({ ...fake.world, hosts }, async () => {
      await Promise.resolve();
      return { ...fake.world, hosts, settings: scene.file };
    }),
  };
  return scene;
}

function withoutSchedules(settings: Settings): Settings {
  return { ...settings, backends: settings.backends.map((one) => ({ ...one, schedule: [] })) };
}

/** Hosts of the shop that count the logins, and take their time. */
function slowHosts(fake: FakeWorld, ms: number): Hosts & { logins: number } {
  const { hosts, clock } = fake;
  const slow = {
    logins: 0,
    copy: hosts.copy.bind(hosts),
    connect: async (...[settings, signal]: Parameters<Hosts['connect']>) => {
      slow.logins += 1;
      await clock.sleep(ms, signal);
      return await hosts.connect(settings);
    },
  };
  return slow;
}

describe('a schedule that leaves the file', () => {
  it('and comes back after weeks starts nothing of what was due meanwhile', async () => {
    const fake = scheduledShop({ schedules: [atThree], startAt: '2026-06-01T00:00Z' });
    const scene = reloadable(fake);
    await scene.control.start(never);
    await pass(fake, 4 * hourMs);
    scene.file = withoutSchedules(fake.settings);
    await scene.control.reload(null, never);
    await pass(fake, 21 * dayMs + 8 * hourMs);
    scene.file = fake.settings;
    await scene.control.reload(null, never);
    await pass(fake, hourMs);
    await scene.control.stop();
    expect(happened(fake).map(({ due }) => due)).toEqual(['2026-06-01T03:00:00.000Z']);
  });

  it('while its hosts are still asked begins nothing any more', async () => {
    const fake = scheduledShop({ schedules: [atThree], startAt: '2026-06-01T02:59Z' });
    const scene = reloadable(fake, slowHosts(fake, 5_000));
    await scene.control.start(never);
    await pass(fake, minuteMs + 2_000);
    scene.file = withoutSchedules(fake.settings);
    await scene.control.reload('anna', never);
    await pass(fake, minuteMs);
    await scene.control.stop();
    expect(fake.store.records.operations).toEqual([]);
    expect(happened(fake)).toMatchObject([{ outcome: 'refused' }]);
  });
});

describe('jitter longer than the interval', () => {
  it('loses no run: each starts before the next is due, and the plan knows', async () => {
    const fake = scheduledShop({
      schedules: [schedule({ cron: '0 * * * *', timeZone: 'UTC' })],
      startAt: '2026-06-01T00:30Z',
      own: { jitterMs: 3 * hourMs },
    });
    await fake.control.start(never);
    const plan = await fake.control.plan(1, never);
    await pass(fake, dayMs + hourMs);
    await fake.control.stop();
    const done = happened(fake).map(({ due, outcome }) => `${due} ${outcome}`);
    expect(plan.runs.length).toBeGreaterThan(20);
    for (const { due, verdict } of plan.runs) expect(done).toContain(`${due} ${verdict}`);
  });
});

describe('a calendar file that cannot be read', () => {
  const all = { freezeFiles: [{ path: '/gone.ics', timeZone: 'UTC' }] };

  it('holds nobody up who comes with --force and a reason', async () => {
    const fake = scheduledShop({ all });
    const forced = request('rejuvenation', 'web2', { force: true, reason: 'incident' });
    expect((await follow(fake.control, forced)).last.state).toBe('completed');
  });

  it('is a reason among others in a dry run, which still shows the steps', async () => {
    const fake = scheduledShop({ all });
    const { blocked, phases } = await fake.control.dryRun(request('rejuvenation', 'web2'), never);
    expect(blocked.map(({ code }) => code)).toEqual(['freeze-unreadable']);
    expect(phases.length).toBeGreaterThan(3);
  });
});

describe('a plan', () => {
  it('made while a rejuvenation runs takes it for as long as usual, not for ever', async () => {
    const fake = scheduledShop({ schedules: [atThree], startAt: '2026-06-01T00:30Z' });
    await fake.control.begin(request('rejuvenation', 'web2'), never);
    await until(fake, ({ phase }) => phase === 'draining');
    const plan = await fake.control.plan(3, never);
    expect(plan.runs.map(({ verdict }) => verdict)).toContain('runs');
  });

  it('does not promise a run with a spare that is held', async () => {
    const fake = scheduledShop({ schedules: [atThree], startAt: '2026-06-01T00:30Z' });
    await fake.control.start(never);
    const server = { backend: backendName('shop'), server: serverName('web4') };
    const at = fake.clock.now();
    await fake.store.append({ type: 'held', at, server, reason: 'broken', failed: true, operation: null });
    const plan = await fake.control.plan(2, never);
    await pass(fake, 2 * dayMs);
    await fake.control.stop();
    expect(plan.runs.map(({ verdict, code }) => `${verdict} ${code ?? ''}`)).toEqual([
      'refused no-spare',
      'refused no-spare',
    ]);
    expect(happened(fake).map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
  });

  it('cannot be made from one load balancer: that one is named', async () => {
    const fake = scheduledShop({ schedules: [atThree] });
    fake.b.faults.fail('read', new Error('gone'));
    await expect(fake.control.plan(2, never)).rejects.toThrow('gone');
  });

  it('shows open where any backend may start, by its own windows and those of all', async () => {
    const seed = scheduledShop({});
    const [shop] = seed.settings.backends;
    const nightly = (fromMs: number, untilMs: number) => ({
      ...openCalendar,
      windows: [{ days: everyDay, fromMs, untilMs, timeZone: 'UTC' }],
    });
    const backends = [
      { ...shop!, calendar: nightly(0, 2 * hourMs) },
      { ...shop!, name: backendName('api'), calendar: nightly(3 * hourMs, 4 * hourMs) },
    ];
    const fake = fakeWorld({ source: 'sidecar', settings: { backends } });
    const { open } = await fake.control.plan(2, never);
    expect(open?.map(({ from }) => from.slice(11, 16))).toEqual(['00:00', '03:00', '00:00', '03:00']);
  });

  it('of a schedule of every second breaks off, and says where', { timeout: 60_000 }, async () => {
    const fake = scheduledShop({ schedules: [schedule({ cron: '* * * * * *', timeZone: 'UTC' })] });
    const plan = await fake.control.plan(14, never);
    expect(plan.runs.length).toBe(5_000);
    expect(plan.truncatedAt).toBe(plan.runs.at(-1)?.start);
  });
});

describe('a busy schedule', () => {
  it('logs in nowhere while its window is closed, and pushes no other out of the history', async () => {
    const fake = scheduledShop({
      startAt: '2026-06-01T04:30Z',
      schedules: [
        schedule({ cron: '* * * * *', timeZone: 'UTC' }),
        schedule({ cron: '0 5 * * *', timeZone: 'UTC', pick: serverName('web4') }),
      ],
      all: { windows: [{ days: everyDay, fromMs: 2 * hourMs, untilMs: 4 * hourMs, timeZone: 'UTC' }] },
    });
    const hosts = slowHosts(fake, 0);
    const { control } = reloadable(fake, hosts);
    await control.start(never);
    await pass(fake, 20 * hourMs);
    await control.stop();
    expect(hosts.logins).toBe(0);
    const { runs } = fake.store.records;
    expect(runs.filter(({ schedule: key }) => key.includes('web4'))).toHaveLength(1);
    expect(
      runs.filter(({ schedule: key }) => !key.includes('web4')).reduce((sum, one) => sum + one.count, 0),
    ).toBe(20 * 60 - 1);
  });
});

describe('spacing', () => {
  it('does not begin with an attempt that took no server out', async () => {
    const fake = scheduledShop({
      schedules: [schedule({ cron: '0 3,5 * * *', timeZone: 'UTC' })],
      startAt: '2026-06-01T02:30Z',
      own: { spacingMs: 20 * hourMs },
    });
    fake.shop.server('web4').passesProbe = false;
    await fake.control.start(never);
    await pass(fake, 1.5 * hourMs);
    fake.shop.server('web4').passesProbe = true;
    await pass(fake, 2 * hourMs);
    await fake.control.stop();
    expect(fake.store.records.operations.map(({ phase }) => phase)).toEqual(['aborted', 'completed']);
  });
});

describe('hosts that carry servers of two backends', () => {
  it("the limit of a backend counts what another backend's operation takes from it", async () => {
    const seed = fakeWorld();
    const [shop] = seed.settings.backends;
    const api = backendName('api');
    const web1 = serverName('web1');
    const apiServers = shop!.servers.map((one) =>
      one.name === web1 ? { ...one, sameHost: [{ backend: shop!.name, server: web1 }] } : one,
    );
    const shopServers = shop!.servers.map((one) =>
      one.name === web1 ? { ...one, sameHost: [{ backend: api, server: web1 }] } : one,
    );
    const backends = [
      { ...shop!, servers: shopServers, calendar: { ...openCalendar, maxAtOnce: 2 } },
      {
        ...shop!,
        name: api,
        minServing: 1,
        servers: apiServers,
        calendar: { ...openCalendar, maxAtOnce: 1 },
      },
    ];
    const fake = fakeWorld({ settings: { backends } });
    for (const lb of [fake.a, fake.b]) {
      for (const { name, role } of apiServers)
        lb.add(`api/${name}`, name, role === 'spare' ? 'maint' : 'ready');
    }
    fake.shop.server('web1').stuck = 1;
    await fake.control.begin(request('rejuvenation', 'web1'), never);
    await until(fake, () => fake.a.admin('api/web1') === 'maint');
    const target = { backend: api, server: serverName('web2') };
    const { blocked } = await fake.control.dryRun({ ...request('rejuvenation', 'web2'), target }, never);
    expect(blocked.map(({ code }) => code)).toEqual(expect.arrayContaining(['backend-busy', 'at-once']));
  });
});
