import type { AgingRule } from '../domain/aging.ts';
import { RejuvError } from '../domain/errors.ts';
import type { Operation, OperationRequest, PlannedStep, WorkPhase } from '../domain/operation.ts';
import type { Records } from '../domain/records.ts';
import {
  findBackend,
  findServer,
  type BackendSettings,
  type ServerSettings,
  type Settings,
} from '../domain/settings.ts';
import { lastFailover } from '../policy/fault/after-failover.ts';
import type { Partners } from '../policy/admission-facts.ts';
import { roleOf } from '../policy/standing.ts';
import type { PlannedPhase } from './control.ts';
import { drain, maint, ready } from './procedures/by-hand.ts';
import { recovery } from './procedures/recovery.ts';
import { rejuvenation, switchover } from './procedures/rejuvenation.ts';
import { lawOf } from './steps/laws.ts';

/** The backend and server that a request names. @throws unknown-backend, unknown-server */
export function findTarget(
  settings: Settings,
  target: { readonly backend: string; readonly server: string },
): { backend: BackendSettings; server: ServerSettings } {
  const backend = findBackend(settings, target.backend);
  if (backend === undefined) {
    const known = settings.backends.map(({ name }) => name).join(', ');
    throw new RejuvError('unknown-backend', { backend: target.backend, known });
  }
  const server = findServer(backend, target.server);
  if (server === undefined) {
    const known = backend.servers.map(({ name }) => name).join(', ');
    throw new RejuvError('unknown-server', { backend: target.backend, server: target.server, known });
  }
  return { backend, server };
}

/** Every step of what is asked for. The manual verbs need no partners. Pure. */
export function planFor(
  request: OperationRequest,
  settings: Settings,
  records: Records,
  { spare, receiver }: Partners,
): PlannedStep[] {
  const { backend, server } = findTarget(settings, request.target);
  const { force, noWait, reason } = request;
  const hand = { backend, server, role: roleOf(records, backend, server), force, noWait, reason };
  switch (request.kind) {
    case 'recovery':
      return recoveryOf(backend, server, records);
    case 'failover':
      throw new RejuvError('internal', { problem: 'a failover is planned from a fault, not from a request' });
    case 'drain':
      return drain(hand);
    case 'maint':
      return maint(hand);
    case 'ready':
      return ready(hand);
    case 'switchover':
    case 'rejuvenation': {
      if (spare === null && backend.mode === 'active-standby')
        throw new RejuvError('no-spare', { backend: backend.name, problem: 'none is free' });
      const confirm = ruleOf(request, backend);
      const cast = { settings, backend, aged: server, spare, receiver, force, confirm };
      return request.kind === 'switchover' ? switchover(cast) : rejuvenation(cast);
    }
  }
}

/** The rule that a request of measured aging names. */
function ruleOf({ because }: OperationRequest, { rules, name }: BackendSettings): AgingRule | null {
  if (because === null) return null;
  const rule = rules.find(({ severity, text }) => severity === because.severity && text === because.rule);
  if (rule !== undefined) return rule;
  throw new RejuvError('internal', { problem: `backend ${name} has no rule ${because.rule}` });
}

/** @throws no-ladder */
function recoveryOf(backend: BackendSettings, server: ServerSettings, records: Records): PlannedStep[] {
  const { faults, probe } = backend;
  if (faults === null || probe === null || faults.recover.length === 0) {
    throw new RejuvError('no-ladder', { backend: backend.name });
  }
  const role = roleOf(records, backend, server);
  const replacedBy = role === 'spare' ? standInFor(backend, server, records) : null;
  return recovery({ backend, faults, server, role, replacedBy, probe });
}

/** Who took its place in its last failover, and is a primary since. */
function standInFor(
  backend: BackendSettings,
  server: ServerSettings,
  records: Records,
): ServerSettings | null {
  const last = lastFailover(records, { backend: backend.name, server: server.name });
  const spare = backend.servers.find(({ name }) => name === last?.spare);
  return spare !== undefined && roleOf(records, backend, spare) === 'primary' ? spare : null;
}

/** The record of an operation about to begin. */
export function openingRecord(
  id: Operation['id'],
  request: OperationRequest,
  spare: ServerSettings | null,
  steps: readonly PlannedStep[],
  now: number,
): Operation {
  const { kind, target, trigger, by, reason, force, run, because, roll } = request;
  return {
    id,
    kind,
    backend: target.backend,
    server: target.server,
    spare: spare?.name ?? null,
    trigger,
    by,
    reason,
    force,
    run,
    because,
    effect: request.kind === 'rejuvenation' ? 'owed' : null,
    ...(roll === undefined ? {} : { roll }),
    startedAt: now,
    phase: 'requested',
    phaseAt: now,
    deadline: null,
    steps,
    abortAsked: null,
    cause: null,
    wayOutFrom: null,
    resumedAt: [],
    endedAt: null,
  };
}

/** The steps per phase, with the very commands. */
export function describePlan(
  steps: readonly PlannedStep[],
  loadBalancers: readonly string[],
): PlannedPhase[] {
  const phases = new Map<WorkPhase, PlannedPhase['steps'][number][]>();
  for (const { phase, step } of steps) {
    const lines = lawOf(step).describe(step, loadBalancers);
    phases.set(phase, [...(phases.get(phase) ?? []), { kind: step.kind, lines }]);
  }
  return [...phases].map(([phase, steps]) => ({ phase, steps }));
}
