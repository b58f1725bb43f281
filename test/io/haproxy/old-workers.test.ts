import { createServer, type Server, type ServerResponse } from 'node:http';
import { createConnection, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import { backendName, loadBalancerName, parseServerId, type ServerId } from '../../../src/domain/names.ts';
import { heldBy } from '../../../src/domain/old-workers.ts';
import type { LoadBalancer } from '../../../src/domain/seams.ts';
import { loadOf } from '../../../src/domain/snapshot.ts';
import { createClock } from '../../../src/io/clock.ts';
import { closely } from '../../../src/io/haproxy/closely.ts';
import { createLoadBalancer } from '../../../src/io/haproxy/load-balancer.ts';
import { openMaster, type Master } from '../../../src/io/haproxy/master.ts';
import { openTcp, openUnix } from '../../../src/io/haproxy/open.ts';
import { parseWorkerStat } from '../../../src/io/haproxy/worker-stat.ts';
import { viewOf } from '../../cli/init-scene.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { haproxy3 } from '../../haproxy-3/fetched.ts';
import { listen, portOf, startHaproxy, until, type TestHaproxy } from './haproxy-process.ts';
import { place, recorded, reply, versions } from './transcript.ts';

const { signal } = new AbortController();
const clock = createClock();
const shop = [backendName('shop')];

function idOf(text: string): ServerId {
  const id = parseServerId(text);
  if (id === null) throw new Error(text);
  return id;
}

describe.each(versions)('what an old worker of HAProxy %s answers', (version) => {
  const text = reply(version, 'master-old-worker-stat');
  const servers: NetServer[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** A master that lists one old worker, and answers for it with this. */
  async function master(answer: string, listed = true): Promise<Master> {
    const workers = `# workers\n2 worker 0 0d 2\n# old workers\n`;
    let asked = 0;
    const server = await listen((one) =>
      one.on('connection', (client) =>
        client.once('data', (line) => {
          if (!line.toString().startsWith('show proc')) return client.end(answer);
          asked += 1;
          const old = listed || asked === 1 ? '9 worker 1 0d 2\n' : '';
          return client.end(`#<PID> <type>\n1 master 1 0d 2\n${workers}${old}# programs\n\n`);
        }),
      ),
    );
    servers.push(server);
    return openMaster({ place, open: openTcp('lb-a', '127.0.0.1', portOf(server)), clock, deadlineMs: 500 });
  }

  it('is what it holds per server, and how many clients are at none', () => {
    const { held, unplaced, pid } = parseWorkerStat(place, 9, Buffer.from(text));
    expect(pid).toBe(9);
    expect(held).toEqual([
      { id: idOf('shop/web1'), address: '127.0.0.1', sessions: 2, queue: 0 },
      { id: idOf('tcpb/t1'), address: '127.0.0.1', sessions: 1, queue: 0 },
    ]);
    // One request waits in the queue of the backend, one client is idle between two requests.
    expect(unplaced).toBe(2);
  });

  it('is refused when it is cut, wherever that is', async () => {
    const whole = recorded(version, 'master-old-worker-stat');
    expect(await (await master(whole)).oldWorkers(2, signal)).toHaveLength(1);
    for (let cut = 0; cut < whole.length; cut += 37) {
      const asked = (await master(whole.slice(0, cut))).oldWorkers(2, signal);
      await expect(asked).rejects.toMatchObject({ code: 'reply-truncated' });
    }
  });

  it('is nothing when it ends while it is asked', async () => {
    const gone = recorded(version, 'master-worker-gone');
    expect(await (await master(gone, false)).oldWorkers(2, signal)).toEqual([]);
    expect(await (await master(text.slice(0, 700), false)).oldWorkers(2, signal)).toEqual([]);
    await expect((await master(gone)).oldWorkers(2, signal)).rejects.toMatchObject({ code: 'not-haproxy' });
  });

  it('does not count where another worker than the one that was read is the current one', async () => {
    const asked = (await master(recorded(version, 'master-old-worker-stat'))).oldWorkers(3, signal);
    await expect(asked).rejects.toMatchObject({ code: 'old-process' });
  });
});

const fetched = await haproxy3();
const binaries = ['haproxy', ...(fetched.state === 'there' ? [fetched.binary] : [])];

describe.each(binaries)('a real HAProxy after a reload: %s', (binary) => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  /** An application whose slow requests end when they are told to. */
  async function start(): Promise<{ haproxy: TestHaproxy; lb: LoadBalancer; slow: ServerResponse[] }> {
    const slow: ServerResponse[] = [];
    const app: Server = createServer((request, response) => {
      if (request.url === '/slow') slow.push(response);
      else response.end('ok');
    });
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    closing.push(() => app.close());
    const { port } = app.address() as AddressInfo;
    const haproxy = await startHaproxy(
      [`server app 127.0.0.1:${port}`, 'use-server app if TRUE'],
      ['option idle-close-on-response'],
      binary,
    );
    closing.push(async () => await haproxy.stop());
    const lb = createLoadBalancer({
      ...{ name: loadBalancerName('lb-a'), address: haproxy.admin, open: openUnix('lb-a', haproxy.admin) },
      master: { address: haproxy.master, open: openUnix('lb-a', haproxy.master) },
      ...{ clock, deadlineMs: 1_000 },
    });
    closing.push(async () => await lb.close());
    // A master that is still starting would take the signal to reload for nothing.
    await until(async () => (await lb.readClosely(shop, signal)).oldWorkers.kind === 'counted');
    return { haproxy, lb, slow };
  }

  async function client(haproxy: TestHaproxy, path: string): Promise<Socket> {
    const socket = createConnection(join(haproxy.directory, 'front.sock'));
    socket.on('error', () => undefined).resume();
    closing.push(() => socket.destroy());
    await once(socket, 'connect');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`);
    return socket;
  }

  const app = idOf('shop/app');

  it('has its old worker counted until the last request has ended, and asking does not keep it alive', async () => {
    const { haproxy, lb, slow } = await start();
    await client(haproxy, '/slow');
    await until(() => Promise.resolve(slow.length === 1));
    const old = await haproxy.workerPid();
    expect((await lb.readClosely(shop, signal)).oldWorkers).toEqual({ kind: 'counted', workers: [] });
    await haproxy.reload();
    const view = await lb.readClosely(shop, signal);
    expect(view.oldWorkers).toMatchObject({ kind: 'counted', workers: [{ pid: old, unplaced: 0 }] });
    expect(heldBy(view.oldWorkers, app)).toEqual({ sessions: 1, queue: 0 });
    expect(loadOf({ at: 0, views: [view], gaps: [], excused: [] }, app)).toEqual({
      ...{ sessions: { 'lb-a': 1 }, queue: { 'lb-a': 0 }, total: 1 },
    });
    // The new worker knows nothing of it.
    expect(loadOf({ at: 0, views: [await lb.read(shop, signal)], gaps: [], excused: [] }, app).total).toBe(0);
    slow[0]?.end('done');
    await until(async () => {
      const { oldWorkers } = await lb.readClosely(shop, signal);
      return oldWorkers.kind === 'counted' && oldWorkers.workers.length === 0;
    });
  });

  it('has an idle client counted apart, whose next request goes to a server in maint all the same', async () => {
    const { haproxy, lb, slow } = await start();
    const idle = await client(haproxy, '/');
    await once(idle, 'data');
    await haproxy.reload();
    await lb.setAdmin(app, 'maint', signal);
    const before = await lb.readClosely(shop, signal);
    expect(before.oldWorkers).toMatchObject({ kind: 'counted', workers: [{ held: [], unplaced: 1 }] });
    idle.write('GET /slow HTTP/1.1\r\nHost: shop\r\n\r\n');
    await until(() => Promise.resolve(slow.length === 1));
    const after = await lb.readClosely(shop, signal);
    expect(after.oldWorkers).toMatchObject({ kind: 'counted', workers: [{ unplaced: 0 }] });
    expect(heldBy(after.oldWorkers, app).sessions).toBe(1);
  });

  it('is not guessed about when its old worker or its master does not answer', async () => {
    const { haproxy, lb, slow } = await start();
    await client(haproxy, '/slow');
    await until(() => Promise.resolve(slow.length === 1));
    const old = await haproxy.workerPid();
    await haproxy.reload();
    process.kill(old, 'SIGSTOP');
    closing.push(() => process.kill(old, 'SIGCONT'));
    const { oldWorkers } = await lb.readClosely(shop, signal);
    expect(oldWorkers).toMatchObject({ kind: 'unknown', error: { code: 'haproxy-silent' } });
  });
});

describe('a master socket', () => {
  const view = viewOf('lb-a', []);
  const read = (): Promise<typeof view> => Promise.resolve(view);

  it('is asked again while the master starts itself anew at a reload, and not when it hangs', async () => {
    for (const [code, answers, kind] of [
      ['haproxy-down', 3, 'counted'],
      ['old-process', 3, 'counted'],
      ['haproxy-down', 99, 'unknown'],
      ['haproxy-silent', 2, 'unknown'],
    ] as const) {
      let asked = 0;
      const oldWorkers = async (): Promise<[]> => {
        await Promise.resolve();
        asked += 1;
        if (asked < answers)
          throw new RejuvError(code, { ...place, pid: 1, command: 'show proc', deadlineMs: 1 });
        return [];
      };
      const seen = await closely(read, { oldWorkers }, new FakeClock({ auto: true }), signal);
      expect([code, seen.oldWorkers.kind]).toEqual([code, kind]);
    }
    expect((await closely(read, null, clock, signal)).oldWorkers).toEqual({ kind: 'no-master' });
  });
});
