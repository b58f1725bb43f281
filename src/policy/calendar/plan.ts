import type { CalendarSettings, Freeze, Schedule } from '../../domain/calendar.ts';
import { RejuvError } from '../../domain/errors.ts';
import type { BackendName, ServerName } from '../../domain/names.ts';
import { operationId } from '../../domain/names.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Pause } from '../../domain/pause.ts';
import type { PlannedRun } from '../../domain/plan.ts';
import type { Mode } from '../../domain/settings.ts';
import { pickServer, type Candidate } from '../pick.ts';
import { dues, nextDue, type Timetable } from './dues.ts';
import { calendarProblems, type CalendarFacts } from './gates.ts';
import { startOf } from './jitter.ts';
import { longestDeferralMs, type Deferral } from './trough.ts';

/** One schedule, ready to be asked. */
export interface PlannedSchedule {
  readonly key: string;
  readonly schedule: Schedule;
  readonly timetable: Timetable;
  /** Everything due up to here is settled. Unix milliseconds. */
  readonly settledAt: number;
  /** How its runs wait for the low of the day; null: they do not. */
  readonly defer: Deferral | null;
}

/** A server as it stands now, and what changes with each run. */
export interface PlannedServer extends Candidate {
  /** When it was last proven well; a spare proven later goes first. Unix milliseconds. */
  readonly verifiedAt: number;
  /** Why it could not take over now; null: it could. Of a primary: null, once it is a spare. */
  readonly spareProblem: string | null;
}

export interface PlannedBackend {
  readonly name: BackendName;
  readonly mode: Mode;
  readonly minServing: number;
  readonly calendar: CalendarSettings;
  readonly freezes: readonly Freeze[];
  readonly jitterMs: number;
  readonly schedules: readonly PlannedSchedule[];
  readonly servers: readonly PlannedServer[];
  /** How long a rejuvenation usually takes. */
  readonly typicalMs: number;
}

export interface PlanFacts {
  readonly now: number;
  readonly untilAt: number;
  readonly calendar: CalendarSettings;
  readonly freezes: readonly Freeze[];
  readonly pause: Pause | null;
  readonly backends: readonly PlannedBackend[];
  /** Rejuvenations and switchovers so far. */
  readonly operations: readonly PastOperation[];
}

export type PastOperation = Pick<
  Operation,
  'id' | 'kind' | 'backend' | 'server' | 'spare' | 'startedAt' | 'endedAt'
>;

interface Ahead {
  readonly backend: PlannedBackend;
  readonly schedule: PlannedSchedule;
  readonly due: number;
  readonly startAt: number;
}

/** How the pair will stand by then: played forward run by run, with the gates and the choice of the sidecar itself. */
interface Course {
  operations: readonly PastOperation[];
  readonly servers: Map<BackendName, readonly PlannedServer[]>;
  readonly uptimesAt: number;
}

/** As many runs as a plan shows; a schedule of every minute has them in three days. */
const mostRuns = 5_000;

/**
 * Every run that is due until `untilAt`, in the order of start, and what becomes of it by today's knowledge. With more
 * runs than a plan shows, `endsAt` is where it breaks off. Pure.
 */
export function planRuns(facts: PlanFacts): { readonly runs: PlannedRun[]; readonly endsAt: number | null } {
  const course: Course = {
    operations: facts.operations.map((one) => endingSometime(facts, one)),
    servers: new Map(facts.backends.map((backend) => [backend.name, afterOpen(facts, backend)])),
    uptimesAt: facts.now,
  };
  const ahead = facts.backends
    .flatMap((backend) => backend.schedules.flatMap((schedule) => runsOf(facts, backend, schedule)))
    .toSorted((a, b) => a.startAt - b.startAt);
  const shown = ahead.slice(0, mostRuns);
  const endsAt = ahead.length > mostRuns ? (shown.at(-1)?.startAt ?? null) : null;
  return { runs: shown.map((one) => play(facts, course, one)), endsAt };
}

/** What is open now is taken to last as long as usual. */
function endingSometime({ now, backends }: PlanFacts, one: PastOperation): PastOperation {
  if (one.endedAt !== null) return one;
  const typicalMs = backends.find(({ name }) => name === one.backend)?.typicalMs ?? 0;
  return { ...one, endedAt: Math.max(now, one.startedAt + typicalMs) };
}

/** How the servers stand once what is open now has ended well. */
function afterOpen(
  { now, operations }: PlanFacts,
  { name, servers }: PlannedBackend,
): readonly PlannedServer[] {
  return operations
    .filter((one) => one.backend === name && one.kind === 'rejuvenation' && one.endedAt === null)
    .reduce((standing, { server, spare }) => swapped(standing, server, spare, now, now), servers);
}

function runsOf({ now, untilAt }: PlanFacts, backend: PlannedBackend, schedule: PlannedSchedule): Ahead[] {
  const { jitterMs } = backend;
  const { timetable, key, settledAt, defer } = schedule;
  const lateMs = defer === null ? jitterMs : longestDeferralMs;
  const runs: Ahead[] = [];
  let before: number | null = null;
  // One that is due already may still wait for its jitter; each needs the next one for its start.
  for (const due of dues(timetable, Math.max(settledAt, now - lateMs - 1), untilAt)) {
    if (before !== null)
      runs.push({ backend, schedule, due: before, startAt: startOf(key, before, jitterMs, due, defer) });
    before = due;
    if (runs.length > mostRuns) return runs;
  }
  if (before !== null) {
    const next = nextDue(timetable, before);
    runs.push({ backend, schedule, due: before, startAt: startOf(key, before, jitterMs, next, defer) });
  }
  return runs.filter(({ startAt }) => startAt > now && startAt <= untilAt);
}

function play(facts: PlanFacts, course: Course, ahead: Ahead): PlannedRun {
  const { backend, schedule, due, startAt } = ahead;
  const base = {
    due: iso(due),
    start: iso(startAt),
    backend: backend.name,
    cron: schedule.schedule.cron,
    timeZone: schedule.schedule.timeZone,
  };
  const ending = (
    server: ServerName | null,
    error: RejuvError,
    verdict: 'refused' | 'skipped',
  ): PlannedRun => {
    const { code, message } = error;
    return { ...base, server, spare: null, verdict, code, reason: message };
  };
  const start = { trigger: 'schedule', force: false, because: null } as const;
  const [problem] = calendarProblems(start, facts.pause, scopesAt(facts, course, ahead));
  if (problem !== undefined) return ending(null, problem, 'refused');
  const servers = serversAt(course, backend, startAt);
  const picked = pickServer(backend.name, schedule.schedule, servers);
  if ('error' in picked) return ending(picked.server, picked.error, picked.outcome);
  const { server } = picked;
  const standing = servers.find((one) => one.server === server);
  if (standing?.inService !== true) return ending(server, notServing(backend, server), 'refused');
  if (backend.mode === 'active-active') {
    const left = servers.filter((one) => one.inService && one.server !== server).length;
    if (left < backend.minServing) return ending(server, tooFew(backend, left), 'refused');
    rotate(course, ahead, server, null);
    return { ...base, server, spare: null, verdict: 'runs', code: null, reason: null };
  }
  const spares = servers.filter(({ role }) => role === 'spare');
  const [spare] = spares
    .filter((one) => one.spareProblem === null)
    .toSorted((a, b) => b.verifiedAt - a.verifiedAt);
  if (spare === undefined) return ending(server, noSpare(backend, spares), 'refused');
  rotate(course, ahead, server, spare.server);
  return { ...base, server, spare: spare.server, verdict: 'runs', code: null, reason: null };
}

function notServing({ name: backend }: PlannedBackend, server: ServerName): RejuvError {
  const problem = 'it is held, or not ready on every load balancer';
  return new RejuvError('server-not-serving', { backend, server, problem });
}

function tooFew({ name: backend, minServing: minimum }: PlannedBackend, left: number): RejuvError {
  return new RejuvError('min-serving', { backend, left, minimum, loadBalancer: 'either load balancer' });
}

function noSpare({ name: backend }: PlannedBackend, spares: readonly PlannedServer[]): RejuvError {
  const problems = spares.map(({ server, spareProblem }) => `${server} ${spareProblem ?? ''}`);
  const problem = problems.length === 0 ? 'no server has the role spare' : problems.join('; ');
  return new RejuvError('no-spare', { backend, problem });
}

function serversAt(course: Course, backend: PlannedBackend, at: number): PlannedServer[] {
  return (course.servers.get(backend.name) ?? []).map((server) => {
    const { uptime } = server.figures;
    const grown = typeof uptime !== 'number' ? null : Math.max(0, uptime + at - course.uptimesAt);
    return { ...server, figures: { ...server.figures, uptime: grown } };
  });
}

function scopesAt(facts: PlanFacts, course: Course, { backend, startAt }: Ahead): CalendarFacts[] {
  // What will have ended by then has, and what has not is open.
  const operations = course.operations.map((one) =>
    one.endedAt !== null && one.endedAt > startAt ? { ...one, endedAt: null } : one,
  );
  return [
    { now: startAt, scope: 'all backends', calendar: facts.calendar, freezes: facts.freezes, operations },
    {
      now: startAt,
      scope: `backend ${backend.name}`,
      calendar: backend.calendar,
      freezes: backend.freezes,
      operations: operations.filter((one) => one.backend === backend.name),
    },
  ];
}

/** The server becomes the spare proven last, and the spare a primary; where all serve, it serves again. */
function rotate(
  course: Course,
  { backend, startAt }: Ahead,
  aged: ServerName,
  spare: ServerName | null,
): void {
  const endedAt = startAt + backend.typicalMs;
  const planned = {
    ...{
      id: operationId('planned'),
      kind: 'rejuvenation' as const,
      backend: backend.name,
      server: aged,
      spare,
    },
    ...{ startedAt: startAt, endedAt },
  };
  course.operations = [...course.operations.filter((one) => stillMatters(course, one, startAt)), planned];
  const servers = course.servers.get(backend.name) ?? [];
  course.servers.set(backend.name, swapped(servers, aged, spare, endedAt, course.uptimesAt));
}

/** The aged server as the spare proven last, and the spare as a primary in service. Uptimes are those of `uptimesAt`. */
function swapped(
  servers: readonly PlannedServer[],
  aged: ServerName,
  spare: ServerName | null,
  endedAt: number,
  uptimesAt: number,
): readonly PlannedServer[] {
  return servers.map((server) => {
    if (server.server === spare) return { ...server, role: 'primary', inService: true };
    if (server.server !== aged) return server;
    // Negative until it ends: it is nobody's longest running then.
    const figures = { ...server.figures, uptime: uptimesAt - endedAt };
    if (spare === null) return { ...server, inService: true, verifiedAt: endedAt, figures };
    return { ...server, role: 'spare', inService: false, spareProblem: null, verifiedAt: endedAt, figures };
  });
}

/** Of what has ended, spacing asks for the last one of each backend only. */
function stillMatters(course: Course, one: PastOperation, at: number): boolean {
  if (one.endedAt === null || one.endedAt > at) return true;
  const ended = one.endedAt;
  return !course.operations.some(
    (other) => other.backend === one.backend && other.endedAt !== null && other.endedAt > ended,
  );
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
