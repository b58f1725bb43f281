import { RejuvError } from '../domain/errors.ts';
import { formatServerId, sameServer, type ServerId } from '../domain/names.ts';
import type { Operation, OperationRequest } from '../domain/operation.ts';
import { reservedServers, takesSpare } from '../domain/operation.ts';
import { openOperations, serverRecord, type Records } from '../domain/records.ts';
import type { Measurements } from '../domain/sample.ts';
import type { BackendSettings, ServerSettings, Settings } from '../domain/settings.ts';
import { rowsOf, sharedRows, type Snapshot } from '../domain/snapshot.ts';
import type { ServingFloor } from '../domain/step.ts';
import { blockerProblems, type BlockerFacts } from './blockers.ts';
import { handsAway, handsOn } from './keeping.ts';
import { ownerOf } from './ownership.ts';
import { oldWorkersProblem } from './old-workers.ts';
import { calendarProblems, type CalendarFacts } from './calendar/gates.ts';
import { calendarScopesAt, type Freezes } from './calendar/scopes.ts';
import { describeRow, floorProblem, isServing } from './serving.ts';
import { roleMisfit, roleOf } from './standing.ts';
import { trafficProblem } from './traffic.ts';
import { chooseSpare } from './choice.ts';

/** What admission looks at. */
export interface AdmissionFacts {
  readonly settings: Settings;
  readonly backend: BackendSettings;
  readonly server: ServerSettings;
  /** All rows of both load balancers. */
  readonly snapshot: Snapshot;
  readonly records: Records;
  /** Of the calendar of all backends, and of that of the backend: freezes from the file and from calendar files. */
  readonly freezes: Freezes;
  /** What is outside rejuv, and may hold it up. */
  readonly blockers: BlockerFacts;
  readonly measured: Measurements;
  /** True for an open operation that nobody carries out: found in the records after a crash. */
  readonly abandoned: (operation: Operation) => boolean;
}

export interface Admission {
  /** Every reason that blocks, most basic first; empty: admitted. */
  readonly blocked: readonly RejuvError[];
  /** The spare that takes over; null where none is needed or none is free. */
  readonly spare: ServerSettings | null;
}

export function floorOf(backend: BackendSettings): ServingFloor {
  return {
    minimum: backend.minServing,
    allowUnchecked: backend.allowUnchecked,
    servers: backend.servers.map((server) => server.name),
  };
}

/** May this operation start now? Every gate fails closed: what is unknown blocks. Pure. */
export function admit(request: OperationRequest, facts: AdmissionFacts): Admission {
  const known = pairProblems(request.target, facts);
  // Without both load balancers nothing else can be judged.
  if (known.length > 0) return { blocked: known, spare: null };
  const blocked = [...busyProblems(request, facts)];
  if (request.trigger === 'fault') blocked.push(...handProblems(request.target, facts));
  if (takesSpare(request.kind)) {
    const { spare, problems } = spareProblems(request, facts);
    const calendar = calendarProblems(request, facts.records.pause, calendarScopes(facts));
    const unread = request.force ? [] : facts.freezes.problems;
    const outside = outsideProblems(request, spare, facts);
    return { blocked: [...blocked, ...unread, ...calendar, ...outside, ...problems], spare };
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
  return { blocked, spare: null };
}

/** What is said outside, and whether the traffic can be carried; a person may go on all the same, a fault does. */
function outsideProblems(
  { target, force, trigger }: OperationRequest,
  spare: ServerSettings | null,
  facts: AdmissionFacts,
): RejuvError[] {
  if (force || trigger === 'fault') return [];
  const { snapshot, blockers } = facts;
  const [seen] = rowsOf(snapshot, target);
  const { address, port } = seen?.row ?? { address: '', port: 0 };
  const told = blockerProblems({ ...target, address, port }, blockers, snapshot.at);
  const crowded = trafficProblem(target, spare === null ? null : { ...target, server: spare.name }, facts);
  return crowded === null ? told : [...told, crowded];
}

/** What a person has set since is that person's, until a person asks for something else. */
function handProblems(target: ServerId, { snapshot, records }: AdmissionFacts): RejuvError[] {
  return handsOn(snapshot, records, target).map(
    (hand) => new RejuvError('owned-by-person', { ...target, ...hand }),
  );
}

/** A ladder takes the server out: one that serves somewhere is not failed. */
function recoveryProblems(target: ServerId, { backend, snapshot }: AdmissionFacts): RejuvError[] {
  const { faults, probe, name } = backend;
  const problems: RejuvError[] = [];
  if (faults === null || probe === null || faults.recover.length === 0) {
    problems.push(new RejuvError('no-ladder', { backend: name }));
  }
  const serving = rowsOf(snapshot, target).find(({ row }) => isServing(row, backend.allowUnchecked));
  if (serving !== undefined) {
    problems.push(new RejuvError('not-failed', { ...target, loadBalancer: serving.view.name }));
  }
  return problems;
}

function isOut(snapshot: Snapshot, target: ServerId): boolean {
  return rowsOf(snapshot, target).every(({ row }) => row.admin === 'maint');
}

/** Both load balancers answer, know the server, and know it at the same address. */
function pairProblems(target: ServerId, { snapshot }: AdmissionFacts): RejuvError[] {
  const problems = snapshot.gaps.map((gap) => gap.error);
  const { backend, server } = target;
  for (const view of snapshot.views) {
    if (!view.backends.includes(backend)) {
      problems.push(new RejuvError('backend-missing', { backend, loadBalancer: view.name }));
    } else if (!view.servers.some((row) => sameServer(row.id, target))) {
      problems.push(new RejuvError('server-missing', { backend, server, loadBalancer: view.name }));
    }
  }
  const [first, ...others] = rowsOf(snapshot, target).map(({ row }) => `${row.address}:${row.port}`);
  for (const second of others) {
    if (first !== undefined && first !== second) {
      problems.push(new RejuvError('address-differs', { backend, server, first, second }));
    }
  }
  return problems;
}

function calendarScopes(facts: AdmissionFacts): CalendarFacts[] {
  const { settings, backend, snapshot, records, freezes } = facts;
  return calendarScopesAt(snapshot.at, settings, backend, records, freezes);
}

function busyProblems(request: OperationRequest, facts: AdmissionFacts): RejuvError[] {
  const touched = [request.target, ...facts.server.sameHost];
  const byHand = !takesSpare(request.kind);
  const sameOnes = (operation: Operation): boolean =>
    reservedServers(operation).some((id) => touched.some((mine) => sameServer(mine, id)));
  return (
    openOperations(facts.records)
      .filter(
        (operation) =>
          touched.some((mine) => mine.backend === operation.backend) ||
          reservedServers(operation).some((id) => touched.some((mine) => mine.backend === id.backend)),
      )
      // A repair goes on beside everything else, and everything else beside it: it holds up its own server alone.
      .filter(
        (one) =>
          (one.kind !== 'recovery' && request.kind !== 'recovery' && request.trigger !== 'fault') ||
          sameOnes(one),
      )
      .filter((operation) => !(byHand && facts.abandoned(operation)))
      .flatMap((operation) => {
        const { id, kind, backend, server, phase } = operation;
        const both = [...new Set([...touched, ...reservedServers(operation)].map((id) => id.backend))];
        const several = both.every((name) => allowsSeveral(facts.settings, name));
        if (byHand || !takesSpare(kind) || !several) {
          return [new RejuvError('backend-busy', { id, kind, backend, server, phase })];
        }
        const taken = reservedServers(operation).find((one) => touched.some((mine) => sameServer(mine, one)));
        if (taken === undefined) return [];
        return [new RejuvError('server-busy', { ...taken, id, kind, other: server, phase })];
      })
  );
}

/** How many, is for the calendar to say. */
function allowsSeveral(settings: Settings, backend: string): boolean {
  const limit = settings.backends.find(({ name }) => name === backend)?.calendar.maxAtOnce ?? null;
  return limit === null || limit > 1;
}

function spareProblems(
  request: OperationRequest,
  facts: AdmissionFacts,
): { spare: ServerSettings | null; problems: RejuvError[] } {
  const { backend, server, snapshot, records } = facts;
  const { target } = request;
  const problems: RejuvError[] = unsettledProblems(facts);
  if (request.kind === 'rejuvenation' && backend.actions.length === 0) {
    problems.push(new RejuvError('no-actions', { backend: backend.name }));
  }
  if (roleOf(records, backend, server) === 'spare') {
    return { spare: null, problems: [...problems, new RejuvError('server-is-spare', { ...target })] };
  }
  problems.push(...targetProblems(target, facts), ...checkProblems(target, facts));
  const choice = chooseSpare(snapshot, records, backend);
  if (choice.spare === null) {
    problems.push(new RejuvError('no-spare', { backend: backend.name, problem: choice.problem }));
    // What would block it next is worth knowing at once.
    if (request.kind === 'rejuvenation') problems.push(...actionProblems(target, null, facts));
    return { spare: null, problems };
  }
  const spareId = { backend: backend.name, server: choice.spare.name };
  problems.push(...pairProblems(spareId, facts), ...checkProblems(spareId, facts));
  const floor = request.force ? null : floorProblem(snapshot, target, floorOf(backend), 1);
  if (floor !== null) problems.push(floor);
  if (request.kind === 'rejuvenation') problems.push(...actionProblems(target, choice.spare, facts));
  return { spare: choice.spare, problems };
}

/** A backend whose roles were never settled waits for a person. */
function unsettledProblems({ backend, snapshot, records }: AdmissionFacts): RejuvError[] {
  const problem = backend.servers
    .map((server) => ({ id: { backend: backend.name, server: server.name }, role: server.role }))
    .filter(({ id }) => serverRecord(records, id).role === null)
    .map(({ id, role }) => roleMisfit(snapshot, id, role))
    .find((misfit) => misfit !== null);
  return problem === undefined
    ? []
    : [new RejuvError('backend-unsettled', { backend: backend.name, problem })];
}

function targetProblems(target: ServerId, { snapshot, records }: AdmissionFacts): RejuvError[] {
  const record = serverRecord(records, target);
  if (record.hold !== null) {
    const since = new Date(record.hold.since).toISOString();
    return [new RejuvError('held', { ...target, since, problem: record.hold.reason })];
  }
  const away = handsAway(snapshot, records, target)
    .filter(({ admin }) => admin !== 'ready')
    .map((hand) => new RejuvError('owned-by-person', { ...target, ...hand }));
  const seen = rowsOf(snapshot, target).flatMap(({ view, row }) => {
    if (row.admin === 'ready') return [];
    const owner = ownerOf(row, view.process, record.intents[view.name]);
    const facts = { ...target, admin: row.admin, loadBalancer: view.name };
    if (owner === 'person') return [new RejuvError('owned-by-person', facts)];
    if (owner === 'agent') return [new RejuvError('owned-by-agent', facts)];
    const problem = `${view.name} has it as ${describeRow(row)}`;
    return [new RejuvError('server-not-serving', { ...target, problem })];
  });
  return [...seen, ...away];
}

/** Only a server with a health check can be proven well. */
function checkProblems(target: ServerId, { backend, snapshot }: AdmissionFacts): RejuvError[] {
  if (backend.allowUnchecked) return [];
  return rowsOf(snapshot, target)
    .filter(({ row }) => !row.check.enabled)
    .map(({ view }) => new RejuvError('no-checks', { ...target, loadBalancer: view.name }));
}

/** What a reboot asks beyond a drain: nobody else on the host, old workers counted or gone, SSH on both sides. */
function actionProblems(target: ServerId, spare: ServerSettings | null, facts: AdmissionFacts): RejuvError[] {
  const { backend, server, snapshot, settings } = facts;
  const problems: RejuvError[] = [];
  if (server.ssh === null) problems.push(new RejuvError('no-ssh', { ...target }));
  if (spare?.ssh === null && (backend.spare.start !== null || backend.duplex.length > 0)) {
    problems.push(new RejuvError('no-ssh', { backend: backend.name, server: spare.name }));
  }
  if (!backend.actions.some((action) => action.kind === 'reboot')) return problems;
  const shared = sharedHostProblem(snapshot, target, server.sameHost);
  if (shared !== null) problems.push(shared);
  const young = oldWorkersProblem(snapshot, settings.oldWorkersGoneMs);
  if (young !== null) problems.push(young);
  for (const companion of server.sameHost) {
    const home = settings.backends.find((candidate) => candidate.name === companion.backend);
    problems.push(...pairProblems(companion, facts));
    const floor = home === undefined ? null : floorProblem(snapshot, companion, floorOf(home));
    if (floor !== null) problems.push(floor);
  }
  return problems;
}

/** Other servers at the same address that are in service and not drained by the same operation. */
export function sharedHostProblem(
  snapshot: Snapshot,
  target: ServerId,
  sameHost: readonly ServerId[],
): RejuvError | null {
  const others = sharedRows(snapshot, target).filter((row) => !sameHost.some((id) => sameServer(id, row.id)));
  const [first] = others;
  if (first === undefined) return null;
  return new RejuvError('shared-host', {
    ...target,
    address: first.address,
    others: others.map((row) => formatServerId(row.id)).join(', '),
  });
}
