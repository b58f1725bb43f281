import { describe, expect, it } from 'vitest';
import type { AlertBlocker } from '../../src/domain/blockers.ts';
import type { BackendSettings, GoAhead } from '../../src/domain/settings.ts';
import { expectAtRest } from '../fakes/at-rest.ts';
import { fakeWorld, follow, never, request, type FakeWorld } from '../fakes/world.ts';
import { quickly } from './quick-shop.ts';

const blocker: AlertBlocker = {
  ...{ kind: 'prometheus', url: 'http://10.0.0.5:9090', auth: null, deadlineMs: 10_000 },
  ...{ matching: {}, except: [] },
};

interface Case {
  readonly name: string;
  readonly backend: Partial<BackendSettings>;
  readonly before: (world: FakeWorld) => void;
  readonly code: string;
}

const cases: readonly Case[] = [
  {
    name: 'an alert that fires',
    backend: { blockers: { alerts: [blocker], deploys: [] } },
    before: ({ alerts }) =>
      void alerts.firingAt.set(blocker.url, [{ labels: { alertname: 'Slow' }, since: 0 }]),
    code: 'alert-firing',
  },
  {
    name: 'a Prometheus that does not answer',
    backend: { blockers: { alerts: [blocker], deploys: [] } },
    before: () => undefined,
    code: 'alerts-unknown',
  },
  {
    name: 'a deploy',
    backend: { blockers: { alerts: [], deploys: [{ path: '/run/deploy', maxAgeMs: null }] } },
    before: ({ markers }) => void markers.files.set('/run/deploy', 0),
    code: 'deploying',
  },
  {
    name: 'a queue of the backend itself, although none waits for a server',
    backend: { capacity: { headroom: 0.2, figures: ['requests.rate'] } },
    before: ({ b }) => void (b.queued = 2),
    code: 'backend-queueing',
  },
  {
    name: 'traffic that nobody has measured',
    backend: { capacity: { headroom: 0.2, figures: ['requests.rate'] } },
    before: () => undefined,
    code: 'capacity-unknown',
  },
];

describe.each(cases)('$name', ({ backend, before, code }) => {
  const shop = (): FakeWorld => {
    const world = fakeWorld({ backend: { ...quickly, ...backend } });
    before(world);
    return world;
  };

  it('refuses a person and a schedule, and every view of it says so in the same words', async () => {
    const { control } = shop();
    const wanted = request('rejuvenation', 'web1');
    const error: unknown = await control.begin(wanted, never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    const { message } = error as Error;
    const { blocked, phases } = await control.dryRun(wanted, never);
    expect(blocked).toEqual([expect.objectContaining({ code, message })]);
    expect(phases.length).toBeGreaterThan(0);
    const why = await control.why(wanted.target, never);
    expect(why.blocks).toEqual([expect.objectContaining({ code, message, holdsUp: 'everybody' })]);
    await expect(control.begin({ ...wanted, trigger: 'schedule', by: null }, never)).rejects.toMatchObject({
      code,
      message,
    });
  });

  it('lets a person with --force pass, asks nobody then, and holds up no manual verb', async () => {
    const world = shop();
    const forced = request('rejuvenation', 'web1', { force: true, reason: 'it burns' });
    expect((await follow(world.control, forced)).last.phase).toBe('completed');
    expect(world.alerts.asked).toBe(0);
    expect((await follow(world.control, request('drain', 'web2'))).last.phase).toBe('completed');
  });
});

describe('the go-ahead of the shop', () => {
  const asks = (ask: Partial<Extract<GoAhead, { kind: 'run' }>> = {}): FakeWorld =>
    fakeWorld({
      backend: { ...quickly, goAhead: { kind: 'run', command: 'may-i', deadlineMs: 30_000, ...ask } },
    });
  const answer = (world: FakeWorld, status: () => number, stderr = ''): void => {
    Object.assign(world.world.runner, {
      run: async () => {
        await Promise.resolve();
        return { status: status(), endedBy: null, stdout: '', stderr, truncated: false };
      },
    });
  };

  it('is asked again until it says yes, and before that nothing is rebooted', async () => {
    const world = asks();
    let asked = 0;
    answer(world, () => {
      expect(world.shop.server('web1').boots).toBe(0);
      return (asked += 1) < 3 ? 1 : 0;
    });
    const { last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect([last.phase, asked, world.shop.server('web1').boots]).toEqual(['completed', 3, 1]);
  });

  it('that never says yes puts everything back, and its words are cut and command no terminal', async () => {
    const world = asks();
    answer(world, () => 1, `first\n\u001b[2J${'no '.repeat(9_999)}`);
    const { last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last).toMatchObject({ phase: 'aborted', code: 'no-go-ahead' });
    const reason = world.store.records.operations.at(-1)?.cause?.reason ?? '';
    expect(reason).toContain('exit status 1: ?[2Jno no');
    expect(reason).not.toMatch(/\p{Cc}/u);
    expect(reason.length).toBeLessThan(800);
    expect(world.shop.server('web1').boots).toBe(0);
    expectAtRest(world);
  });
});
