import { createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backendName, loadBalancerName, serverName, type ServerId } from '../../../src/domain/names.ts';
import type { LoadBalancer } from '../../../src/domain/seams.ts';
import { createClock } from '../../../src/io/clock.ts';
import { createLoadBalancer } from '../../../src/io/haproxy/load-balancer.ts';
import { openUnix } from '../../../src/io/haproxy/open.ts';
import { startHaproxy, until, type TestHaproxy } from './haproxy-process.ts';

/** The idle connections of a real HAProxy to a server that a test makes well or ill. */

const { signal } = new AbortController();
const named = (backend: string, server: string): ServerId => ({
  backend: backendName(backend),
  server: serverName(server),
});
const id = named('warm', 'w1');
const clients = 8;

let haproxy: TestHaproxy;
let lb: LoadBalancer;
let well = true;
const app = createServer((asked, answer) => {
  if (asked.url === '/check') answer.statusCode = well ? 200 : 503;
  setTimeout(() => answer.end('ok'), asked.url === '/check' ? 0 : 60);
});
app.keepAliveTimeout = 60_000;

beforeAll(async () => {
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  const { port } = app.address() as AddressInfo;
  haproxy = await startHaproxy(
    ['server other 127.0.0.1:1', 'backend warm', 'option httpchk GET /check', serverLine(port)],
    ['use_backend warm if { path /warm }'],
  );
  const path = haproxy.admin;
  lb = createLoadBalancer({
    ...{ name: loadBalancerName('lb-a'), address: path, clock: createClock() },
    open: openUnix('lb-a', path),
  });
});

const serverLine = (port: number): string => `server w1 127.0.0.1:${port} check inter 50ms fall 2 rise 2`;

afterAll(async () => {
  await lb.close();
  await haproxy.stop();
  app.close();
  app.closeAllConnections();
});

async function idle(): Promise<number> {
  const [header = '', ...rows] = (await haproxy.raw('admin.sock', 'show stat warm 4 -1')).split('\n');
  const at = header.split(',').indexOf('srv_icur');
  return Number(rows[0]?.split(',')[at]);
}

async function status(): Promise<string> {
  const reply = await haproxy.raw('admin.sock', 'show servers state warm');
  return reply.split('\n')[2]?.split(' ').slice(5, 7).join(' ') ?? '';
}

/** Requests at the same time, so that HAProxy needs as many connections, and keeps them. */
async function warmUp(): Promise<void> {
  const get = async (): Promise<void> => {
    const sent = request({ socketPath: `${haproxy.directory}/front.sock`, path: '/warm', agent: false });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    answer.resume();
    await once(answer, 'end');
  };
  await until(async () => (await status()) === '2 0');
  await Promise.all(Array.from({ length: clients }, get));
  await until(async () => (await idle()) === clients);
}

it('are closed by HAProxy when the server was up, so there is nothing to close', async () => {
  await warmUp();
  await lb.setAdmin(id, 'maint', signal);
  expect(await idle()).toBe(0);
  expect(await lb.closeIdle(id, signal)).toBe(0);
  await lb.setAdmin(id, 'ready', signal);
});

it('are kept where the server was down; then they are closed, and the server is still in maint', async () => {
  await warmUp();
  well = false;
  await until(async () => (await status()) === '0 0');
  await lb.setAdmin(id, 'maint', signal);
  // This is what HAProxy does, and why there is something to do.
  expect(await idle()).toBe(clients);
  expect(await lb.closeIdle(id, signal)).toBe(clients);
  expect(await idle()).toBe(0);
  expect(await status()).toBe('0 1');
  well = true;
  await lb.setAdmin(id, 'ready', signal);
  await warmUp();
});

it.each([
  ['warm', 'w2', 'server-missing'],
  ['nope', 'w1', 'backend-missing'],
])('of %s/%s: %s', async (backend, server, code) => {
  await expect(lb.closeIdle(named(backend, server), signal)).rejects.toMatchObject({ code });
});
