import { RejuvError } from '../../domain/errors.ts';
import type { LoadBalancerName, ServerId } from '../../domain/names.ts';
import type { Clock, LoadBalancer } from '../../domain/seams.ts';
import { closely } from './closely.ts';
import {
  setServerState,
  setServerWeight,
  showLevel,
  showServersState,
  shutdownSessions,
  switchAgent,
  type Command,
} from './commands.ts';
import { closeIdle } from './idle-connections.ts';
import { openMaster } from './master.ts';
import type { OpenStream } from './open.ts';
import { notHaproxy, quoted, type Place } from './place.ts';
import { proxyDisabled, refusal } from './refusal.ts';
import { createRuntimeSocket } from './runtime-socket.ts';
import { parseServersState } from './servers-state.ts';
import { readInfo, readView, type Source } from './view.ts';

export interface LoadBalancerOptions {
  readonly name: LoadBalancerName;
  /** The address as the config has it, for sentences. */
  readonly address: string;
  readonly open: OpenStream;
  /** The master CLI, where one is configured. */
  readonly master?: { readonly address: string; readonly open: OpenStream };
  readonly clock: Clock;
  /** Per command, default 5,000. */
  readonly deadlineMs?: number;
  readonly maxReplyBytes?: number;
}

/** The LoadBalancer seam over the runtime API of one HAProxy. */
export function createLoadBalancer(options: LoadBalancerOptions): LoadBalancer {
  const { name, address, clock } = options;
  const place: Place = { loadBalancer: name, socket: address };
  const socket = createRuntimeSocket({ ...options, place });
  const master =
    options.master === undefined
      ? null
      : openMaster({
          ...options,
          place: { loadBalancer: name, socket: options.master.address },
          open: options.master.open,
        });
  const source: Source = { name, place, socket, now: () => clock.now() };
  /** The process that the last view was of. */
  let lastPid: number | null = null;

  const ask = (command: Command, signal: AbortSignal): Promise<string> =>
    socket.ask({ command, opening: null, end: 'close' }, signal);

  /** An empty reply is the only success. */
  const change = async (command: Command, server: ServerId, signal: AbortSignal): Promise<void> => {
    const reply = await ask(command, signal);
    if (reply === '') return;
    if (reply.trim() === proxyDisabled) await throwIfOldProcess(signal);
    throw refusal(place, command, server, reply);
  };

  /** A backend that is `disabled` in the configuration refuses in the same words, but its process is the current one. */
  const throwIfOldProcess = async (signal: AbortSignal): Promise<void> => {
    const { process, stopping } = await readInfo(source, signal).catch(() => {
      signal.throwIfAborted();
      throw new RejuvError('old-process', { ...place, pid: lastPid ?? 0 });
    });
    const replaced = lastPid !== null && lastPid !== process.pid;
    if (stopping) throw new RejuvError('old-process', { ...place, pid: process.pid });
    if (replaced) throw new RejuvError('old-process', { ...place, pid: lastPid ?? 0 });
  };

  const read: LoadBalancer['read'] = async (backends, signal) => {
    const view = await readView(source, backends, signal);
    lastPid = view.process.pid;
    return view;
  };

  return {
    name,
    read,
    readClosely: async (backends, signal) =>
      await closely((stop) => read(backends, stop), master, clock, signal),

    setAdmin: (server, state, signal) => change(setServerState(server, state), server, signal),

    async setAgent(server, enabled, signal) {
      const command = switchAgent(server, enabled);
      await change(command, server, signal);
      // HAProxy answers `disable agent` with success on a server that has none, so only the state proves it.
      const states = parseServersState(
        place,
        Buffer.from(await ask(showServersState(server.backend), signal)),
      );
      const state = states?.find((one) => one.backend === server.backend && one.server === server.server);
      if (state === undefined) throw new RejuvError('server-missing', { ...place, ...server });
      if (state.agent.configured && state.agent.enabled === enabled) return;
      const reply = state.agent.configured
        ? `the agent check is still ${enabled ? 'off' : 'on'}`
        : 'the server has no agent check';
      throw new RejuvError('haproxy-refused', { ...place, ...server, command, reply });
    },

    setWeight: (server, weight, signal) => change(setServerWeight(server, weight), server, signal),

    closeIdle: (server, signal) => closeIdle({ place, socket, clock }, server, signal),

    closeSessions: (server, signal) => change(shutdownSessions(server), server, signal),

    async level(signal) {
      const level = (await ask(showLevel, signal)).trim();
      if (level === 'user' || level === 'operator' || level === 'admin') return level;
      throw notHaproxy(place, `to \`${showLevel}\` it answers "${quoted(level)}"`);
    },

    close() {
      socket.close();
      master?.close();
      return Promise.resolve();
    },
  };
}
