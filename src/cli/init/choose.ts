import { RejuvError } from '../../domain/errors.ts';
import {
  formatServerId,
  isHaproxyName,
  parseServerId,
  sameServer,
  type BackendName,
  type ServerId,
} from '../../domain/names.ts';
import type { Options } from '../options.ts';
import type { Dialogue } from './dialogue.ts';
import { lookAt, socketProblem, whoAnswers, type Look } from './look.ts';
import { backendsSeen, whyLeftOut, whyUnusable, type Seen } from './seen.ts';
import { sparesByConfig } from './sketch.ts';
import type { FoundSocket } from './surroundings.ts';

/**
 * The load balancers, as named, as chosen in the dialogue, or as found.
 * @throws RejuvError usage, no-haproxy, those of lookAt
 */
export async function chooseLoadBalancers(
  look: Look,
  named: readonly string[],
  ask: Dialogue | null,
): Promise<Seen[]> {
  if (named.length > 2) throw usage('name two sockets at most: rejuv works on a pair');
  const found = await look.surroundings.findSockets();
  const known = (socket: string): FoundSocket =>
    found.find((one) => one.socket === socket) ?? { socket, master: null, checks: new Map() };
  const sockets = named.length > 0 ? [...named] : await chooseFound(look, found, ask);
  for (const socket of sockets) {
    const problem = socketProblem(socket);
    if (problem !== null) throw usage(`--socket ${problem}`);
  }
  if (new Set(sockets).size < sockets.length) throw usage('both sockets are the same one');
  const seen = await lookAt(look, sockets.map(known));
  if (sockets.length === 2 || ask === null) return seen;
  return await withSecond(look, seen, sockets.map(known), known, ask);
}

async function chooseFound(
  look: Look,
  found: readonly FoundSocket[],
  ask: Dialogue | null,
): Promise<string[]> {
  const answering = await whoAnswers(look, found);
  const sockets = answering.found.map(({ socket }) => socket);
  if (ask !== null) {
    const chosen = sockets.length === 0 ? [] : await ask.sockets(answering.found);
    return chosen.length > 0 ? chosen : [await ask.firstSocket(answering.errors)];
  }
  const [first] = answering.errors;
  if (sockets.length === 0 && first !== undefined) throw first;
  if (sockets.length === 0) {
    throw new RejuvError('no-haproxy', {
      problem: 'no process named haproxy, and no socket in the usual places',
    });
  }
  if (sockets.length > 2)
    throw usage(`${sockets.length} HAProxys run here; name two with --socket: ${sockets.join(', ')}`);
  return sockets;
}

/** Asks for the other socket until it answers, or until nothing is typed: then a place is left for it. */
async function withSecond(
  look: Look,
  seen: Seen[],
  first: readonly FoundSocket[],
  known: (socket: string) => FoundSocket,
  ask: Dialogue,
): Promise<Seen[]> {
  for (;;) {
    const second = await ask.secondSocket(first[0]?.socket ?? '');
    if (second === '') return seen;
    try {
      return await lookAt(look, [...first, known(second)]);
    } catch (thrown) {
      look.signal.throwIfAborted();
      if (!(thrown instanceof RejuvError)) throw thrown;
      ask.say(`${thrown.message}; ${thrown.fix}`);
    }
  }
}

/** What the load balancers have, and what of it can be used. */
export interface Offer {
  readonly usable: readonly BackendName[];
  readonly unusable: readonly { readonly backend: BackendName; readonly why: string }[];
}

/** @throws RejuvError nothing-to-write */
export function offerOf(seen: readonly Seen[]): Offer {
  const all = [...backendsSeen(seen)].map(([backend, servers]) => ({
    backend,
    why: whyUnusable(backend, servers, seen),
  }));
  const usable = all.filter(({ why }) => why === null).map(({ backend }) => backend);
  const unusable = all.flatMap(({ backend, why }) => (why === null ? [] : [{ backend, why }]));
  if (usable.length > 0) return { usable, unusable };
  const problem =
    unusable.length === 0
      ? 'no backend has a server'
      : unusable.map(({ backend, why }) => `${backend}: ${why}`).join('; ');
  throw new RejuvError('nothing-to-write', { problem });
}

/**
 * The backends as named, as chosen, else all that can be used.
 * @throws RejuvError usage
 */
export async function chooseBackends(
  { usable, unusable }: Offer,
  seen: readonly Seen[],
  named: readonly string[],
  ask: Dialogue | null,
): Promise<readonly BackendName[]> {
  for (const name of named) {
    if (isHaproxyName(name) && usable.some((backend) => backend === name)) continue;
    const why =
      unusable.find(({ backend }) => backend === name)?.why ?? 'HAProxy has no servers under this name';
    throw usage(`--backend ${JSON.stringify(name)}: ${why}; there is: ${usable.join(', ')}`);
  }
  if (named.length > 0) return usable.filter((backend) => named.includes(backend));
  return ask === null || usable.length === 1 ? usable : await ask.backends(usable, backendsSeen(seen));
}

/**
 * The spares: those of haproxy.cfg and those named; in the dialogue, exactly those chosen.
 * @throws RejuvError usage
 */
export async function chooseSpares(
  seen: readonly Seen[],
  backends: readonly BackendName[],
  { spare: named = [] }: Options,
  ask: Dialogue | null,
): Promise<readonly ServerId[]> {
  const all = backendsSeen(seen);
  const servers = backends.flatMap((backend) =>
    (all.get(backend) ?? [])
      .filter((server) => whyLeftOut(server, seen) === null)
      .map((server) => ({ id: { backend, server: server.name }, server })),
  );
  const wanted = named.map((text) => {
    const id = parseServerId(text);
    const there = id !== null && servers.some((one) => sameServer(one.id, id));
    if (there) return id;
    throw usage(
      `--spare ${JSON.stringify(text)} is not a server that goes into the file; there is: ${servers
        .slice(0, 20)
        .map((one) => formatServerId(one.id))
        .join(', ')}${servers.length > 20 ? ' and so on' : ''}`,
    );
  });
  const byConfig = sparesByConfig(seen, backends);
  const isOne = (spares: readonly ServerId[], id: ServerId): boolean =>
    spares.some((spare) => sameServer(spare, id));
  // Where haproxy.cfg itself disables every server, the file says so instead.
  const without = (spares: readonly ServerId[]): BackendName | undefined =>
    backends.find((backend) => {
      const ids = servers.map(({ id }) => id).filter((id) => id.backend === backend);
      return ids.every((id) => isOne(spares, id)) && !ids.every((id) => isOne(byConfig, id));
    });
  if (ask === null || named.length > 0) {
    const spares = [...byConfig, ...wanted];
    const bare = without(spares);
    if (bare !== undefined)
      throw usage(`--spare: backend ${bare} would have spares only, and none that serves`);
    return spares;
  }
  for (;;) {
    const spares = await ask.spares(servers, byConfig);
    const bare = without(spares);
    if (bare === undefined) return spares;
    ask.say(`backend ${bare} would have spares only, and none that serves`);
  }
}

function usage(problem: string): RejuvError {
  return new RejuvError('usage', { problem });
}
