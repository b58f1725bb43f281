import { scheduleKey, type Schedule } from '../domain/calendar.ts';
import { asRejuvError, RejuvError } from '../domain/errors.ts';
import type { OperationId } from '../domain/names.ts';
import type { OperationRequest, ScheduledRun } from '../domain/operation.ts';
import type { BackendSettings } from '../domain/settings.ts';
import { longestStepBackMs, settle } from '../policy/calendar/settling.ts';
import { excuseGaps } from '../policy/absence.ts';
import { pickServer } from '../policy/pick.ts';
import { questionsOf, readCandidates } from './candidates.ts';
import { heldUp } from './held-up.ts';
import type { Journal } from './journal.ts';
import { measuredIn } from './measured.ts';
import { observe } from './pair.ts';
import { deferralOf } from './trough.ts';
import type { World } from './world.ts';
import type { Worlds } from './worlds.ts';

const aSchedule = { trigger: 'schedule', force: false, because: null } as const;

/** A jump of the clock is noticed this late at most. */
const longestSleepMs = 60_000;

type Begin = (request: OperationRequest, signal: AbortSignal) => Promise<OperationId>;
type RunEvent = { readonly code: RejuvError['code']; readonly message: string };

/** Starts what the schedules say, until the signal fires. One run at a time: two are never admitted on the same look. */
export async function keepSchedules(
  worlds: Worlds,
  journal: Journal,
  begin: Begin,
  signal: AbortSignal,
): Promise<void> {
  let watchingSince = worlds.now().clock.now();
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    const wake = AbortSignal.any([signal, worlds.replaced()]);
    const { clock } = worlds.now();
    // Set back, the clock shows a time again at which this process was watching already.
    watchingSince = Math.min(watchingSince, clock.now());
    const since = watchingSince;
    const nextAt = await worlds
      .use(async (world) => await turn({ world, journal, begin, signal, watchingSince: since }))
      .catch((thrown: unknown) => {
        if (!stopped()) tellFailed(worlds.now(), asRejuvError(thrown));
        return null;
      });
    const left = nextAt === null ? longestSleepMs : nextAt - clock.now();
    await clock.sleep(Math.max(0, Math.min(longestSleepMs, left)), wake).catch(() => undefined);
  }
}

interface Turn {
  readonly world: World;
  readonly journal: Journal;
  readonly begin: Begin;
  readonly signal: AbortSignal;
  readonly watchingSince: number;
}

/** Looks at every schedule once. When the next one has something to do; null: none ever. */
async function turn(scope: Turn): Promise<number | null> {
  await forgetLeft(scope);
  // Backends side by side: a host that does not answer holds up its own backend alone.
  const nexts = await Promise.all(
    scope.world.settings.backends.map(async (backend) => {
      const ofBackend: (number | null)[] = [];
      for (const schedule of backend.schedule) ofBackend.push(await settleOne(scope, backend, schedule));
      return ofBackend;
    }),
  );
  const known = nexts.flat().filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** A schedule that left the file: should it come back, what was due meanwhile is none of its runs. */
async function forgetLeft({ world, journal }: Turn): Promise<void> {
  const here = world.settings.backends.flatMap(({ name, schedule }) =>
    schedule.map((one) => scheduleKey(name, one)),
  );
  for (const key of Object.keys(journal.records().schedules)) {
    if (here.includes(key)) continue;
    await journal.record({ type: 'schedule-forgotten', at: world.clock.now(), schedule: key });
  }
}

async function settleOne(scope: Turn, backend: BackendSettings, schedule: Schedule): Promise<number | null> {
  const { world, journal, watchingSince } = scope;
  const now = world.clock.now();
  const key = scheduleKey(backend.name, schedule);
  const mark = journal.records().schedules[key];
  if (mark === undefined || mark > now + longestStepBackMs) {
    await journal.record({ type: 'schedule-watched', at: now, schedule: key });
  }
  const { missed, run, nextCheckAt } = settle({
    timetable: { pattern: world.cron.pattern(schedule.cron), timeZone: schedule.timeZone },
    key,
    jitterMs: jitterOf(world, backend),
    defer: deferralOf(world, journal.records(), backend, schedule),
    catchUpMs: schedule.catchUpMs,
    settledAt: journal.records().schedules[key] ?? now,
    watchingSince,
    now,
  });
  if (missed !== null) {
    const { due, count, why } = missed;
    const facts = {
      cron: schedule.cron,
      backend: backend.name,
      due: new Date(due).toISOString(),
      problem: why,
    };
    const { code, message } = new RejuvError('run-missed', facts);
    await journal.record({
      ...{ type: 'run-settled', at: now, schedule: key, backend: backend.name, due, count },
      ...{ outcome: 'missed', server: null, code, reason: message },
    });
  }
  if (run !== null) await start(scope, backend, schedule, { schedule: key, due: run.due });
  return nextCheckAt;
}

/** The jitter of a backend's runs: its own, else that of all backends. */
export function jitterOf({ settings }: Pick<World, 'settings'>, backend: BackendSettings): number {
  return backend.calendar.jitterMs ?? settings.calendar.jitterMs ?? 0;
}

/** Picks the server and begins; whatever refuses is recorded with its reason, and the run is over. */
async function start(
  { world, journal, begin, signal }: Turn,
  backend: BackendSettings,
  schedule: Schedule,
  run: ScheduledRun,
): Promise<void> {
  const unbegun = async (
    outcome: 'refused' | 'skipped',
    { code, message }: RunEvent,
    server: string | null,
  ): Promise<void> => {
    const named = backend.servers.find(({ name }) => name === server)?.name ?? null;
    await journal.record({
      ...{ type: 'run-settled', at: world.clock.now(), schedule: run.schedule, backend: backend.name },
      ...{ due: run.due, count: 1, outcome, server: named, code, reason: message },
    });
  };
  let server: string | null = null;
  try {
    // Asked first, because it needs nobody: in a closed window no host is logged in to.
    const held = await heldUp(world, journal.records(), backend, aSchedule);
    if (held !== null) {
      await unbegun('refused', held, null);
      return;
    }
    const seen = await observe(world.loadBalancers, [backend.name], () => world.clock.now(), signal);
    const snapshot = excuseGaps(seen, world.settings.whenOneIsDown === 'continue');
    const [gap] = snapshot.gaps;
    if (gap !== undefined) throw gap.error;
    const candidates = await readCandidates(
      ...([world, journal.records(), { backend, snapshot }, questionsOf([schedule])] as const),
      ...([measuredIn(world, journal.records()), signal] as const),
    );
    const picked = pickServer(backend.name, schedule, candidates);
    server = picked.server;
    if ('error' in picked) {
      await unbegun(picked.outcome, picked.error, server);
      return;
    }
    const reason = `schedule ${schedule.cron} (${schedule.timeZone})`;
    await begin(
      {
        ...{
          kind: 'rejuvenation',
          target: { backend: backend.name, server: picked.server },
          trigger: 'schedule',
        },
        ...{ by: null, reason, force: false, noWait: false, run, because: null },
      },
      signal,
    );
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const error = asRejuvError(thrown);
    // On a full disk nothing can be said of the run either: it is asked again when there is room.
    if (error.code === 'records-unwritable') throw error;
    await unbegun('refused', error, server);
  }
}

function tellFailed(world: World, { code, message, fix }: RejuvError): void {
  const at = world.clock.now();
  world.onEvent({ type: 'alert', at, code, message, fix, server: null, operation: null });
}
