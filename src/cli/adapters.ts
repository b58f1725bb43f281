import {
  formatAddress,
  type LoadBalancerSettings,
  type Settings,
  type SocketAddress,
} from '../domain/settings.ts';
import type { Clock, Hosts, LoadBalancer, Probe } from '../domain/seams.ts';
import { readLimits } from '../io/haproxy/limits.ts';
import { createLoadBalancer } from '../io/haproxy/load-balancer.ts';
import { openMaster } from '../io/haproxy/master.ts';
import { openTcp, openUnix } from '../io/haproxy/open.ts';
import { createProbe } from '../io/probe/probe.ts';
import { createHosts } from '../io/ssh/hosts.ts';
import { createSshStreams, type SshStreams, type StreamOpener } from '../io/ssh/stream.ts';
import type { Subject } from './check/subject.ts';

/** Everything real that this process acts through, but the records. */
export interface Adapters {
  readonly loadBalancers: readonly LoadBalancer[];
  readonly hosts: Hosts;
  readonly probe: Probe;
  /** The master sockets that are configured. */
  readonly masters: Subject['masters'];
  /** What each load balancer may carry, and carries. */
  readonly limits: Subject['limits'];
  /** In the reverse order of opening. */
  close(): Promise<void>;
}

/** Nothing is connected yet: each adapter connects at its first use. */
export function createAdapters(
  settings: Pick<Settings, 'loadBalancers'>,
  clock: Clock,
  env: Readonly<Record<string, string | undefined>>,
): Adapters {
  const ssh = { clock, agentSocket: env['SSH_AUTH_SOCK'] };
  const streams = createSshStreams(ssh);
  const loadBalancers = settings.loadBalancers.map((one) => plugIn(one, streams, clock));
  return {
    loadBalancers,
    hosts: createHosts(ssh),
    probe: createProbe({ clock }),
    masters: settings.loadBalancers.flatMap((one) => masterOf(one, streams, clock)),
    limits: settings.loadBalancers.map((one) => limitsOf(one, streams, clock)),
    async close() {
      for (const one of loadBalancers.toReversed()) await one.close();
      await streams.close();
    },
  };
}

function plugIn(
  { name, socket, master }: LoadBalancerSettings,
  streams: SshStreams,
  clock: Clock,
): LoadBalancer {
  return createLoadBalancer({
    name,
    address: formatAddress(socket),
    open: opener(name, socket, streams),
    ...(master === null
      ? {}
      : { master: { address: formatAddress(master), open: opener(name, master, streams) } }),
    clock,
  });
}

function masterOf(
  { name, master }: LoadBalancerSettings,
  streams: SshStreams,
  clock: Clock,
): Subject['masters'][number][] {
  if (master === null) return [];
  const place = { loadBalancer: name, socket: formatAddress(master) };
  const open = opener(name, master, streams);
  const asked = openMaster({ place, open, clock });
  return [{ name, workers: async (signal) => await asked.workers(signal) }];
}

function limitsOf(
  { name, socket }: LoadBalancerSettings,
  streams: SshStreams,
  clock: Clock,
): Subject['limits'][number] {
  const place = { loadBalancer: name, socket: formatAddress(socket) };
  const open = opener(name, socket, streams);
  return { name, read: async (signal) => await readLimits({ place, open, clock }, signal) };
}

function opener(loadBalancer: string, address: SocketAddress, streams: SshStreams): StreamOpener {
  switch (address.kind) {
    case 'unix':
      return openUnix(loadBalancer, address.path);
    case 'tcp':
      return openTcp(loadBalancer, address.host, address.port);
    case 'ssh':
      return streams.openOverSsh(loadBalancer, address.login, address.path);
  }
}
