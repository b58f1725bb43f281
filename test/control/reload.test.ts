import { describe, expect, it } from 'vitest';
import { createControl, type LocalControl } from '../../src/control/local-control.ts';
import type { World } from '../../src/control/world.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import type { BackendSettings, Settings } from '../../src/domain/settings.ts';
import { fakeWorld, never, request, until, type FakeWorld } from '../fakes/world.ts';

interface Reloadable {
  readonly fake: FakeWorld;
  readonly control: LocalControl;
  /** What the file says from now on; an error: why it cannot be read. */
  file: Settings | RejuvError;
  /** The settings of the worlds that were closed. */
  readonly closed: Settings[];
}

function reloadable(): Reloadable {
  const fake = fakeWorld({ source: 'sidecar' });
  const closed: Settings[] = [];
  const worldOf = (settings: Settings): World => ({
    ...fake.world,
    settings,
    close: () => {
      closed.push(settings);
      return Promise.resolve();
    },
  });
  const scene: Reloadable = {
    fake,
    file: fake.settings,
    closed,
    control: createControl(worldOf(fake.settings), async () => {
      await Promise.resolve();
      if (scene.file instanceof RejuvError) throw scene.file;
      return worldOf(scene.file);
    }),
  };
  return scene;
}

function changed(settings: Settings, backend: Partial<BackendSettings>): Settings {
  return { ...settings, backends: settings.backends.map((one) => ({ ...one, ...backend })) };
}

describe('a reload of the config file', () => {
  it('says what is different, records it, and holds from then on', async () => {
    const scene = reloadable();
    scene.file = changed({ ...scene.fake.settings, pollMs: 5_000 }, { minServing: 3 });
    expect(await scene.control.reload('anna', never)).toEqual({
      changes: ['poll changed', 'backend shop: minServing changed'],
    });
    expect(scene.fake.events.at(-1)).toMatchObject({ type: 'config-reloaded', by: 'anna' });
    const { backends } = await scene.control.status(never);
    expect(backends[0]?.minServing).toBe(3);
    expect(scene.closed).toEqual([scene.fake.settings]);
  });

  it('changes nothing with an invalid file, and says why', async () => {
    const scene = reloadable();
    scene.file = new RejuvError('config-invalid', { path: 'rejuv.yaml', count: 1, problems: 'line 3' });
    await expect(scene.control.reload(null, never)).rejects.toMatchObject({ code: 'config-invalid' });
    expect((await scene.control.status(never)).backends[0]?.minServing).toBe(2);
    expect(scene.fake.store.records).toEqual(fakeWorld().store.records);
    expect(scene.closed).toEqual([]);
  });

  it.each([
    ['state', { stateDirectory: '/elsewhere' }],
    ['listen', { listen: { path: '/elsewhere.sock', group: null } }],
  ])('refuses another `%s`, which a running sidecar cannot change', async (field, change) => {
    const scene = reloadable();
    const next = { ...scene.fake.settings, ...change };
    scene.file = next;
    await expect(scene.control.reload(null, never)).rejects.toMatchObject({
      code: 'reload-refused',
      message: expect.stringContaining(`\`${field}\``) as string,
    });
    expect(scene.closed).toEqual([next]);
  });

  it('leaves an open operation what it started with, and finishes a server that left the file', async () => {
    const scene = reloadable();
    const { fake, control } = scene;
    const [shop] = fake.settings.backends;
    const id = await control.begin(request('rejuvenation', 'web2'), never);
    await until(fake, ({ phase }) => phase === 'draining');
    const left = shop!.servers.filter(({ name }) => name !== 'web2');
    scene.file = changed(fake.settings, { servers: left, actions: [] });
    expect((await control.reload('anna', never)).changes).toEqual([
      'backend shop: actions changed',
      'backend shop: server web2 left: from now on it is left alone',
    ]);
    expect(scene.closed).toEqual([]);
    const lines = [];
    for await (const line of control.watch(id, never)) lines.push(line);
    expect(lines.at(-1)?.state).toBe('completed');
    expect(fake.shop.server('web2').boots).toBe(1);
    expect(scene.closed).toEqual([fake.settings]);
    await expect(control.begin(request('drain', 'web2'), never)).rejects.toMatchObject({
      code: 'unknown-server',
    });
  });

  it('lets new servers settle their roles, and schedules start from then on', async () => {
    const scene = reloadable();
    const { fake, control } = scene;
    await control.start(never);
    const schedule = { cron: '*/10 * * * *', timeZone: 'UTC', pick: 'longest-running' } as const;
    scene.file = changed(fake.settings, {
      schedule: [{ ...schedule, when: null, catchUpMs: 0, defer: null }],
    });
    expect((await control.reload('SIGHUP', never)).changes).toEqual(['backend shop: schedule changed']);
    await fake.clock.sleep(11 * 60_000, never);
    expect(fake.store.records.operations).toMatchObject([{ trigger: 'schedule', phase: 'completed' }]);
    await control.stop();
  });

  it('with nothing different says so', async () => {
    expect(await reloadable().control.reload(null, never)).toEqual({ changes: [] });
  });
});
