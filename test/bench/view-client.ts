// The client of `npm run bench -- view`, in a process of its own without anything but Node and the built rejuv:
// node view-client.js DIST ROUNDS VIEWS BACKENDS NAME=SOCKET=PID... ; BACKENDS is a list with commas, or `all`.
import { readdirSync, readFileSync } from 'node:fs';
import type { BackendName, LoadBalancerName } from '../../src/domain/names.ts';

const [dist = '', rounds = '', views = '', named = '', ...peers] = process.argv.slice(2);
const load = async (path: string): Promise<unknown> => (await import(`${dist}/${path}`)) as unknown;
const { createLoadBalancer } = (await load(
  'io/haproxy/load-balancer.js',
)) as typeof import('../../src/io/haproxy/load-balancer.ts');
const { openUnix } = (await load('io/haproxy/open.js')) as typeof import('../../src/io/haproxy/open.ts');
const { createClock } = (await load('io/clock.js')) as typeof import('../../src/io/clock.ts');

const clock = createClock();
const { signal } = new AbortController();
const backends = named === 'all' ? null : (named.split(',') as BackendName[]);
const pair = peers.map((peer) => {
  const [name = '', socket = '', pid = ''] = peer.split('=');
  const lb = createLoadBalancer({
    name: name as LoadBalancerName,
    address: socket,
    open: openUnix(name, socket),
    clock,
  });
  return { pid, lb };
});

/** CPU time of all threads of a process, milliseconds; the kernel counts it in nanoseconds. */
function cpuMs(pid: string): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
    .reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}

async function round(): Promise<{ clientMs: number; haproxyMs: number; servers: number }> {
  let servers = 0;
  const before = pair.map(({ pid }) => cpuMs(pid));
  const start = process.cpuUsage();
  for (let view = 0; view < Number(views); view += 1) {
    const seen = await Promise.all(pair.map(async ({ lb }) => await lb.read(backends, signal)));
    servers = seen.reduce((sum, one) => sum + one.servers.length, 0);
  }
  const { user, system } = process.cpuUsage(start);
  const haproxyMs = pair.reduce((sum, { pid }, at) => sum + cpuMs(pid) - before[at]!, 0);
  return { clientMs: (user + system) / 1000 / Number(views), haproxyMs: haproxyMs / Number(views), servers };
}

for (let warm = 0; warm < 3; warm += 1) await round();
const all = [];
for (let at = 0; at < Number(rounds); at += 1) all.push(await round());
console.log(JSON.stringify(all));
