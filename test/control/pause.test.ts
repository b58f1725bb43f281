import { describe, expect, it } from 'vitest';
import { fakeWorld, follow, never, request, until } from '../fakes/world.ts';

const hourMs = 3_600_000;

function pauseFor(change: { until?: number | null; rollBack?: boolean; includingFailover?: boolean } = {}) {
  return {
    by: 'anna',
    reason: 'a deploy',
    until: null,
    rollBack: false,
    includingFailover: false,
    ...change,
  };
}

describe('a pause', () => {
  it('holds up rejuvenation and switchover with its reason, but not the hands of a person', async () => {
    const { control, clock } = fakeWorld();
    await control.pause(pauseFor(), never);
    for (const kind of ['rejuvenation', 'switchover'] as const) {
      await expect(control.begin(request(kind, 'web1'), never)).rejects.toMatchObject({
        code: 'paused',
        message: expect.stringContaining('paused by anna since') as string,
      });
    }
    expect((await follow(control, request('drain', 'web1'))).last.state).toBe('completed');
    expect((await follow(control, request('ready', 'web1'))).last.state).toBe('completed');
    expect((await control.status(never)).paused).toEqual({
      reason: 'a deploy',
      by: 'anna',
      since: expect.any(String) as string,
      until: null,
      includingFailover: false,
    });
    const forced = request('rejuvenation', 'web1', { force: true, reason: 'it leaks' });
    expect((await follow(control, forced)).last.state).toBe('completed');
    expect(clock.now()).toBeGreaterThan(0);
  });

  it('ends when somebody resumes, once', async () => {
    const { control } = fakeWorld();
    await control.pause(pauseFor(), never);
    await control.resume('ben', 'deployed', never);
    expect((await control.status(never)).paused).toBeNull();
    expect((await follow(control, request('rejuvenation', 'web1'))).last.state).toBe('completed');
    await expect(control.resume('ben', null, never)).rejects.toMatchObject({ code: 'not-paused' });
  });

  it('ends by itself where it has an end', async () => {
    const { control, clock } = fakeWorld();
    await control.pause(pauseFor({ until: clock.now() + hourMs }), never);
    await clock.sleep(hourMs - 1, never);
    await expect(control.begin(request('rejuvenation', 'web1'), never)).rejects.toMatchObject({
      code: 'paused',
    });
    await clock.sleep(1, never);
    expect((await control.status(never)).paused).toBeNull();
    await expect(control.resume('ben', null, never)).rejects.toMatchObject({ code: 'not-paused' });
    expect((await follow(control, request('rejuvenation', 'web1'))).last.state).toBe('completed');
  });

  it('remembers whether it holds up failovers', async () => {
    const { control, store } = fakeWorld();
    await control.pause(pauseFor({ includingFailover: true }), never);
    expect(store.records.pause).toMatchObject({ includingFailover: true });
    expect((await control.status(never)).paused).toMatchObject({ includingFailover: true });
  });

  it('survives a restart of the sidecar', async () => {
    const world = fakeWorld();
    await world.control.pause(pauseFor(), never);
    await expect(world.restart().begin(request('rejuvenation', 'web1'), never)).rejects.toMatchObject({
      code: 'paused',
    });
  });

  it('lets what runs finish', async () => {
    const world = fakeWorld();
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'draining');
    expect(await world.control.pause(pauseFor(), never)).toEqual({ stopping: [] });
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(world.store.records.operations).toMatchObject([{ id, phase: 'completed' }]);
  });

  it('rolls back what runs, where that is wanted and there is a way back', async () => {
    const world = fakeWorld();
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'draining');
    expect(await world.control.pause(pauseFor({ rollBack: true }), never)).toEqual({ stopping: [id] });
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(world.store.records.operations).toMatchObject([{ phase: 'aborted', cause: { code: 'aborted' } }]);
    for (const lb of [world.a, world.b]) {
      expect([lb.admin('shop/web1'), lb.admin('shop/web4')]).toEqual(['ready', 'maint']);
    }
  });

  it('finishes what is past its first action, even where rolling back is wanted', async () => {
    const world = fakeWorld();
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'rejuvenating');
    expect(await world.control.pause(pauseFor({ rollBack: true }), never)).toEqual({ stopping: [] });
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(world.store.records.operations).toMatchObject([{ phase: 'completed' }]);
  });

  it('is in the plan: what would start in it is refused', async () => {
    const { control, clock } = fakeWorld({
      backend: {
        schedule: [
          {
            cron: '0 3 * * *',
            timeZone: 'UTC',
            pick: 'longest-running',
            when: null,
            catchUpMs: 0,
            defer: null,
          },
        ],
      },
    });
    await control.pause(pauseFor({ until: clock.now() + 36 * hourMs }), never);
    const { runs } = await control.plan(3, never);
    expect(runs.map(({ code }) => code)).toEqual(['paused', null, null]);
  });
});
