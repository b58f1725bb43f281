import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendName, loadBalancerName, serverName } from '../../../src/domain/names.ts';
import type { LoadBalancer } from '../../../src/domain/seams.ts';
import { rowOf } from '../../../src/domain/snapshot.ts';
import { createClock } from '../../../src/io/clock.ts';
import { createLoadBalancer } from '../../../src/io/haproxy/load-balancer.ts';
import { openUnix } from '../../../src/io/haproxy/open.ts';
import { haproxy3 } from '../../haproxy-3/fetched.ts';
import { startHaproxy, until, type TestHaproxy } from './haproxy-process.ts';

const { signal } = new AbortController();
const tight = backendName('tight');
const fetched = await haproxy3();
const binaries = ['haproxy', ...(fetched.state === 'there' ? [fetched.binary] : [])];

describe.each(binaries)('a backend whose servers take one request each: %s', (binary) => {
  /** Requests that the servers have and do not answer. */
  const held: ServerResponse[] = [];
  const app = createServer((_, response) => void held.push(response));
  let haproxy: TestHaproxy;
  let lb: LoadBalancer;

  beforeAll(async () => {
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    const { port } = app.address() as AddressInfo;
    const servers = ['t1', 't2'].map((name) => `server ${name} 127.0.0.1:${port} maxconn 1 cookie ${name}`);
    haproxy = await startHaproxy(
      ['backend tight', 'cookie S insert', 'timeout queue 20s', ...servers],
      ['use_backend tight if { path /tight }'],
      binary,
    );
    const place = { name: loadBalancerName('lb-a'), address: haproxy.admin };
    lb = createLoadBalancer({ ...place, open: openUnix('lb-a', haproxy.admin), clock: createClock() });
  });
  afterAll(async () => {
    await lb.close();
    await haproxy.stop();
    app.close();
  });

  const ask = (cookie: string): void => {
    const headers = { connection: 'close', cookie };
    const socketPath = join(haproxy.directory, 'front.sock');
    const one = request({ socketPath, path: '/tight', headers }, (answer) => answer.resume());
    one.on('error', () => undefined).end();
  };

  it('has requests that wait for any of them in its own queue, and those bound to one in that of the server', async () => {
    const waiting = async (backends: readonly (typeof tight)[] | null) => {
      const view = await lb.read(backends, signal);
      const at = (name: string) => rowOf(view, { backend: tight, server: serverName(name) })?.queue;
      return [view.queues.get(tight), at('t1'), at('t2')];
    };
    expect(await waiting(null)).toEqual([0, 0, 0]);
    for (let requests = 0; requests < 2; requests += 1) ask('none=1');
    await until(() => Promise.resolve(held.length === 2));
    for (let requests = 0; requests < 3; requests += 1) ask('none=1');
    await until(async () => (await waiting(null))[0] === 3);
    expect(await waiting([tight])).toEqual([3, 0, 0]);
    ask('S=t1');
    await until(async () => (await waiting(null))[1] === 1);
    expect(await waiting(null)).toEqual([3, 1, 0]);
    // Each answer lets the next one in.
    await until(async () => {
      for (const response of held.splice(0)) response.end('ok');
      return (await waiting([tight])).every((queue) => queue === 0);
    });
    expect((await lb.read([backendName('empty')], signal)).queues).toEqual(new Map([['empty', 0]]));
  });
});
