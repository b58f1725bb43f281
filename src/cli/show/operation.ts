import { effectFigures, trafficFigure, type Effect } from '../../domain/effect.ts';
import { figures } from '../../domain/figure.ts';
import { formatServerId } from '../../domain/names.ts';
import { phases, type Operation, type PlannedStep } from '../../domain/operation.ts';
import { writeMeasured } from '../../domain/written-figure.ts';
import { showDuration } from './duration.ts';
import { readable, showDateTime, showInstant, showTime, showWhen, zoneName } from './instant.ts';
import { phaseSpans, type PhaseSpan } from './phase-spans.ts';
import type { Screen } from './screen.ts';
import { byWhom } from './whom.ts';
import { wrap } from './wrap.ts';

/**
 * `rejuv history ID` for people: who and why, what it has brought, how long each phase took, and every step with its times and
 * proof. `measures`: its backend has sources, so that what it brings is measured one day.
 */
export function showOperation(operation: Operation, now: number, screen: Screen, measures: boolean): string {
  const { id, kind, backend, server, phase, startedAt, endedAt } = operation;
  const { width, timeZone } = screen;
  const end =
    endedAt === null
      ? `open, ${phase} for ${showDuration(now - operation.phaseAt)}`
      : `${phase} ${showWhen(endedAt, now, timeZone)}, after ${showDuration(endedAt - startedAt)}`;
  const begun = `begun ${showDateTime(startedAt, timeZone)} ${zoneName(startedAt, timeZone)}`;
  const untouched = operation.steps.filter(({ beganAt }) => beganAt === null);
  const parts = [
    wrap(`${id}: ${kind} of ${backend}/${server}, ${begun}, ${end}`, width, 0, 2),
    facts(operation, now, screen, measures),
    ...phaseSpans(operation).map((span) => phasePart(operation, span, now, screen)),
    untouched.length === 0
      ? []
      : wrap(
          `not begun: ${untouched.map(({ phase: of, step }) => `${of} ${step.kind}`).join(', ')}`,
          width,
          0,
          2,
        ),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function facts(operation: Operation, now: number, { width, timeZone }: Screen, measures: boolean): string[] {
  const { by, trigger, reason, because, spare, force, run, abortAsked, cause, deadline } = operation;
  const rows: (readonly [string, string | null])[] = [
    ['asked for', byWhom(by, trigger)],
    ['why', reason],
    ['measured', because?.evidence ?? null],
    ['due', run === null ? null : `${showDateTime(run.due, timeZone)}, schedule ${run.schedule}`],
    ['spare', spare],
    ['forced', force ? 'minServing and freezes were overridden' : null],
    [
      'abort',
      abortAsked === null
        ? null
        : `asked for ${showInstant(abortAsked.at, now, timeZone)} ${byWhom(abortAsked.by, null)}: ${abortAsked.reason}`,
    ],
    ['left its course', cause === null ? null : `${cause.end}: ${cause.reason} (${cause.code})`],
    ['brought', broughtText(operation, measures)],
    ['this step', deadline === null ? null : `until ${showWhen(deadline, now, timeZone)}`],
  ];
  const known = rows.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  const longest = Math.max(...known.map(([name]) => name.length));
  return known.flatMap(([name, value]) =>
    wrap(`${name.padEnd(longest)}  ${readable(value, now, timeZone)}`, width, 0, longest + 2),
  );
}

/** Null: nothing is measured, or nothing will be. */
function broughtText({ effect, phase }: Operation, measures: boolean): string | null {
  if (effect === null) return null;
  if (effect !== 'owed') return effectText(effect);
  return phase === 'completed' && measures
    ? 'not measured yet: it has to have served again for an hour'
    : null;
}

/** What it has brought: `memory.used 90% → 41%, at about the same traffic, 40/s → 41/s`. */
function effectText({ before, after, comparable, reducedMs }: Effect): string {
  const change = (figure: keyof typeof figures): string | null => {
    const [then, since] = [before.means[figure], after.means[figure]];
    const { unit } = figures[figure];
    if (then === undefined || since === undefined) return null;
    return `${writeMeasured(then, unit)} → ${writeMeasured(since, unit)}`;
  };
  const changes = effectFigures.flatMap((figure) => {
    const text = change(figure);
    return text === null ? [] : [`${figure} ${text}`];
  });
  const requests = change(trafficFigure);
  const traffic =
    comparable === null
      ? 'of unknown traffic'
      : comparable
        ? 'at about the same traffic'
        : 'at other traffic';
  const told = changes.length === 0 ? 'nothing that it should change was measured' : changes.join(', ');
  const reduced = reducedMs === 0 ? '' : `; ${showDuration(reducedMs)} with one server less`;
  return `${told}, ${traffic}${requests === null ? '' : `, ${requests}`}${reduced}`;
}

function phasePart(operation: Operation, span: PhaseSpan, now: number, screen: Screen): string[] {
  const { width, timeZone } = screen;
  const took =
    span.durationMs === null ? `for ${showDuration(now - span.beganAt)} now` : showDuration(span.durationMs);
  const steps = operation.steps.filter(({ phase, beganAt }) => phase === span.phase && beganAt !== null);
  return [
    ...wrap(
      `${span.phase} (${phases[span.phase].does}): ${took}, from ${showInstant(span.beganAt, now, timeZone)}`,
      width,
      0,
      2,
    ),
    ...steps.flatMap((step) => stepLines(step, now, screen)),
  ];
}

/** `03:01:00  grace shop/web1 done after 3m00s: 0 sessions on both` */
function stepLines(planned: PlannedStep, now: number, { width, timeZone }: Screen): string[] {
  const { step, state, beganAt, endedAt, detail } = planned;
  if (beganAt === null) return [];
  const took = showDuration((endedAt ?? now) - beganAt);
  const end = endedAt === null ? `${state}, for ${took} now` : `${state} after ${took}`;
  const proof = detail === null ? '' : `: ${readable(detail, now, timeZone)}`;
  const what = `${step.kind} ${formatServerId(step.server)}`;
  return wrap(`${showTime(beganAt, timeZone)}  ${what} ${end}${proof}`, width, 2, 10);
}
