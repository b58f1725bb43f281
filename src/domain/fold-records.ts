import { agedAfter } from './aged-after.ts';
import type { Event } from './event.ts';
import { applyFault } from './fault-records.ts';
import { formatServerId, type LoadBalancerName, type OperationId, type ServerId } from './names.ts';
import { isEnd, type Operation, type PlannedStep } from './operation.ts';
import { applyRoll } from './roll.ts';
import { weightsAfter } from './weights-after.ts';
import {
  serverRecord,
  type Alert,
  type Records,
  type SeenProcess,
  type ServerRecord,
  type UnbegunRun,
} from './records.ts';

/** How many ended operations and alerts are kept. */
export const keptOperations = 1000;
const keptAlerts = 200;
const keptRunsOfSchedule = 100;

/** The records after one more event. Pure. */
export function apply(records: Records, event: Event): Records {
  switch (event.type) {
    case 'operation-opened':
      return settled(
        { ...records, operations: keepNewest([...records.operations, event.operation]) },
        event.operation.run,
      );
    case 'phase-entered':
      return changeOperation(records, event.id, (o) => ({
        ...o,
        phase: event.phase,
        phaseAt: event.at,
        deadline: null,
      }));
    case 'step-begun':
      return changeStep(records, event.id, event.index, (s) => ({
        ...s,
        state: 'begun',
        found: event.found,
        beganAt: s.beganAt ?? event.at,
      }));
    case 'step-ended':
      return changeStep(forgetDeadline(records, event.id), event.id, event.index, (s) => ({
        ...s,
        state: event.state,
        endedAt: event.at,
        detail: event.detail,
      }));
    case 'deadline-set':
      return changeOperation(records, event.id, (o) => ({ ...o, deadline: event.deadline }));
    case 'abort-asked':
      return changeOperation(records, event.id, (o) => ({
        ...o,
        abortAsked: o.abortAsked ?? { at: event.at, by: event.by, reason: event.reason },
      }));
    case 'course-left':
      return changeOperation(records, event.id, (o) => leaveCourse(o, event));
    case 'course-turned':
      return changeOperation(records, event.id, (o) => ({
        ...o,
        kind: 'failover',
        trigger: 'fault',
        reason: event.reason,
        deadline: null,
        steps: [...o.steps.map((step) => given(step, event.reason)), ...event.steps],
      }));
    case 'repair-redirected':
      return changeOperation(records, event.id, (o) => ({
        ...o,
        follows: event.by,
        steps: [
          ...o.steps.filter(({ phase, state }) => phase !== 'registering' || state !== 'planned'),
          ...event.steps,
        ],
      }));
    case 'operation-resumed':
      return changeOperation(records, event.id, (o) => ({ ...o, resumedAt: [...o.resumedAt, event.at] }));
    case 'operation-ended':
      return changeOperation(records, event.id, (o) => ({
        ...o,
        phase: event.phase,
        phaseAt: event.at,
        endedAt: event.at,
        deadline: null,
      }));
    case 'admin-intended':
      return changeServer(records, event.server, (s) => ({
        ...s,
        hands: without(s.hands, event.loadBalancer),
        intents: {
          ...s.intents,
          [event.loadBalancer]: {
            to: event.to,
            from: event.from,
            process: event.process,
            at: event.at,
            operation: event.id,
            unsure: event.unsure,
            yielded: false,
            wayOut: records.operations.some(({ id, cause }) => id === event.id && cause !== null),
          },
        },
      }));
    case 'admin-confirmed':
      return changeServer(records, event.server, (s) => {
        const intent = s.intents[event.loadBalancer];
        if (intent === undefined) return s;
        const sure = { ...intent, process: event.process, unsure: false };
        return { ...s, intents: { ...s.intents, [event.loadBalancer]: sure } };
      });
    case 'admin-yielded':
      return changeServer(records, event.server, (s) => {
        const { loadBalancer, process, found: admin } = event;
        const hands = { ...s.hands, [loadBalancer]: { admin, process } };
        const intent = s.intents[loadBalancer];
        if (intent === undefined) return { ...s, hands };
        const over = { ...intent, process, unsure: false, yielded: true };
        return { ...s, hands, intents: { ...s.intents, [loadBalancer]: over } };
      });
    case 'agent-intended':
      // Until it is read back, what it goes back to stays known.
      return changeServer(records, event.server, (s) =>
        event.enabled ? s : { ...s, agentsOff: { ...s.agentsOff, [event.loadBalancer]: event.wasEnabled } },
      );
    case 'agent-restored':
      return changeServer(records, event.server, (s) => ({
        ...s,
        agentsOff: without(s.agentsOff, event.loadBalancer),
      }));
    case 'weight-intended':
    case 'weight-confirmed':
    case 'weight-yielded':
      return changeServer(records, event.server, (s) => ({ ...s, weights: weightsAfter(s.weights, event) }));
    case 'role-set':
      return changeServer(records, event.server, (s) => ({ ...s, role: event.role }));
    case 'held':
      return changeServer(records, event.server, (s) => ({
        ...s,
        hold: {
          since: event.at,
          reason: event.reason,
          failed: event.failed,
          operation: event.operation,
        },
      }));
    case 'released':
      return changeServer(records, event.server, (s) => ({ ...s, hold: null }));
    case 'verified':
      return changeServer(records, event.server, (s) => ({ ...s, verifiedAt: event.at }));
    case 'process-seen': {
      const { process, at: seenAt, states, loadBalancer } = event;
      const earlier = records.processes[loadBalancer]?.states ?? {};
      const seen: SeenProcess = { process, seenAt, states, earlier };
      return { ...records, processes: { ...records.processes, [loadBalancer]: seen } };
    }
    case 'schedule-watched':
      return { ...records, schedules: { ...records.schedules, [event.schedule]: event.at } };
    case 'schedule-forgotten': {
      const left = Object.entries(records.schedules).filter(([key]) => key !== event.schedule);
      return { ...records, schedules: Object.fromEntries(left) };
    }
    case 'run-settled': {
      const { at, schedule, backend, due, count, outcome, server, code, reason } = event;
      const run = { at, since: at, schedule, backend, due, count, outcome, server, code, reason };
      return settled({ ...records, runs: withRun(records, run) }, event);
    }
    case 'paused': {
      const { at: since, by, reason, until, includingFailover } = event;
      return { ...records, pause: { since, by, reason, until, includingFailover } };
    }
    case 'resumed':
      return { ...records, pause: null };
    case 'aged':
    case 'aged-over':
      return changeServer(records, event.server, (s) => ({ ...s, aged: agedAfter(s.aged, event) }));
    case 'effect-measured':
      return changeOperation(records, event.id, (o) => ({ ...o, effect: event.effect }));
    case 'states-restored':
    case 'config-reloaded':
      return records;
    case 'fault-seen':
    case 'fault-over':
    case 'recovered':
    case 'quarantined':
    case 'quarantine-ended':
    case 'storm-began':
    case 'storm-ended':
    case 'checkpoint-made':
    case 'checkpoint-failed':
      return { ...records, faults: applyFault(records.faults, event) };
    case 'roll-opened':
    case 'roll-passed-over':
    case 'roll-asked':
    case 'roll-continued':
    case 'roll-abort-asked':
    case 'roll-ended':
      return { ...records, rolls: applyRoll(records.rolls, event) };
    case 'alert': {
      const { at, code, message, fix, server, operation } = event;
      const alert: Alert = { at, code, message, fix, server, operation };
      return { ...records, alerts: [...records.alerts, alert].slice(-keptAlerts) };
    }
  }
}

/** What repeats is counted, and each schedule has its own room: a busy one must not push out the rest. */
function withRun({ runs, operations }: Records, run: UnbegunRun): UnbegunRun[] {
  const own = runs.filter(({ schedule }) => schedule === run.schedule);
  const last = own.at(-1);
  const alike =
    last !== undefined &&
    last.outcome === run.outcome &&
    last.reason === run.reason &&
    last.server === run.server &&
    !operations.some((one) => one.run?.schedule === run.schedule && one.run.due > last.due);
  const oldest = own.length >= keptRunsOfSchedule ? own[0] : undefined;
  const rest = runs.filter((one) => one !== oldest && !(alike && one === last));
  return [...rest, alike ? { ...run, since: last.since, count: last.count + run.count } : run];
}

function settled(records: Records, run: { readonly schedule: string; readonly due: number } | null): Records {
  if (run === null) return records;
  const before = records.schedules[run.schedule] ?? run.due;
  return {
    ...records,
    schedules: { ...records.schedules, [run.schedule]: Math.max(before, run.due) },
  };
}

function keepNewest(operations: Operation[]): Operation[] {
  const surplus = operations.length - keptOperations;
  if (surplus <= 0) return operations;
  let dropped = 0;
  return operations.filter((operation) => !isEnd(operation.phase) || dropped++ >= surplus);
}

function changeOperation(records: Records, id: OperationId, change: (o: Operation) => Operation): Records {
  return { ...records, operations: records.operations.map((o) => (o.id === id ? change(o) : o)) };
}

/** The steps of the way out follow those that are there; what is still open before them is taken no more. */
function leaveCourse(o: Operation, left: Extract<Event, { type: 'course-left' }>): Operation {
  const { cause, failed, at } = left;
  const steps = o.steps.map((step, i): PlannedStep =>
    i === failed?.index ? { ...step, state: 'failed', endedAt: at, detail: failed.detail } : step,
  );
  return {
    ...o,
    cause: o.cause === null ? cause : { ...o.cause, end: 'failed' },
    deadline: null,
    steps: [...steps, ...left.steps],
    wayOutFrom: steps.length,
  };
}

/** What was still to come is given up; what was begun is known to have been. */
function given(step: PlannedStep, reason: string): PlannedStep {
  if (step.state !== 'planned' && step.state !== 'begun') return step;
  return { ...step, state: 'skipped', detail: reason };
}

/** A deadline belongs to the step that set it. */
function forgetDeadline(records: Records, id: OperationId): Records {
  return changeOperation(records, id, (o) => (o.deadline === null ? o : { ...o, deadline: null }));
}

function changeStep(
  records: Records,
  id: OperationId,
  index: number,
  change: (s: PlannedStep) => PlannedStep,
): Records {
  return changeOperation(records, id, (o) => ({
    ...o,
    steps: o.steps.map((step, i) => (i === index ? change(step) : step)),
  }));
}

function changeServer(records: Records, id: ServerId, change: (s: ServerRecord) => ServerRecord): Records {
  const key = formatServerId(id);
  return { ...records, servers: { ...records.servers, [key]: change(serverRecord(records, id)) } };
}

function without<T>(map: Readonly<Record<string, T>>, key: LoadBalancerName): Record<string, T> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => name !== key));
}
