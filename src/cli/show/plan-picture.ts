import { createColors } from 'picocolors';
import type { Plan } from '../../domain/plan.ts';
import { asIfUtc, fromAsIfUtc, instantsOf, wallAt } from '../../domain/zone.ts';

const halfHourMs = 1_800_000;
const dayMs = 86_400_000;
const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** One row per day, one column per half hour, on the clock of the person who looks. */
export function calendarPicture(
  plan: Plan,
  { colours, timeZone }: { readonly colours: boolean; readonly timeZone: string },
): string[] {
  const c = createColors(colours);
  const spans = spansOf(plan);
  const paint = {
    run: c.green('●'),
    held: c.yellow('○'),
    frozen: c.cyan('#'),
    open: '·',
    closed: ' ',
  };
  const first = asIfUtc({ ...wallAt(spans.from, timeZone), ofDayMs: 0 });
  const last = asIfUtc(wallAt(spans.until, timeZone));
  const rows: string[] = [];
  for (let day = first; day < last; day += dayMs) {
    const cells = Array.from({ length: 48 }, (_, index) => {
      const [at] = instantsOf(fromAsIfUtc(day + index * halfHourMs), timeZone).instants;
      return paint[cellOf(spans, at ?? day)];
    });
    const date = new Date(day);
    const name = `${dayNames[date.getUTCDay()] ?? ''} ${date.toISOString().slice(5, 10)}`;
    rows.push(`${name} |${cells.join('')}|`);
  }
  const hours = Array.from({ length: 8 }, (_, index) => String(index * 3).padEnd(6)).join('');
  return [
    `           ${hours}${timeZone}`,
    ...rows,
    `           ${paint.run} runs  ${paint.held} refused or skipped  ${paint.frozen} frozen  ${paint.open} may start  blank: no window is open`,
  ];
}

interface Spans {
  readonly from: number;
  readonly until: number;
  readonly runs: readonly { readonly at: number; readonly runs: boolean }[];
  readonly frozen: readonly (readonly [number, number])[];
  readonly open: readonly (readonly [number, number])[] | null;
}

function spansOf({ from, until, runs, freezes, open }: Plan): Spans {
  const span = (one: { from: string; until: string }): readonly [number, number] => [
    Date.parse(one.from),
    Date.parse(one.until),
  ];
  return {
    from: Date.parse(from),
    until: Date.parse(until),
    runs: runs.map(({ start, verdict }) => ({ at: Date.parse(start), runs: verdict === 'runs' })),
    frozen: freezes.map(span),
    open: open?.map(span) ?? null,
  };
}

/** What matters most in half an hour. */
function cellOf(spans: Spans, at: number): 'run' | 'held' | 'frozen' | 'open' | 'closed' {
  const end = at + halfHourMs;
  const touches = ([from, until]: readonly [number, number]): boolean => from < end && until > at;
  const starting = spans.runs.filter((run) => run.at >= at && run.at < end);
  if (starting.some(({ runs }) => runs)) return 'run';
  if (starting.length > 0) return 'held';
  if (spans.frozen.some(touches)) return 'frozen';
  return spans.open === null || spans.open.some(touches) ? 'open' : 'closed';
}
