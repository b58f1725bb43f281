import { asRejuvError, RejuvError } from '../domain/errors.ts';
import { operationId, type OperationId, type ServerName } from '../domain/names.ts';
import { isEnd, phases, type OperationRequest } from '../domain/operation.ts';
import { nothingRemaining, type Progress } from '../domain/progress.ts';
import type { Roll, RollRequest } from '../domain/roll.ts';
import { findBackend } from '../domain/settings.ts';
import { nextTurn, passesByItself, standingOf } from '../policy/roll.ts';
import { roleOf } from '../policy/standing.ts';
import type { Journal } from './journal.ts';
import type { Runs } from './runs.ts';
import type { World } from './world.ts';
import type { Worlds } from './worlds.ts';

/** Rolls through whole backends: begun by a person, and carried on by whoever runs, until they end. */
export interface Rolls {
  find(id: OperationId): Roll | undefined;
  /** Raises unknown-backend, roll-running, no-primary, and the first gate that refuses the first server. */
  begin(request: RollRequest, signal: AbortSignal): Promise<OperationId>;
  /** Raises roll-not-asking. */
  goOn(id: OperationId, by: string | null): Promise<void>;
  abort(id: OperationId, by: string | null, reason: string): Promise<void>;
  watch(id: OperationId, signal: AbortSignal): AsyncIterable<Progress>;
  run(stop: AbortSignal): Promise<void>;
}

export interface RollsScope {
  readonly worlds: Worlds;
  readonly journal: Journal;
  readonly runs: Runs;
  /** As a person would begin it, through every gate. */
  readonly begin: (request: OperationRequest, signal: AbortSignal) => Promise<OperationId>;
  /** Asks the gates and begins nothing. */
  readonly ask: (request: OperationRequest, signal: AbortSignal) => Promise<void>;
}

/** How often a roll is looked after, and how often its watchers are. */
const turnMs = 1_000;
/** Without a roll only the beginning of one brings work, and that wakes the loop. */
const idleMs = 3_600_000;

export function createRolls(scope: RollsScope): Rolls {
  const { worlds, journal, runs } = scope;
  /** What each roll waits for, in words. */
  const waits = new Map<OperationId, string>();
  const now = (): number => worlds.now().clock.now();
  let news = new AbortController();
  const find = (id: OperationId): Roll | undefined => journal.records().rolls.find((roll) => roll.id === id);

  function known(id: OperationId): Roll {
    const roll = find(id);
    if (roll === undefined) throw new RejuvError('unknown-operation', { id });
    if (roll.end !== null) throw new RejuvError('operation-ended', { id, phase: roll.end.phase });
    return roll;
  }

  async function turn(roll: Roll, stop: AbortSignal): Promise<void> {
    const next = nextTurn(roll, journal.records(), now());
    const { id } = roll;
    switch (next.kind) {
      case 'wait':
        waits.set(id, next.message);
        return;
      case 'ask':
        waits.set(id, next.message);
        if (roll.askingSince === null) await journal.record({ type: 'roll-asked', at: now(), id });
        return;
      case 'end': {
        await journal.record({ type: 'roll-ended', at: now(), id, ...next.end });
        waits.delete(id);
        if (next.end.phase !== 'failed') return;
        const { code, message, fix } = new RejuvError('roll-stopped', {
          backend: roll.backend,
          problem: next.end.reason ?? '',
        });
        await journal.record({ type: 'alert', at: now(), code, message, fix, server: null, operation: id });
        return;
      }
      case 'begin': {
        try {
          await scope.begin(requestFor(roll, next.server), stop);
        } catch (thrown) {
          if (stop.aborted) return;
          const error = asRejuvError(thrown);
          if (passesByItself(error) || error.code === 'records-unwritable') {
            waits.set(id, `waits to begin with ${next.server}: ${error.message}`);
            return;
          }
          const { code, message: reason } = error;
          await journal.record({
            type: 'roll-passed-over',
            at: now(),
            id,
            server: next.server,
            code,
            reason,
          });
        }
      }
    }
  }

  return {
    find,

    async begin(request, signal) {
      const world = worlds.now();
      const roll = opened(world, journal, request);
      await scope.ask(requestFor(roll, firstOf(roll)), signal);
      await journal.record({ type: 'roll-opened', at: now(), roll });
      news.abort();
      return roll.id;
    },

    async goOn(id, by) {
      const roll = known(id);
      if (roll.askingSince === null) throw new RejuvError('roll-not-asking', { id });
      const { through } = standingOf(roll, journal.records());
      await journal.record({ type: 'roll-continued', at: now(), id, by, through });
    },

    async abort(id, by, reason) {
      const roll = known(id);
      await journal.record({ type: 'roll-abort-asked', at: now(), id, by, reason });
      const current = standingOf(roll, journal.records()).own.find(({ phase }) => !isEnd(phase));
      // From its first action on, the current one is better finished than left in the middle.
      if (current === undefined || !phases[current.phase].wayBack) return;
      await journal.record({ type: 'abort-asked', at: now(), id: current.id, by, reason });
      runs.abort(current.id, new RejuvError('aborted', { by: by ?? 'a person', reason }));
    },

    async *watch(id, signal) {
      const told = new Set<OperationId>();
      let said = '';
      for (;;) {
        const roll = find(id);
        if (roll === undefined) throw new RejuvError('unknown-operation', { id });
        const { own } = standingOf(roll, journal.records());
        for (const one of own.filter((each) => !told.has(each.id))) {
          told.add(one.id);
          if (isEnd(one.phase) && !runs.has(one.id)) continue;
          for await (const line of runs.watch(one.id, signal)) {
            // Its last line is not the last one of the roll.
            const last =
              line.state === 'running' ? line.message : `${one.server} ${line.state}: ${line.message}`;
            yield { ...line, state: 'running', message: last };
          }
        }
        if (find(id)?.end !== null) break;
        const message = waits.get(id) ?? 'begins';
        if (message !== said) yield lineOf(roll, now(), message, own.at(-1)?.server ?? firstOf(roll));
        said = message;
        await worlds.now().clock.sleep(turnMs, signal);
      }
      const roll = find(id);
      if (roll !== undefined) yield lastLine(roll, now());
    },

    async run(stop) {
      const stopped = (): boolean => stop.aborted;
      while (!stopped()) {
        news = new AbortController();
        const open = journal.records().rolls.filter(({ end }) => end === null);
        for (const roll of open) {
          await turn(roll, stop).catch((thrown: unknown) => {
            if (!stopped()) waits.set(roll.id, asRejuvError(thrown).message);
          });
        }
        await worlds
          .now()
          .clock.sleep(open.length > 0 ? turnMs : idleMs, AbortSignal.any([stop, news.signal]))
          .catch(() => undefined);
      }
    },
  };
}

/** The record of a roll about to begin: in active/standby the primaries, where all serve every server, as the file has them. */
function opened(world: World, journal: Journal, request: RollRequest): Roll {
  const { settings, clock } = world;
  const backend = findBackend(settings, request.backend);
  if (backend === undefined) {
    const known = settings.backends.map(({ name }) => name).join(', ');
    throw new RejuvError('unknown-backend', { backend: request.backend, known });
  }
  if (request.force && request.reason === null) throw new RejuvError('reason-needed', {});
  const records = journal.records();
  const running = records.rolls.find(({ backend: of, end }) => of === backend.name && end === null);
  if (running !== undefined) throw new RejuvError('roll-running', { backend: backend.name, id: running.id });
  const servers = backend.servers
    .filter((server) => roleOf(records, backend, server) === 'primary')
    .map(({ name }) => name);
  if (servers.length === 0) throw new RejuvError('no-primary', { backend: backend.name });
  const { by, reason, force, maxFailed } = request;
  const { pauseMs, askAfter } = backend.rolling;
  return {
    ...{ id: operationId(world.newId()), backend: backend.name, servers, by, reason, force },
    ...{ maxFailed: maxFailed ?? backend.rolling.maxFailed, pauseMs, askAfter, startedAt: clock.now() },
    ...{ passedOver: [], askingSince: null, continuedAt: 0, abortAsked: null, end: null },
  };
}

function requestFor({ id, backend, by, reason, force }: Roll, server: ServerName): OperationRequest {
  const target = { backend, server };
  const asked = { kind: 'rejuvenation', trigger: 'operator', target, by, reason, force } as const;
  return { ...asked, noWait: false, run: null, because: null, roll: id };
}

/** A roll begins with one server at least. */
function firstOf({ id, servers }: Roll): ServerName {
  const [first] = servers;
  if (first === undefined) throw new RejuvError('internal', { problem: `roll ${id} has no servers` });
  return first;
}

function lineOf({ id, backend }: Roll, now: number, message: string, server: ServerName): Progress {
  return {
    time: new Date(now).toISOString(),
    operation: id,
    backend,
    server,
    spare: null,
    phase: 'requested',
    state: 'running',
    message,
    reason: null,
    code: null,
    step: null,
    deadline: null,
    ...nothingRemaining,
  };
}

function lastLine(roll: Roll, now: number): Progress {
  const { servers, end } = roll;
  const phase = end?.phase ?? 'failed';
  const message = end?.reason ?? `all ${servers.length} are through`;
  const line = lineOf(roll, now, message, servers.at(-1) ?? firstOf(roll));
  return { ...line, phase, state: phase, code: end?.code ?? null, reason: end?.reason ?? null };
}
