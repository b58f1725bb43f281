import { setMaxListeners } from 'node:events';
import { RejuvError } from '../../domain/errors.ts';
import type { BackendName, LoadBalancerName } from '../../domain/names.ts';
import { sameProcess, type LoadBalancerView, type ServerRow } from '../../domain/snapshot.ts';
import { backendRows } from './backend-rows.ts';
import { showBackend, showInfo, showServersState, showServerStat, type Command } from './commands.ts';
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
  const before = await readInfo(source, signal);
  const { pid } = before.process;
  if (before.stopping) return { pid, problem: null };
  const rows = await (backends === null ? readAll(source, signal) : readSome(source, backends, signal));
  const at = source.now();
  const after = await readInfo(source, signal);
  if (after.stopping || !sameProcess(before.process, after.process)) return { pid, problem: null };
  const torn = rows.find(([, found]) => found === 'disagree');
  if (torn !== undefined) {
    const problem = `\`show stat\` and \`show servers state\` name different servers in backend ${torn[0]}`;
    return { pid, problem };
  }
  const found = rows.filter((entry): entry is [BackendName, ServerRow[]] => Array.isArray(entry[1]));
  return {
    name: source.name,
    version: before.version,
    process: before.process,
    uptimeSeconds: after.uptimeSeconds,
    stopping: false,
    backends: found.map(([backend]) => backend),
    servers: found.flatMap(([, servers]) => servers),
    at,
  };
}

type BackendEntry = [BackendName, ServerRow[] | null | 'disagree'];

async function readSome(
  source: Source,
  backends: readonly BackendName[],
  signal: AbortSignal,
): Promise<BackendEntry[]> {
  const { place } = source;
  return await allOrStop(signal, (stop) =>
    [...new Set(backends)].map(async (backend): Promise<BackendEntry> => {
      const [states, stats] = await Promise.all([
        ask(source, showServersState(backend), stop),
        ask(source, showServerStat(backend), stop),
      ]);
      const rows = backendRows(place, backend, parseServersState(place, states), parseStat(place, stats));
      return [backend, rows];
    }),
  );
}

async function readAll(source: Source, signal: AbortSignal): Promise<BackendEntry[]> {
  const { place } = source;
  const commands = [showBackend, showServersState(null), showServerStat(null)];
  const replies = await allOrStop(signal, (stop) => commands.map((command) => ask(source, command, stop)));
  const [names = '', states = '', stats = ''] = replies;
  const statesOf = byBackend(parseServersState(place, states) ?? []);
  const statsOf = byBackend(parseStat(place, stats) ?? []);
  return parseShowBackend(place, names).map((backend): BackendEntry => {
    const rows = backendRows(place, backend, statesOf.get(backend) ?? [], statsOf.get(backend) ?? []);
    return [backend, rows];
  });
}

async function ask({ socket }: Source, command: Command, signal: AbortSignal): Promise<string> {
  return await socket.ask({ command, opening: null, end: 'close' }, signal);
}

/** All answers, or the first failure: then the other questions are called off and waited for. */
async function allOrStop<T>(signal: AbortSignal, start: (stop: AbortSignal) => Promise<T>[]): Promise<T[]> {
  const stop = new AbortController();
  // Every question that waits listens to it, and there are two per backend.
  setMaxListeners(0, stop.signal);
  const pass = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', pass, { once: true });
  if (signal.aborted) pass();
  const work = start(stop.signal);
  try {
    return await Promise.all(work);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(work);
    throw error;
  } finally {
    signal.removeEventListener('abort', pass);
  }
}

function byBackend<T extends { readonly backend: string }>(lines: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const line of lines) {
    const group = groups.get(line.backend);
    if (group === undefined) groups.set(line.backend, [line]);
    else group.push(line);
  }
  return groups;
}
