import { scheduleKey } from '../domain/calendar.ts';
import type { ServerId, ServerName } from '../domain/names.ts';
import { takesSpare } from '../domain/operation.ts';
import type { Plan } from '../domain/plan.ts';
import { serverRecord, type Records } from '../domain/records.ts';
import type { BackendSettings } from '../domain/settings.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { openings, union } from '../policy/calendar/openings.ts';
import { planRuns, type PlannedBackend } from '../policy/calendar/plan.ts';
import { counts } from '../policy/calendar/scopes.ts';
import { typicalMs } from '../policy/typical.ts';
import { spareProblem } from '../policy/choice.ts';
import { plannedAged } from './aging/planned-aged.ts';
import { questionsOf, readCandidates } from './candidates.ts';
import { freezesFor } from './freezes.ts';
import { measuredIn } from './measured.ts';
import { jitterOf } from './schedules.ts';
import { deferralOf } from './trough.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;

/**
 * What the schedules will do in the next days, by what is known now.
 * @throws RejuvError freeze-unreadable; those of LoadBalancer.read when one does not answer
 */
export async function makePlan(
  world: World,
  records: Records,
  snapshot: Snapshot,
  days: number,
  signal: AbortSignal,
): Promise<Plan> {
  const { settings, clock } = world;
  const [gap] = snapshot.gaps;
  // A plan from one load balancer would be a guess.
  if (gap !== undefined) throw gap.error;
  const backends = await Promise.all(
    settings.backends
      .filter(({ schedule }) => schedule.length > 0)
      .map(async (backend) => await readBackend(world, records, backend, snapshot, days, signal)),
  );
  // Read last: what was due while hosts were asked is past.
  const now = clock.now();
  const untilAt = now + days * dayMs;
  const freezes = await freezesFor(world, settings.calendar, now, untilAt);
  const operations = records.operations.filter((one) => takesSpare(one.kind) && counts(one));
  const { runs, endsAt } = planRuns({
    now,
    untilAt,
    calendar: settings.calendar,
    freezes,
    pause: records.pause,
    backends,
    operations,
  });
  const windows = backends.map(({ calendar }) => [settings.calendar.windows, calendar.windows]);
  return {
    from: iso(now),
    until: iso(untilAt),
    truncatedAt: endsAt === null ? null : iso(endsAt),
    runs,
    aged: await plannedAged(world, records, snapshot),
    freezes: [
      ...freezes.map((freeze) => ({ ...freeze, backend: null })),
      ...backends.flatMap(({ name, freezes: own }) => own.map((freeze) => ({ ...freeze, backend: name }))),
    ].map(({ fromAt, untilAt: end, reason, backend }) => ({
      from: iso(fromAt),
      until: iso(end),
      reason,
      backend,
    })),
    open: windows.every((both) => both.every((one) => one.length === 0))
      ? null
      : union(windows.map((both) => openings(both, now, untilAt))).map((span) => ({
          from: iso(span.fromAt),
          until: iso(span.untilAt),
        })),
    typicalMs: Object.fromEntries(backends.map(({ name, typicalMs }) => [name, typicalMs])),
  };
}

async function readBackend(
  world: World,
  records: Records,
  backend: BackendSettings,
  snapshot: Snapshot,
  days: number,
  signal: AbortSignal,
): Promise<PlannedBackend> {
  const now = world.clock.now();
  const idOf = (server: ServerName): ServerId => ({ backend: backend.name, server });
  const questions = questionsOf(backend.schedule);
  const candidates = await readCandidates(
    ...([world, records, { backend, snapshot }, questions, measuredIn(world, records), signal] as const),
  );
  return {
    name: backend.name,
    mode: backend.mode,
    minServing: backend.minServing,
    calendar: backend.calendar,
    freezes: await freezesFor(world, backend.calendar, now, now + (days + 1) * dayMs),
    jitterMs: jitterOf(world, backend),
    schedules: backend.schedule.map((schedule) => {
      const key = scheduleKey(backend.name, schedule);
      const timetable = { pattern: world.cron.pattern(schedule.cron), timeZone: schedule.timeZone };
      const defer = deferralOf(world, records, backend, schedule);
      return { key, schedule, timetable, defer, settledAt: Math.min(records.schedules[key] ?? now, now) };
    }),
    servers: candidates.map((candidate) => ({
      ...candidate,
      verifiedAt: serverRecord(records, idOf(candidate.server)).verifiedAt ?? 0,
      spareProblem:
        candidate.role === 'spare' ? spareProblem(snapshot, records, idOf(candidate.server)) : null,
    })),
    typicalMs: typicalMs(records, backend.name),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
