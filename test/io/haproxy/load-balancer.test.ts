import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendName, loadBalancerName, parseServerId, type ServerId } from '../../../src/domain/names.ts';
import type { LoadBalancer } from '../../../src/domain/seams.ts';
import { rowOf, sameProcess } from '../../../src/domain/snapshot.ts';
import { createClock } from '../../../src/io/clock.ts';
import { createLoadBalancer } from '../../../src/io/haproxy/load-balancer.ts';
import { openMaster } from '../../../src/io/haproxy/master.ts';
import { openTcp, openUnix, type OpenStream } from '../../../src/io/haproxy/open.ts';
import { startHaproxy, until, type TestHaproxy } from './haproxy-process.ts';

const { signal } = new AbortController();
const clock = createClock();

function server(text: string): ServerId {
  const id = parseServerId(text);
  if (id === null) throw new Error(text);
  return id;
}

function connect(address: string, open: OpenStream = openUnix('lb-a', address)): LoadBalancer {
  return createLoadBalancer({ name: loadBalancerName('lb-a'), address, open, clock, deadlineMs: 1_000 });
}

describe('a real HAProxy', () => {
  let haproxy: TestHaproxy;
  let lb: LoadBalancer;
  const shop = [backendName('shop')];
  const read = async (id: string) => {
    const row = rowOf(await lb.read(shop, signal), server(id));
    if (row === undefined) throw new Error(`no row ${id}`);
    return row;
  };

  beforeAll(async () => {
    haproxy = await startHaproxy();
    lb = connect(haproxy.admin);
    await until(async () => (await read('shop/web1')).check.passed);
    await until(async () => (await read('shop/web3')).operational === 'down');
  });
  afterAll(async () => {
    await lb.close();
    await haproxy.stop();
  });

  it('gives all backends when none is named, without the disabled ones', async () => {
    const view = await lb.read(null, signal);
    expect(view.backends).toEqual(['shop', 'empty']);
    expect(view.servers.map(({ id }) => id.server)).toEqual(['web1', 'web2', 'web3', 'web4', 'web5']);
    expect(view).toMatchObject({ name: 'lb-a', stopping: false });
    expect(view.process.pid).toBe(await haproxy.workerPid());
  });

  it('leaves out a backend that is not there, without an error', async () => {
    const view = await lb.read([backendName('nope'), ...shop, backendName('empty')], signal);
    expect(view.backends).toEqual(['shop', 'empty']);
    expect(view.servers).toHaveLength(5);
  });

  it('is read over TCP as over the unix socket', async () => {
    const overTcp = connect('tcp://127.0.0.1', openTcp('lb-a', '127.0.0.1', haproxy.tcpPort));
    const view = await overTcp.read(shop, signal);
    expect(view.servers).toHaveLength(5);
    expect(await overTcp.level(signal)).toBe('admin');
  });

  it('keeps drain, maint and ready as they were set', async () => {
    for (const state of ['drain', 'maint', 'drain', 'ready'] as const) {
      await lb.setAdmin(server('shop/web1'), state, signal);
      expect((await read('shop/web1')).admin).toBe(state);
    }
  });

  it('reads ready again a server that the configuration disables, with its bit kept', async () => {
    await lb.setAdmin(server('shop/web4'), 'ready', signal);
    expect(await read('shop/web4')).toMatchObject({ admin: 'ready', adminBits: 4 });
    await lb.setAdmin(server('shop/web4'), 'maint', signal);
    expect(await read('shop/web4')).toMatchObject({ admin: 'maint', adminBits: 5, operational: 'unchecked' });
  });

  it('switches the agent check off and on', async () => {
    expect((await read('shop/web2')).agent).toEqual({ configured: true, enabled: true });
    await lb.setAgent(server('shop/web2'), false, signal);
    expect((await read('shop/web2')).agent).toEqual({ configured: true, enabled: false });
    await lb.setAgent(server('shop/web2'), true, signal);
    expect((await read('shop/web2')).agent).toEqual({ configured: true, enabled: true });
  });

  it('does not pretend to have switched an agent check that the server does not have', async () => {
    await expect(lb.setAgent(server('shop/web1'), false, signal)).rejects.toMatchObject({
      code: 'haproxy-refused',
      message: 'lb-a: HAProxy refused `disable agent shop/web1`: the server has no agent check',
    });
    await expect(lb.setAgent(server('shop/web1'), true, signal)).rejects.toMatchObject({
      code: 'haproxy-refused',
    });
  });

  it('shows a drain by the agent, which comes back as the agent says', async () => {
    haproxy.agentSays('drain');
    await until(async () => (await read('shop/web2')).admin === 'drain');
    expect(await read('shop/web2')).toMatchObject({ byAgent: true });
    haproxy.agentSays('ready');
    await until(async () => (await read('shop/web2')).admin === 'ready');
  });

  it('names the drain of a person with the agent check on as one by the agent too, for HAProxy does', async () => {
    await lb.setAdmin(server('shop/web2'), 'drain', signal);
    expect(await read('shop/web2')).toMatchObject({ admin: 'drain', byAgent: true });
    await lb.setAgent(server('shop/web2'), false, signal);
    expect(await read('shop/web2')).toMatchObject({ admin: 'drain', byAgent: false });
    await lb.setAdmin(server('shop/web2'), 'ready', signal);
    await lb.setAgent(server('shop/web2'), true, signal);
  });

  it('closes the sessions of a server', async () => {
    await expect(lb.closeSessions(server('shop/web1'), signal)).resolves.toBeUndefined();
  });

  it.each([
    ['nope/web1', 'backend-missing', 'backend nope does not exist on lb-a'],
    ['shop/nope', 'server-missing', 'server shop/nope does not exist on lb-a'],
    [
      'off/o1',
      'haproxy-refused',
      'lb-a: HAProxy refused `set server off/o1 state drain`: Proxy is disabled.',
    ],
  ])('refuses a change of %s as %s', async (id, code, message) => {
    await expect(lb.setAdmin(server(id), 'drain', signal)).rejects.toMatchObject({ code, message });
  });

  it('refuses agent and sessions of what is not there too', async () => {
    await expect(lb.setAgent(server('shop/nope'), true, signal)).rejects.toMatchObject({
      code: 'server-missing',
    });
    await expect(lb.closeSessions(server('nope/x'), signal)).rejects.toMatchObject({
      code: 'backend-missing',
    });
  });

  it('refuses every change at level user, and can be read there', async () => {
    const user = connect(haproxy.user);
    expect(await user.level(signal)).toBe('user');
    expect((await user.read(null, signal)).servers).toHaveLength(5);
    const refused = {
      code: 'haproxy-level',
      message: `lb-a: ${haproxy.user} does not allow changes: its level is not admin`,
    };
    await expect(user.setAdmin(server('shop/web1'), 'maint', signal)).rejects.toMatchObject(refused);
    await expect(user.setAgent(server('shop/web2'), false, signal)).rejects.toMatchObject(refused);
    await expect(user.closeSessions(server('shop/web1'), signal)).rejects.toMatchObject(refused);
  });

  it('is told from its own master socket', async () => {
    await expect(connect(haproxy.master).read(null, signal)).rejects.toMatchObject({
      code: 'not-haproxy',
      message: expect.stringContaining('master socket') as string,
    });
  });

  it('counts its workers on the master socket only', async () => {
    const options = (socket: string) => ({
      place: { loadBalancer: 'lb-a', socket },
      open: openUnix('lb-a', socket),
      clock,
    });
    const pid = await haproxy.workerPid();
    expect(await openMaster(options(haproxy.master)).workers(signal)).toEqual({ current: [pid], old: [] });
    await expect(openMaster(options(haproxy.admin)).workers(signal)).rejects.toMatchObject({
      code: 'not-haproxy',
    });
  });

  it('answers fifty readers at once, over two connections at a time', async () => {
    const views = await Promise.all(
      Array.from({ length: 50 }, () => lb.read(shop, new AbortController().signal)),
    );
    expect(views.every(({ servers }) => servers.length === 5)).toBe(true);
  });

  it('is another process after a reload, and a view is never of two', async () => {
    const before = (await lb.read(shop, signal)).process;
    await lb.setAdmin(server('shop/web1'), 'maint', signal);
    const reload = haproxy.reload();
    const processes: { pid: number; admin: string | undefined }[] = [];
    for (let reads = 0; reads < 100; reads += 1) {
      const view = await lb.read(shop, signal);
      const admin = rowOf(view, server('shop/web1'))?.admin;
      processes.push({ pid: view.process.pid, admin });
    }
    await reload;
    const after = (await lb.read(shop, signal)).process;
    expect(sameProcess(before, after)).toBe(false);
    // What was set at run time is gone with the old process, and only with it.
    for (const { pid, admin } of processes) expect(admin).toBe(pid === before.pid ? 'maint' : 'ready');
    expect((await read('shop/web1')).admin).toBe('ready');
  });
});

describe('an HAProxy in trouble', () => {
  it('that hangs is silent at the deadline', async () => {
    const haproxy = await startHaproxy();
    try {
      await haproxy.freeze();
      const failure = connect(haproxy.admin).read(null, signal);
      await expect(failure).rejects.toMatchObject({
        code: 'haproxy-silent',
        message: 'lb-a: no answer to `show info` within 1000 ms',
      });
    } finally {
      await haproxy.stop();
    }
  });

  it('that was killed is down, although its socket file is still there', async () => {
    const haproxy = await startHaproxy();
    try {
      process.kill(await haproxy.workerPid(), 'SIGKILL');
      const lb = connect(haproxy.admin);
      const code = async (): Promise<unknown> => {
        const failure: unknown = await lb.read(null, signal).catch((error: unknown) => error);
        return failure instanceof Error && 'code' in failure ? failure.code : failure;
      };
      await until(async () => (await code()) === 'haproxy-down');
      await expect(lb.read(null, signal)).rejects.toMatchObject({
        message: `lb-a: nothing answers at ${haproxy.admin} (connection refused)`,
      });
    } finally {
      await haproxy.stop();
    }
  });
});
