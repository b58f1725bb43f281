import { scheduleKey } from '../domain/calendar.ts';
import { RejuvError } from '../domain/errors.ts';
import { operationId, type OperationId } from '../domain/names.ts';
import { isEnd, type Operation, type OperationRequest, type ScheduledRun } from '../domain/operation.ts';
import { findOperation } from '../domain/records.ts';
import type { Plan } from '../domain/plan.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { BlockerFacts } from '../policy/blockers.ts';
import { changesBetween, restartNeeded } from '../policy/reload.ts';
import { keepYoung } from './aging/keep-young.ts';
import { admitted, askOutside, isAsked, type Desk } from './admitting.ts';
import type { Control } from './control.ts';
import { rehearse } from './dry-run.ts';
import { keepEffects } from './effects.ts';
import { explain } from './explaining.ts';
import { keepCheckpoints } from './faults/checkpoints.ts';
import { createResponder } from './faults/responder.ts';
import { createJournal } from './journal.ts';
import { align } from './keeper.ts';
import { observe } from './pair.ts';
import { makePlan } from './plan.ts';
import { createPersonsWords } from './persons-words.ts';
import { openingRecord, planFor } from './planning.ts';
import { createPoll } from './poll.ts';
import { takeUp } from './recovery.ts';
import { createRolls } from './rolls.ts';
import { createRuns } from './runs.ts';
import { createSampling } from './sampling/sampling.ts';
import { keepSchedules } from './schedules.ts';
import { reportStatus } from './status-report.ts';
import { createTurns } from './turns.ts';
import { createWatch } from './watch/watch.ts';
import type { World } from './world.ts';
import { createWorlds } from './worlds.ts';

/** Control in this process: the sidecar, or a command that acts without one. */
export interface LocalControl extends Control {
  /**
   * Takes up what the records hold as open, looks at both load balancers, settles the roles, starts polling and the
   * schedules (sidecar only).
   */
  start(signal: AbortSignal): Promise<void>;
  /**
   * Takes no new work, finishes or rolls back what is before its first action, leaves the rest recorded, and
   * stops polling.
   */
  stop(): Promise<void>;
  /** After the stop: closes the world of now. */
  close(): Promise<void>;
}

/** How often the same beginning asks outside, until its turn comes while the answers are fresh. */
const timesAsked = 3;

/** `reread` makes a world of what the config file says now; without it there is nothing to reload. */
export function createControl(first: World, reread?: () => Promise<World>): LocalControl {
  const worlds = createWorlds(first);
  const journal = createJournal(() => worlds.now());
  const inTurn = createTurns();
  const runs = createRuns(worlds, journal, inTurn, (server) => lookout.judgementOf(server), oneByOne);
  const lookout = createWatch(worlds, () => journal.records(), {
    onVerdict: (change) => responder.hear(change),
    onReboot: (reboot) => responder.hearReboot(reboot),
  });
  const sampling = createSampling(worlds, journal);
  const life = new AbortController();
  let keeping: Promise<unknown> = Promise.resolve();
  /** One beginning, or one reload, at a time: two cannot be admitted on the same look. */
  let lastTurn: Promise<unknown> = Promise.resolve();

  const look = async ({ settings, loadBalancers, clock }: World, signal: AbortSignal): Promise<Snapshot> => {
    const backends = settings.backends.map(({ name }) => name);
    return await observe(loadBalancers, backends, () => clock.now(), signal);
  };

  const desk = (): Desk => ({ records: journal.records(), abandoned: ({ id }) => !runs.has(id) });

  async function oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const mine = lastTurn.then(work);
    lastTurn = mine.catch(() => undefined);
    return await mine;
  }

  let lastPlan: Promise<unknown> = Promise.resolve();
  /** One at a time: each asks every host, and each computes for a while. */
  async function planned(
    world: World,
    seen: () => Promise<Snapshot>,
    days: number,
    signal: AbortSignal,
  ): Promise<Plan> {
    const mine = lastPlan.then(
      async () => await makePlan(world, journal.records(), await seen(), days, signal),
    );
    lastPlan = mine.catch(() => undefined);
    return await mine;
  }

  function refuseWhenStopping(): void {
    if (life.signal.aborted) throw new RejuvError('stopping', {});
  }

  async function open(
    world: World,
    request: OperationRequest,
    told: BlockerFacts,
    signal: AbortSignal,
  ): Promise<OperationId> {
    refuseWhenStopping();
    if (request.run !== null) requireSchedule(world, request.run);
    // A load balancer that has just returned is brought into line before anything new starts.
    if (world.source === 'sidecar') {
      await align({ world, journal, inTurn }, request.target.backend, await look(world, signal), signal);
    }
    const partners = await admitted(world, desk(), request, told, signal);
    const steps = planFor(request, world.settings, journal.records(), partners);
    const id = operationId(world.newId());
    // The gates take their time; a stop may have come meanwhile.
    refuseWhenStopping();
    const at = world.clock.now();
    const operation = openingRecord(id, request, partners.spare, steps, at);
    await journal.record({ type: 'operation-opened', at, operation });
    runs.start(operation);
    return id;
  }

  const ask = async (request: OperationRequest, signal: AbortSignal): Promise<BlockerFacts> => {
    refuseWhenStopping();
    return await worlds.use(async (world) => await askOutside(world, request, signal));
  };

  /**
   * Who takes long to answer is asked before the turn comes, for a failover waits for the turn too. Where the turn comes late, or
   * after a reload, it is asked again; at last the gates refuse what they know too little of.
   */
  const begin = async (request: OperationRequest, signal: AbortSignal): Promise<OperationId> => {
    for (let left = timesAsked; ; left -= 1) {
      const told = await ask(request, signal);
      const id = await oneByOne(
        async () =>
          await worlds.use(async (world) =>
            left > 1 && !isAsked(world, request, told) ? null : await open(world, request, told, signal),
          ),
      );
      if (id !== null) return id;
    }
  };

  const responder = createResponder({ worlds, journal, runs, watch: () => lookout, oneByOne, begin });

  const rolls = createRolls({
    ...{ worlds, journal, runs, begin },
    ask: async (request, signal) => {
      const told = await ask(request, signal);
      await worlds.use(async (world) => await admitted(world, desk(), request, told, signal));
    },
  });

  function known(id: OperationId): Operation {
    const operation = findOperation(journal.records(), id);
    if (operation === undefined) throw new RejuvError('unknown-operation', { id });
    return operation;
  }

  return {
    async start(signal) {
      if (first.source === 'direct') return;
      await takeUp(first.clock, journal, runs);
      const poll = createPoll(worlds, journal, inTurn, (snapshot) => sampling.hear(snapshot));
      await poll.once(signal);
      keeping = Promise.all([
        poll.until(life.signal),
        keepSchedules(worlds, journal, begin, life.signal),
        lookout.run(life.signal),
        responder.run(life.signal),
        keepCheckpoints(worlds, journal, life.signal),
        keepEffects(worlds, journal, life.signal),
        keepYoung(worlds, journal, begin, life.signal),
        sampling.run(life.signal),
        rolls.run(life.signal),
      ]);
    },

    async stop() {
      life.abort(new RejuvError('stopping', {}));
      await lastTurn;
      await runs.stop();
      await keeping;
    },

    close: async () => await worlds.now().close(),

    status: async (signal) =>
      await worlds.use(async (world) => {
        const snapshot = await look(world, signal);
        const running = (operation: Operation): boolean => runs.has(operation.id);
        const { settings, source, samples } = world;
        return reportStatus({
          ...{ settings, snapshot, records: journal.records(), source, running },
          judgementOf: (id) => lookout.judgementOf(id),
          measured: { silences: sampling.silences(), troubles: samples.troubles() },
        });
      }),

    begin,

    beginRoll: async (request, signal) => await rolls.begin(request, signal),

    continueRoll: async (id, by) => await rolls.goOn(id, by),

    dryRun: async (request, signal) =>
      await worlds.use(async (world) => await rehearse(world, desk(), request, signal)),

    plan: async (days, signal) =>
      await worlds.use(
        async (world) => await planned(world, async () => await look(world, signal), days, signal),
      ),

    why: async (server, signal) =>
      await worlds.use(async (world) => {
        const play = async (snapshot: Snapshot, days: number): Promise<Plan> =>
          await planned(world, async () => await Promise.resolve(snapshot), days, signal);
        return await explain(world, desk(), server, play, (id) => lookout.judgementOf(id), signal);
      }),

    watch: (id, signal) => {
      if (rolls.find(id) !== undefined) return rolls.watch(id, signal);
      known(id);
      return runs.watch(id, signal);
    },

    async abort(id, by, reason) {
      if (rolls.find(id) !== undefined) {
        await rolls.abort(id, by, reason);
        return;
      }
      const operation = known(id);
      if (isEnd(operation.phase)) throw new RejuvError('operation-ended', { id, phase: operation.phase });
      await journal.record({ type: 'abort-asked', at: worlds.now().clock.now(), id, by, reason });
      const asked = new RejuvError('aborted', { by: by ?? 'a person', reason });
      if (runs.has(id)) runs.abort(id, asked);
      else runs.start(operation, asked);
    },

    ...createPersonsWords({ worlds, journal, runs, look }),

    history: async () => {
      const { operations, runs: unbegun } = journal.records();
      return await Promise.resolve({ operations: operations.toReversed(), runs: unbegun.toReversed() });
    },

    reload: async (by) =>
      await oneByOne(async () => {
        refuseWhenStopping();
        if (reread === undefined) throw new RejuvError('usage', { problem: 'only a sidecar can reload' });
        const next = await reread();
        const old = worlds.now().settings;
        const [fixed] = restartNeeded(old, next.settings);
        if (fixed !== undefined) {
          await next.close();
          throw new RejuvError('reload-refused', { field: fixed });
        }
        const changes = changesBetween(old, next.settings);
        await journal.record({ type: 'config-reloaded', at: next.clock.now(), by, changes });
        worlds.replace(next);
        return { changes };
      }),
  };
}

/** A schedule may leave the file while its run is still asking hosts. */
function requireSchedule({ settings }: World, { schedule, due }: ScheduledRun): void {
  for (const backend of settings.backends) {
    if (backend.schedule.some((one) => scheduleKey(backend.name, one) === schedule)) return;
  }
  const [backend = '', cron = ''] = schedule.split(' | ');
  const problem = 'the schedule left the config file';
  throw new RejuvError('run-missed', { backend, cron, due: new Date(due).toISOString(), problem });
}
