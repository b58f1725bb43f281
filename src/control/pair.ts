import { asRejuvError, RejuvError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/catalogue.ts';
import type { BackendName, LoadBalancerName, ServerId } from '../domain/names.ts';
import type { LoadBalancer } from '../domain/seams.ts';
import type { AdminState } from '../domain/server.ts';
import {
  rowOf,
  sameProcess,
  type LoadBalancerGap,
  type LoadBalancerView,
  type Process,
  type Snapshot,
} from '../domain/snapshot.ts';
import type { AdminTarget } from '../domain/step.ts';

/** What is recorded around each write; awaited, since the record comes before the act. */
export interface Ledger {
  /** Before a write, or, not `unsure`, where the state is there already. */
  intend(
    loadBalancer: LoadBalancerName,
    from: AdminState,
    to: AdminState,
    process: Process,
    unsure: boolean,
  ): Promise<void>;
  /** After it was read back. */
  confirm(loadBalancer: LoadBalancerName, process: Process): Promise<void>;
}

/** Failures after which it is certain that the command was never carried out. */
const surelyNotDone: readonly ErrorCode[] = [
  'socket-missing',
  'socket-denied',
  'haproxy-down',
  'haproxy-level',
  'haproxy-refused',
  'idle-kept',
  'backend-missing',
  'server-missing',
  'old-process',
  'host-unreachable',
  'host-key-unknown',
  'host-key-changed',
  'known-hosts-unreadable',
  'login-refused',
  'key-unusable',
];

/** Both load balancers at one instant; one that gives no usable answer becomes a gap with its reason. */
export async function observe(
  loadBalancers: readonly LoadBalancer[],
  backends: readonly BackendName[] | null,
  now: () => number,
  signal: AbortSignal,
): Promise<Snapshot> {
  return await gather(loadBalancers, (one) => one.read(backends, signal), now, signal);
}

/** The same, with what old workers of before a reload still hold. For those who wait for zero, not for every poll. */
export async function observeClosely(
  loadBalancers: readonly LoadBalancer[],
  backends: readonly BackendName[] | null,
  now: () => number,
  signal: AbortSignal,
): Promise<Snapshot> {
  return await gather(loadBalancers, (one) => one.readClosely(backends, signal), now, signal);
}

async function gather(
  loadBalancers: readonly LoadBalancer[],
  read: (one: LoadBalancer) => Promise<LoadBalancerView>,
  now: () => number,
  signal: AbortSignal,
): Promise<Snapshot> {
  const answers = await Promise.all(
    loadBalancers.map(async (one): Promise<LoadBalancerView | LoadBalancerGap> => {
      try {
        return await read(one);
      } catch (thrown) {
        signal.throwIfAborted();
        return { name: one.name, error: saidBy(one.name, thrown), at: now() };
      }
    }),
  );
  return {
    at: now(),
    views: answers.filter((answer) => 'servers' in answer),
    gaps: answers.filter((answer) => 'error' in answer),
    excused: [],
  };
}

/** The failure, with the load balancer that it came from: over SSH it would name a host alone. */
function saidBy(name: LoadBalancerName, thrown: unknown): RejuvError {
  const error = asRejuvError(thrown);
  if (error.facts['loadBalancer'] !== undefined) return error;
  const where = error.where === null ? {} : { where: error.where };
  return new RejuvError(error.code, { ...error.facts, loadBalancer: name }, { ...where, cause: error });
}

/**
 * Sets the admin state of one server on these load balancers and reads it back from each. A partial write is undone
 * at once; where even that fails, `partial-write` says so and the operation stays open.
 * @throws the failure of the load balancer that refused, with the other one as it was; partial-write; not-read-back
 */
export async function setOnPair(
  loadBalancers: readonly LoadBalancer[],
  server: ServerId,
  target: AdminTarget,
  ledger: Ledger,
  signal: AbortSignal,
): Promise<void> {
  const before = await readAll(loadBalancers, server, signal);
  const written: Written[] = [];
  for (const { one, admin, process } of before) {
    const to = targetOn(target, one.name, admin);
    signal.throwIfAborted();
    try {
      await ledger.intend(one.name, admin, to, process, admin !== to);
    } catch (thrown) {
      const failure = asRejuvError(thrown);
      await undoWrites(written, server, ledger, failure);
      throw failure;
    }
    if (admin === to) continue;
    // From here on an abort must not tear a write from its read-back.
    const whole = new AbortController().signal;
    const here = { one, from: admin, to, process };
    try {
      await setFrom(admin, one, server, to, whole);
    } catch (thrown) {
      const failure = saidBy(one.name, thrown);
      const untouched = surelyNotDone.includes(failure.code);
      if (untouched) await ledger.intend(one.name, admin, admin, process, false);
      await undoWrites(untouched ? written : [...written, here], server, ledger, failure);
      throw failure;
    }
    written.push(here);
    try {
      await ledger.confirm(one.name, await readBack(one, server, to, process, whole));
    } catch (thrown) {
      const failure = saidBy(one.name, thrown);
      await undoWrites(written, server, ledger, failure);
      throw failure;
    }
  }
}

/**
 * Sets a state that is on record already on one load balancer alone, and reads it back: gives the process that has it.
 * Nothing is undone: where the answer is lost, what was wanted is still what is wanted.
 * @throws the failure of the load balancer; not-read-back
 */
export async function setOnOne(
  one: LoadBalancer,
  server: ServerId,
  from: AdminState,
  to: AdminState,
  signal: AbortSignal,
): Promise<Process> {
  signal.throwIfAborted();
  try {
    const whole = new AbortController().signal;
    await setFrom(from, one, server, to, whole);
    return await readBack(one, server, to, null, whole);
  } catch (thrown) {
    throw saidBy(one.name, thrown);
  }
}

/**
 * A server that comes out of maint has been started anew, or cut off: what HAProxy keeps to it from before would be reset
 * with the request that goes over it.
 */
async function setFrom(
  from: AdminState,
  one: LoadBalancer,
  server: ServerId,
  to: AdminState,
  signal: AbortSignal,
): Promise<void> {
  if (from === 'maint') await one.closeIdle(server, signal);
  await one.setAdmin(server, to, signal);
}

/** A write that was made, or may have been. */
interface Written {
  readonly one: LoadBalancer;
  readonly from: AdminState;
  readonly to: AdminState;
  readonly process: Process;
}

export function targetOn(target: AdminTarget, loadBalancer: string, found: AdminState): AdminState {
  return typeof target === 'string' ? target : (target[loadBalancer] ?? found);
}

async function readAll(
  loadBalancers: readonly LoadBalancer[],
  server: ServerId,
  signal: AbortSignal,
): Promise<{ one: LoadBalancer; admin: AdminState; process: Process }[]> {
  return await Promise.all(
    loadBalancers.map(async (one) => {
      const view = await one.read([server.backend], signal).catch((thrown: unknown) => {
        signal.throwIfAborted();
        throw saidBy(one.name, thrown);
      });
      const row = rowOf(view, server);
      if (row === undefined) throw new RejuvError('server-missing', { ...server, loadBalancer: one.name });
      return { one, admin: row.admin, process: view.process };
    }),
  );
}

/** The process that has it. Another process than the one written to may have come up without it: then `old-process`. */
async function readBack(
  one: LoadBalancer,
  server: ServerId,
  expected: AdminState,
  written: Process | null,
  signal: AbortSignal,
): Promise<Process> {
  const view = await one.read([server.backend], signal);
  const seen = rowOf(view, server)?.admin ?? 'nothing';
  if (seen !== expected) {
    if (written !== null && !sameProcess(written, view.process)) {
      throw new RejuvError('old-process', { loadBalancer: one.name, pid: written.pid });
    }
    throw new RejuvError('not-read-back', { ...server, loadBalancer: one.name, admin: expected, seen });
  }
  return view.process;
}

async function undoWrites(
  written: readonly Written[],
  server: ServerId,
  ledger: Ledger,
  failure: RejuvError,
): Promise<void> {
  let stuck: RejuvError | null = null;
  for (const { one, from, to, process } of written.toReversed()) {
    try {
      // Where even the records fail, the pair still matters more. Unconfirmed, both states count as ours.
      await ledger.intend(one.name, to, from, process, true).catch(() => undefined);
      const whole = new AbortController().signal;
      const seen = rowOf(await one.read([server.backend], whole), server)?.admin;
      // Only a write that is there is taken back: a process that came up meanwhile has forgotten it already.
      if (seen !== to && seen !== from) continue;
      if (seen === to) await setFrom(to, one, server, from, whole);
      const now = await readBack(one, server, from, process, whole);
      await ledger.confirm(one.name, now).catch(() => undefined);
    } catch (thrown) {
      const facts = { ...server, admin: to, done: one.name, problem: asRejuvError(thrown).message };
      stuck = new RejuvError('partial-write', facts, { cause: failure });
    }
  }
  if (stuck !== null) throw stuck;
}
