/**
 * What a schedule means, written again from scratch: every minute of real time is shown on the wall clock of the zone
 * by Intl, and the cron fields are compared with what it shows. Slow, simple, and without a line of the real thing.
 */
export interface PlainCron {
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  /** Null: every day. */
  readonly dayOfMonth: readonly number[] | null;
  readonly month: readonly number[] | null;
  /** From 0, Sunday. */
  readonly dayOfWeek: readonly number[] | null;
}

interface Shown {
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
  /** Minutes of the wall clock since 1970, to see it jump. */
  readonly number: number;
}

const minuteMs = 60_000;

/** For each schedule, every minute from `from` up to `until` at which it is due, both full minutes of Unix time. */
export function enumerate(
  crons: readonly PlainCron[],
  timeZone: string,
  from: number,
  until: number,
): number[][] {
  const show = clockOf(timeZone);
  const due = crons.map((): number[] => []);
  // Which wall times were shown already, so that a repeated hour counts once. Two days reach back far enough.
  const start = from - 2 * 1440 * minuteMs;
  const shownBefore = new Set<number>();
  let before = show(start);
  for (let at = start; at < until; at += minuteMs) {
    const now = show(at);
    const left = leftOut(before, now);
    const repeated = shownBefore.has(now.number);
    for (const [index, cron] of crons.entries()) {
      const everyHour = cron.hour.length === 24;
      const made = !everyHour && left.some((wall) => matches(cron, wallOf(wall)));
      const shown = (everyHour || !repeated) && matches(cron, now);
      if (at >= from && (made || shown)) due[index]!.push(at);
    }
    shownBefore.add(now.number);
    before = now;
  }
  return due;
}

/** The wall minutes that the clock was set forward over. */
function leftOut(before: Shown, now: Shown): number[] {
  const found: number[] = [];
  for (let wall = before.number + 1; wall < now.number; wall += 1) found.push(wall);
  return found;
}

function wallOf(number: number): Shown {
  const iso = new Date(number * minuteMs).toISOString();
  return {
    date: iso.slice(0, 10),
    hour: Number(iso.slice(11, 13)),
    minute: Number(iso.slice(14, 16)),
    number,
  };
}

function matches(cron: PlainCron, { date, hour, minute }: Shown): boolean {
  if (!cron.hour.includes(hour) || !cron.minute.includes(minute)) return false;
  const [, month = 0, day = 0] = date.split('-').map(Number);
  if (cron.dayOfMonth !== null && !cron.dayOfMonth.includes(day)) return false;
  if (cron.month !== null && !cron.month.includes(month)) return false;
  return cron.dayOfWeek === null || cron.dayOfWeek.includes(new Date(`${date}T12:00:00Z`).getUTCDay());
}

function clockOf(timeZone: string): (at: number) => Shown {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (at) => {
    const [date = '', time = ''] = format.format(at).split(' ');
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    return { date, hour, minute, number: Date.parse(`${date}T${time}:00Z`) / minuteMs };
  };
}
