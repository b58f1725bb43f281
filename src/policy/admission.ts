import { RejuvError } from '../domain/errors.ts';
import type { ServerId } from '../domain/names.ts';
import { takesSpare, type OperationRequest } from '../domain/operation.ts';
import { rowsOf, type Snapshot } from '../domain/snapshot.ts';
import type { Admission, AdmissionFacts, Partners } from './admission-facts.ts';
import { calendarProblems, type CalendarFacts } from './calendar/gates.ts';
import { calendarScopesAt } from './calendar/scopes.ts';
import { chooseSpare } from './choice.ts';
import { floorOf } from './floor.ts';
import { actionProblems } from './gates/actions.ts';
import { busyProblems } from './gates/busy.ts';
import { outsideProblems } from './gates/outside.ts';
import { pairProblems } from './gates/pair.ts';
import {
  checkProblems,
  handProblems,
  recoveryProblems,
  targetProblems,
  unsettledProblems,
} from './gates/server.ts';
import { chooseReceiver, handsOver } from './receiver.ts';
import { floorProblem } from './serving.ts';
import { roleOf } from './standing.ts';

const nobody: Partners = { spare: null, receiver: null };

/** May this operation start now? Every gate fails closed: what is unknown blocks. Pure. */
export function admit(request: OperationRequest, facts: AdmissionFacts): Admission {
  const known = pairProblems(request.target, facts);
  // Without both load balancers nothing else can be judged.
  if (known.length > 0) return { blocked: known, ...nobody };
  const blocked = [...busyProblems(request, facts)];
  if (request.trigger === 'fault') blocked.push(...handProblems(request.target, facts));
  if (takesSpare(request.kind)) {
    const { problems, ...partners } = partnerProblems(request, facts);
    const calendar = calendarProblems(request, facts.records.pause, calendarScopes(facts));
    const unread = request.force ? [] : facts.freezes.problems;
    const outside = outsideProblems(request, partners.spare, facts);
    return { blocked: [...blocked, ...unread, ...calendar, ...outside, ...problems], ...partners };
  }
  if (request.kind === 'recovery') {
    blocked.push(...recoveryProblems(request.target, facts));
  } else if (request.kind === 'ready') {
    blocked.push(...checkProblems(request.target, facts));
  } else if (!request.force) {
    const floor = floorProblem(facts.snapshot, request.target, floorOf(facts.backend));
    if (floor !== null) blocked.push(floor);
  }
  // From maint, drain would let bound clients in again.
  if (request.kind === 'drain' && isOut(facts.snapshot, request.target)) {
    blocked.push(new RejuvError('already-maint', { ...request.target }));
  }
  return { blocked, ...nobody };
}

function isOut(snapshot: Snapshot, target: ServerId): boolean {
  return rowsOf(snapshot, target).every(({ row }) => row.admin === 'maint');
}

function calendarScopes(facts: AdmissionFacts): CalendarFacts[] {
  const { settings, backend, snapshot, records, freezes } = facts;
  return calendarScopesAt(snapshot.at, settings, backend, records, freezes);
}

interface Judged extends Partners {
  readonly problems: RejuvError[];
}

function partnerProblems(request: OperationRequest, facts: AdmissionFacts): Judged {
  const { backend, server, records } = facts;
  const { target } = request;
  const problems: RejuvError[] = unsettledProblems(facts);
  if (request.kind === 'rejuvenation' && backend.actions.length === 0) {
    problems.push(new RejuvError('no-actions', { backend: backend.name }));
  }
  if (roleOf(records, backend, server) === 'spare') {
    return { ...nobody, problems: [...problems, new RejuvError('server-is-spare', { ...target })] };
  }
  problems.push(...targetProblems(target, facts), ...checkProblems(target, facts));
  const judged =
    backend.mode === 'active-active' ? roomProblems(request, facts) : spareProblems(request, facts);
  return { ...judged, problems: [...problems, ...judged.problems] };
}

/** Where all serve: the others carry on, at least `minServing` of them on each load balancer. */
function roomProblems(request: OperationRequest, facts: AdmissionFacts): Judged {
  const { backend, snapshot } = facts;
  const { target, kind } = request;
  if (kind === 'switchover') {
    const what = 'switch over to';
    return { ...nobody, problems: [new RejuvError('no-standby', { backend: backend.name, what })] };
  }
  const problems: RejuvError[] = [];
  const floor = request.force ? null : floorProblem(snapshot, target, floorOf(backend));
  if (floor !== null) problems.push(floor);
  const choice = handsOver(backend) ? chooseReceiver(target, facts) : null;
  if (choice?.receiver === null) {
    problems.push(new RejuvError('no-receiver', { ...target, problem: choice.problem }));
  }
  const receiver = choice?.receiver ?? null;
  return { spare: null, receiver, problems: [...problems, ...actionProblems(target, receiver, facts)] };
}

function spareProblems(request: OperationRequest, facts: AdmissionFacts): Judged {
  const { backend, snapshot, records } = facts;
  const { target } = request;
  const problems: RejuvError[] = [];
  const choice = chooseSpare(snapshot, records, backend);
  if (choice.spare === null) {
    problems.push(new RejuvError('no-spare', { backend: backend.name, problem: choice.problem }));
    // What would block it next is worth knowing at once.
    if (request.kind === 'rejuvenation') problems.push(...actionProblems(target, null, facts));
    return { ...nobody, problems };
  }
  const spareId = { backend: backend.name, server: choice.spare.name };
  problems.push(...pairProblems(spareId, facts), ...checkProblems(spareId, facts));
  const floor = request.force ? null : floorProblem(snapshot, target, floorOf(backend), 1);
  if (floor !== null) problems.push(floor);
  if (request.kind === 'rejuvenation') problems.push(...actionProblems(target, choice.spare, facts));
  return { spare: choice.spare, receiver: null, problems };
}
