import { RejuvError } from '../../domain/errors.ts';
import type { BackendName, LoadBalancerName } from '../../domain/names.ts';
import { sameProcess, type LoadBalancerView, type ServerRow } from '../../domain/snapshot.ts';
import { askAround } from './ask-around.ts';
import { backendRows, type BackendRows } from './backend-rows.ts';
import { showBackend, showInfo, showServersState, showStat, type Command } from './commands.ts';
import { notHaproxy, type Place } from './place.ts';
import type { RuntimeSocket } from './runtime-socket.ts';
import { parseServersState } from './servers-state.ts';
import { parseShowBackend } from './show-backend.ts';
import { infoOpening, parseShowInfo, type Info } from './show-info.ts';
import { parseStat } from './stat.ts';

/** What reading needs to know about one load balancer. */
export interface Source {
  readonly name: LoadBalancerName;
  readonly place: Place;
  readonly socket: RuntimeSocket;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The process that answers now. */
export async function readInfo({ place, socket }: Source, signal: AbortSignal): Promise<Info> {
  const question = { command: showInfo, opening: infoOpening, end: 'close' } as const;
  return parseShowInfo(place, await socket.ask(question, signal));
}

/**
 * One view of one process. Each command may meet another process when HAProxy is reloaded in between, so the process
 * is asked for before and after; a difference costs one more try, a second one raises old-process.
 */
export async function readView(
  source: Source,
  backends: readonly BackendName[] | null,
  signal: AbortSignal,
): Promise<LoadBalancerView> {
  const first = await attempt(source, backends, signal);
  if ('servers' in first) return first;
  const second = await attempt(source, backends, signal);
  if ('servers' in second) return second;
  if (second.problem === null) {
    const facts = { ...source.place, pid: second.pid };
    throw new RejuvError('old-process', facts);
  }
  throw notHaproxy(source.place, second.problem);
}

/** Why one try gave no view: null, another process; else what did not fit together. */
interface Unsettled {
  readonly pid: number;
  readonly problem: string | null;
}

async function attempt(
  source: Source,
  backends: readonly BackendName[] | null,
  signal: AbortSignal,
): Promise<LoadBalancerView | Unsettled> {
  const { before, replies, after } = await askAround(source, commandsFor(backends), signal);
  const { pid } = before.process;
  const changed = !sameProcess(before.process, after.process);
  if (before.stopping || after.stopping || changed) return { pid, problem: null };
  const at = source.now();
  const rows = backends === null ? allRows(source.place, replies) : someRows(source.place, backends, replies);
  const torn = rows.find(([, found]) => found === 'disagree');
  if (torn !== undefined) {
    const problem = `\`show stat\` and \`show servers state\` name different servers in backend ${torn[0]}`;
    return { pid, problem };
  }
  const queues = new Map<BackendName, number>();
  const servers: ServerRow[] = [];
  for (const [backend, found] of rows) {
    if (found === null || found === 'disagree') continue;
    queues.set(backend, found.queue);
    for (const row of found.rows) servers.push(row);
  }
  return {
    name: source.name,
    version: before.version,
    process: before.process,
    uptimeSeconds: after.uptimeSeconds,
    stopping: false,
    backends: [...queues.keys()],
    queues,
    servers,
    oldWorkers: { kind: 'not-asked' },
    at,
  };
}

type BackendEntry = [BackendName, BackendRows | null | 'disagree'];

/** What a view is made from, besides the process: of all backends, or two replies per backend. */
function commandsFor(backends: readonly BackendName[] | null): Command[] {
  if (backends === null) return [showBackend, showServersState(null), showStat(null)];
  return unique(backends).flatMap((backend) => [showServersState(backend), showStat(backend)]);
}

function someRows(
  place: Place,
  backends: readonly BackendName[],
  replies: readonly Buffer[],
): BackendEntry[] {
  return unique(backends).map((backend, at) => {
    const states = parseServersState(place, replies[2 * at] ?? nothing);
    const stat = parseStat(place, replies[2 * at + 1] ?? nothing);
    return [backend, backendRows(place, backend, states, stat)];
  });
}

function allRows(
  place: Place,
  [names = nothing, states = nothing, stats = nothing]: readonly Buffer[],
): BackendEntry[] {
  const statesOf = byBackend(parseServersState(place, states) ?? []);
  const { servers, queues } = parseStat(place, stats) ?? { servers: [], queues: new Map<string, number>() };
  const statsOf = byBackend(servers);
  return parseShowBackend(place, names.toString()).map((backend): BackendEntry => {
    const stat = { servers: statsOf.get(backend) ?? [], queues };
    return [backend, backendRows(place, backend, statesOf.get(backend) ?? [], stat)];
  });
}

/** Parsing refuses it, so a reply that were missing could not pass for an empty one. */
const nothing = Buffer.alloc(0);

function unique(backends: readonly BackendName[]): BackendName[] {
  return [...new Set(backends)];
}

function byBackend<T extends { readonly backend: string }>(lines: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  let group: T[] = [];
  let name: string | null = null;
  for (const line of lines) {
    // The lines of one backend stand together.
    if (line.backend !== name) {
      name = line.backend;
      group = groups.get(name) ?? [];
      groups.set(name, group);
    }
    group.push(line);
  }
  return groups;
}
