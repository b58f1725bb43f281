import { createColors } from 'picocolors';
import type { Plan, PlannedRun } from '../../domain/plan.ts';
import { wallAt } from '../../domain/zone.ts';
import { clean } from './clean.ts';
import { showDuration } from './duration.ts';
import { calendarPicture } from './plan-picture.ts';
import { showTable } from './table.ts';

export interface PlanView {
  readonly colours: boolean;
  /** The zone of the person who looks. */
  readonly timeZone: string;
}

/** `rejuv plan` for people: the picture, then every run in both times, then what is frozen. */
export function showPlan(plan: Plan, view: PlanView): string {
  const c = createColors(view.colours);
  const aged = agedLines(plan, view, c);
  if (plan.runs.length === 0 && plan.freezes.length === 0 && aged.length === 0) {
    return `no schedule has a run until ${local(plan.until, view.timeZone)}`;
  }
  const heading = [`start (${view.timeZone})`, 'in the schedule', 'what', 'spare', 'verdict', 'why'].map(
    (text) => c.bold(text),
  );
  const runs = plan.runs.map((run) => runRow(run, view, c));
  const freezes = plan.freezes.map(({ from, until, reason, backend }) => [
    local(from, view.timeZone),
    `to ${local(until, view.timeZone)}`,
    backend ?? 'all backends',
    clean(reason),
  ]);
  const lengths = Object.entries(plan.typicalMs).map(([name, ms]) =>
    ms === 0
      ? `${name}: no rejuvenation on record, so each is taken to last no time`
      : `${name}: a rejuvenation is taken to last ${showDuration(ms)}, as the median on record`,
  );
  return [
    calendarPicture(plan, view),
    ...(aged.length === 0 ? [] : [[c.bold('aged'), ...aged]]),
    ...(plan.truncatedAt === null
      ? []
      : [
          [
            c.yellow(
              `only the first ${plan.runs.length} runs are shown, up to ${local(plan.truncatedAt, view.timeZone)}`,
            ),
          ],
        ]),
    ...(runs.length === 0 ? [] : [showTable([heading, ...runs])]),
    ...(freezes.length === 0 ? [] : [[c.bold('frozen'), ...showTable(freezes)]]),
    lengths,
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** What is due by measurement, whenever it is let. */
function agedLines({ aged }: Plan, { timeZone }: PlanView, c: ReturnType<typeof createColors>): string[] {
  return showTable(
    aged.map(({ backend, server, severity, rule, since, verdict, reason }) => [
      `${backend}/${server}`,
      `${severity} since ${local(since, timeZone)}`,
      clean(rule),
      verdict === 'runs' ? c.green('as soon as admission lets it') : c.yellow(verdict),
      clean(reason ?? ''),
    ]),
  );
}

function runRow(run: PlannedRun, { timeZone }: PlanView, c: ReturnType<typeof createColors>): string[] {
  const { start, due, backend, server, spare, verdict, reason } = run;
  const what = server === null ? backend : `${backend}/${server}`;
  const shown = verdict === 'runs' ? c.green(verdict) : c.yellow(verdict);
  const there = `${local(due, run.timeZone)} ${run.timeZone}`;
  return [local(start, timeZone), there, what, spare ?? '', shown, clean(reason ?? '')];
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Sat 2026-11-21 03:30`, on the clock of that zone. */
function local(instant: string, timeZone: string): string {
  const { year, month, day, ofDayMs } = wallAt(Date.parse(instant), timeZone);
  const date = new Date(Date.UTC(year, month - 1, day));
  const minutes = Math.floor(ofDayMs / 60_000);
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${days[date.getUTCDay()] ?? ''} ${date.toISOString().slice(0, 10)} ${time}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
