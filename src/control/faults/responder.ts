import { writeDuration } from '../../domain/duration.ts';
import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import { serverFaults } from '../../domain/fault-records.ts';
import { formatServerId, type OperationId, type ServerId } from '../../domain/names.ts';
import { takesSpare, type OperationRequest } from '../../domain/operation.ts';
import { findOperation, holderOf, openOperations } from '../../domain/records.ts';
import type { BackendSettings, FaultSettings, ServerSettings } from '../../domain/settings.ts';
import { heldByFailover, recoveryIsDue } from '../../policy/fault/after-failover.ts';
import { excuseGaps } from '../../policy/absence.ts';
import { decide } from '../../policy/fault/decide.ts';
import type { Decision, Failover } from '../../policy/fault/decision.ts';
import { faultEvents } from '../../policy/fault/events.ts';
import { faultFacts, holderNow, stormIn, takenOut, type Known } from '../../policy/fault/facts.ts';
import type { Storm } from '../../policy/fault/storm.ts';
import type { Journal } from '../journal.ts';
import { observe } from '../pair.ts';
import type { Runs } from '../runs.ts';
import type { UnaskedReboot, VerdictChange, Watch } from '../watch/watch.ts';
import type { World } from '../world.ts';
import type { Worlds } from '../worlds.ts';
import { beginFailover, stepsOf } from './begin-failover.ts';
import { createOnce } from './once.ts';

/** What answers faults: decides with every look of the watch, and acts through operations alone. */
export interface Responder {
  /** Hears of a verdict; the next turn comes at once. */
  hear(change: VerdictChange): void;
  /** A host runs another boot that nobody asked for. */
  hearReboot(reboot: UnaskedReboot): void;
  run(stop: AbortSignal): Promise<void>;
}

export interface ResponderScope {
  readonly worlds: Worlds;
  readonly journal: Journal;
  readonly runs: Runs;
  readonly watch: () => Pick<Watch, 'judgementOf'>;
  /** One beginning at a time, as for everybody else. */
  readonly oneByOne: <T>(work: () => Promise<T>) => Promise<T>;
  /** As a person would ask, through every gate but the calendar. */
  readonly begin: (request: OperationRequest, signal: AbortSignal) => Promise<OperationId>;
}

export function createResponder(scope: ResponderScope): Responder {
  const { worlds, journal, runs, watch } = scope;
  const once = createOnce(() => worlds.now().clock, journal);
  let news = new AbortController();

  async function turn(world: World, stop: AbortSignal): Promise<void> {
    for (const backend of world.settings.backends) {
      const { faults } = backend;
      if (faults === null || !concerns(backend)) continue;
      const { loadBalancers, clock, settings } = world;
      const seen = await observe(loadBalancers, [backend.name], () => clock.now(), stop);
      const snapshot = excuseGaps(seen, settings.whenOneIsDown === 'continue');
      const judgementOf = judgedNow(backend);
      const known = (): Known => ({
        ...{ backend, settings: faults, snapshot, judgementOf },
        ...{ records: journal.records(), now: clock.now() },
      });
      // All that is known is on record before anything is decided: three at once must be seen as three.
      for (const server of backend.servers) await note(backend, server, judgementOf);
      await noteStorm(known());
      for (const server of idsOf(backend)) await answer(world, known(), faults, server, stop);
    }
  }

  /** What the watch makes of each server at this moment: it goes on looking while this turn writes records. */
  function judgedNow(backend: BackendSettings): Known['judgementOf'] {
    const judged = new Map(idsOf(backend).map((id) => [id.server, watch().judgementOf(id)]));
    return ({ server }) => judged.get(server) ?? null;
  }

  /** While all are well, and nothing is left over from a fault, there is nothing to decide. */
  function concerns(backend: BackendSettings): boolean {
    const records = journal.records();
    const { faults } = records;
    if ((faults.storms[backend.name]?.since ?? null) !== null) return true;
    return idsOf(backend).some((server) => {
      const verdict = watch().judgementOf(server)?.verdict ?? 'unknown';
      const quiet = verdict === 'well' || verdict === 'unknown';
      if (!quiet || heldByFailover(records, server) !== null) return true;
      return serverFaults(faults, server).faults.some(({ overAt }) => overAt === null);
    });
  }

  async function note(
    backend: BackendSettings,
    settings: ServerSettings,
    judgementOf: Known['judgementOf'],
  ): Promise<void> {
    const server = { backend: backend.name, server: settings.name };
    const judgement = judgementOf(server);
    if (judgement === null) return;
    const records = journal.records();
    const out = takenOut(records, backend, settings);
    for (const event of faultEvents(records.faults, server, judgement, out)) await journal.record(event);
  }

  async function noteStorm(known: Known): Promise<void> {
    const { name } = known.backend;
    const storm = stormIn(known);
    const recorded = known.records.faults.storms[name]?.since ?? null;
    if (storm.since !== null && recorded === null) {
      await journal.record({ type: 'storm-began', at: storm.since, backend: name, servers: storm.servers });
      await once.tell(`storm ${name}`, stormError(known, storm));
    }
    if (storm.since === null && recorded !== null) {
      await journal.record({ type: 'storm-ended', at: known.now, backend: name, by: null, reason: null });
      once.over(`storm ${name}`);
    }
  }

  async function answer(
    world: World,
    known: Known,
    faults: FaultSettings,
    server: ServerId,
    stop: AbortSignal,
  ): Promise<void> {
    const facts = faultFacts(known, server);
    if (facts === null) return;
    await act(world, known, decide(facts), server, stop);
    if (recoveryIsDue(journal.records(), server, faults, stormIn(known), known.now)) {
      await ask(server, 'recovery', 'it failed, and was taken out', stop);
    }
  }

  async function act(
    world: World,
    known: Known,
    decision: Decision,
    server: ServerId,
    stop: AbortSignal,
  ): Promise<void> {
    switch (decision.kind) {
      case 'nothing':
        if (known.judgementOf(server)?.verdict === 'well') once.over(server);
        return;
      case 'wait':
        return;
      case 'alert':
        await once.tell(server, decision.error);
        return;
      case 'put-back':
        await ask(server, 'ready', decision.because, stop);
        return;
      case 'failover':
        await failOver(world, known, decision);
    }
  }

  async function failOver(world: World, known: Known, decision: Failover): Promise<void> {
    const { server, because, within, beside, preempts } = decision;
    const { backend, settings } = known;
    if (within !== null) {
      if (giveWay(within, decision, known)) await once.tell(server, failedError(decision), within);
      return;
    }
    if (preempts !== null) {
      runs.abort(preempts, new RejuvError('preempted', { ...server }));
      return;
    }
    // What rolls back gives its spare free in a moment.
    const freed = openOperations(journal.records()).some(
      (one) => one.backend === server.backend && takesSpare(one.kind) && one.phase === 'rolling-back',
    );
    if (decision.spare === null && freed) return;
    await scope.oneByOne(async () => {
      // Between the decision and here somebody else may have begun: nobody takes what another one has.
      const records = journal.records();
      const spare = decision.spare === null ? null : { ...server, server: decision.spare };
      const holders = [holderNow(records, server), spare === null ? null : holderOf(records, spare)];
      const busy = holders.some((one) => one !== null && one.id !== beside);
      const plan = busy ? null : stepsOf(decision, backend, settings, records);
      if (plan === null) return;
      if (decision.quarantine) await quarantine(server, settings);
      const id = await beginFailover({ world, journal, runs }, decision, plan);
      await once.tell(server, failedError(decision), id);
      if (decision.degraded !== null) {
        const problem = decision.degraded;
        await once.tell(
          server,
          new RejuvError('not-replaced', { ...server, evidence: because, problem }),
          id,
        );
      }
    });
  }

  /** The operation that has it: on its own server (true) it becomes the failover; for a dead spare it takes all back. */
  function giveWay(within: OperationId, decision: Failover, known: Known): boolean {
    const operation = findOperation(journal.records(), within);
    if (operation === undefined) return false;
    const { server, because } = decision;
    if (operation.server !== server.server) {
      runs.abort(within, new RejuvError('spare-died', { ...server, evidence: because }));
      return false;
    }
    const spare = operation.spare;
    runs.turn(within, () => {
      const plan = stepsOf({ ...decision, spare }, known.backend, known.settings, journal.records());
      return plan === null ? null : { reason: because, steps: plan.steps };
    });
    return true;
  }

  async function quarantine(server: ServerId, { flap }: FaultSettings): Promise<void> {
    const times = serverFaults(journal.records().faults, server).recoveries.length;
    const error = new RejuvError('quarantined', { ...server, times, window: writeDuration(flap.windowMs) });
    await journal.record({
      type: 'quarantined',
      at: worlds.now().clock.now(),
      server,
      reason: error.message,
    });
    await once.tell(`quarantine ${formatServerId(server)}`, error);
  }

  /** Through the gates, as anybody; one that refuses is told once, and asked again with the next turn. */
  async function ask(
    target: ServerId,
    kind: 'ready' | 'recovery',
    reason: string,
    stop: AbortSignal,
  ): Promise<void> {
    const request = { kind, target, trigger: 'fault' as const, by: null, reason };
    try {
      await scope.begin({ ...request, force: false, noWait: false, run: null, because: null }, stop);
    } catch (thrown) {
      if (!stop.aborted) await once.tell(`${kind} ${formatServerId(target)}`, asRejuvError(thrown));
    }
  }

  return {
    hear() {
      news.abort();
    },
    hearReboot({ server, to }) {
      void once
        .tell(`boot ${to.bootId}`, new RejuvError('unasked-reboot', { ...server }))
        // Where it cannot be recorded, the log of the journal has said so.
        .catch(() => undefined);
    },
    async run(stop) {
      const stopped = (): boolean => stop.aborted;
      while (!stopped()) {
        news = new AbortController();
        try {
          await worlds.use(async (world) => await turn(world, stop));
        } catch (thrown) {
          if (stopped()) return;
          const { code, message, fix } = asRejuvError(thrown);
          const { clock, onEvent } = worlds.now();
          onEvent({ type: 'alert', at: clock.now(), code, message, fix, server: null, operation: null });
        }
        const { clock, settings } = worlds.now();
        const either = AbortSignal.any([stop, worlds.replaced(), news.signal]);
        await clock.sleep(pauseOf(settings.backends), either).catch(() => undefined);
      }
    },
  };
}

/** Between two turns: as often as the watch looks. */
function pauseOf(backends: readonly BackendSettings[]): number {
  const every = backends.flatMap(({ faults }) => (faults === null ? [] : [faults.everyMs]));
  return every.length === 0 ? idleMs : Math.min(...every);
}

/** With nothing to watch only a reload brings work, and that wakes the loop. */
const idleMs = 3_600_000;

function idsOf(backend: BackendSettings): ServerId[] {
  return backend.servers.map(({ name }) => ({ backend: backend.name, server: name }));
}

function failedError({ server, fault, because }: Failover): RejuvError {
  return new RejuvError(fault === 'hung' ? 'server-hung' : 'server-failed', { ...server, evidence: because });
}

function stormError({ backend }: Known, { servers, nextCheckAt }: Storm): RejuvError {
  const until =
    nextCheckAt === null
      ? `\`rejuv all-clear ${backend.name}\` ends it`
      : `over by itself at ${new Date(nextCheckAt).toISOString()}, if nothing more fails`;
  const facts = { backend: backend.name, failed: servers.length, servers: backend.servers.length };
  return new RejuvError('storm', { ...facts, names: servers.join(', '), until });
}
