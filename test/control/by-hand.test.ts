import { describe, expect, it } from 'vitest';
import { fakeWorld, never, request, until } from '../fakes/world.ts';

describe('the verbs of a person', () => {
  it('ready, taken back, does not stop what it has started on a server that is in service', async () => {
    const world = fakeWorld();
    world.shop.setRunning('web1', false);
    world.shop.setHanging('web1', true);
    const id = await world.control.begin(request('ready', 'web1'), never);
    await until(world, ({ steps }) =>
      steps.some(({ step, state }) => step.kind === 'probe' && state === 'begun'),
    );
    expect(world.shop.server('web1').running).toBe(true);
    await world.control.abort(id, 'anna', 'no need', never);
    const { phase, steps } = await until(world, ({ endedAt }) => endedAt !== null);
    expect(phase).toBe('aborted');
    expect(steps.at(-1)).toMatchObject({ step: { kind: 'sleep' }, detail: 'left running: ready on lb-a' });
    expect(world.shop.server('web1').running).toBe(true);
  });

  it('drain leaves a server in maint where it is, whoever put it there', async () => {
    const world = fakeWorld();
    await expect(world.control.begin(request('drain', 'web4'), never)).rejects.toMatchObject({
      code: 'already-maint',
    });
    for (const lb of [world.a, world.b]) lb.row('shop/web1').bits = 1;
    await expect(world.control.begin(request('drain', 'web1'), never)).rejects.toMatchObject({
      code: 'already-maint',
    });
    expect([world.a.admin('shop/web4'), world.b.admin('shop/web1')]).toEqual(['maint', 'maint']);
  });
});
