import { describe, expect, it } from 'vitest';
import { fakeWorld, never, request } from '../fakes/world.ts';

describe('the verbs of a person', () => {
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
