import type { CalendarSettings, Schedule } from '../../src/domain/calendar.ts';
import type { LocalControl } from '../../src/control/local-control.ts';
import { fakeWorld, never, openCalendar, type FakeWorld } from '../fakes/world.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export function schedule(change: Partial<Schedule> = {}): Schedule {
  const usual = { cron: '30 3 * * *', timeZone: 'Europe/Berlin', pick: 'longest-running' } as const;
  return { ...usual, when: null, catchUpMs: 0, defer: null, ...change };
}

interface Rules {
  readonly schedules?: readonly Schedule[];
  readonly own?: Partial<CalendarSettings>;
  readonly all?: Partial<CalendarSettings>;
  readonly startAt?: string;
}

/** A shop whose sidecar polls rarely, so that months pass quickly. */
export function scheduledShop({
  schedules = [schedule()],
  own = {},
  all = {},
  startAt,
}: Rules = {}): FakeWorld {
  const world = fakeWorld({
    source: 'sidecar',
    backend: { schedule: schedules, calendar: { ...openCalendar, maxAtOnce: 1, ...own } },
    settings: { pollMs: 6 * hourMs, calendar: { ...openCalendar, ...all } },
  });
  for (const [index, server] of [...world.shop.servers.values()].entries()) {
    server.bootedAt -= index * hourMs;
  }
  if (startAt !== undefined) world.clock.jumpWall(Date.parse(startAt) - world.clock.now());
  return world;
}

export async function pass(world: FakeWorld, ms: number): Promise<void> {
  await world.clock.sleep(ms, never);
}

/** Runs the sidecar for a time, then stops it. */
export async function keep(world: FakeWorld, control: LocalControl, ms: number): Promise<void> {
  await control.start(never);
  await pass(world, ms);
  await control.stop();
}

interface Happened {
  readonly due: string;
  readonly outcome: string;
  readonly server: string | null;
}

/** What became of every due run, in the order of their being due. */
export function happened(world: FakeWorld): Happened[] {
  const { operations } = world.store.records;
  // The events have each run; the records fold what repeats.
  const runs = world.events.filter((event) => event.type === 'run-settled');
  const begun = operations.flatMap(({ run, server }) =>
    run === null ? [] : [{ at: run.due, outcome: 'runs', server: String(server) }],
  );
  const unbegun = runs.map(({ due, outcome, server }) => ({ at: due, outcome, server }));
  return [...begun, ...unbegun]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, outcome, server }) => ({ due: new Date(at).toISOString(), outcome, server }));
}
