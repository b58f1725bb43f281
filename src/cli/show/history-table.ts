import type { History } from '../../control/control.ts';
import type { Operation } from '../../domain/operation.ts';
import type { UnbegunRun } from '../../domain/records.ts';
import { showDuration } from './duration.ts';
import { readable, showDateTime } from './instant.ts';
import { phaseSpans } from './phase-spans.ts';
import type { Screen } from './screen.ts';
import { byWhom } from './whom.ts';
import { wrap } from './wrap.ts';

/**
 * `rejuv history` for people, newest first: operations, each with its end, who and why, and how long each phase took, and
 * runs of schedules that began none.
 */
export function showHistory({ operations, runs }: History, now: number, screen: Screen): string {
  const entries = [
    ...operations.map((operation) => ({
      at: operation.startedAt,
      lines: operationLines(operation, now, screen),
    })),
    ...runs.map((run) => ({ at: run.at, lines: runLines(run, now, screen) })),
  ].toSorted((a, b) => b.at - a.at);
  if (entries.length === 0) return 'nothing has happened yet';
  return entries.flatMap(({ lines }) => lines).join('\n');
}

function runLines(run: UnbegunRun, now: number, { width, timeZone }: Screen): string[] {
  const { at, backend, server, outcome, count, since, reason, schedule } = run;
  const target = server === null ? backend : `${backend}/${server}`;
  // The key of a schedule begins with its backend.
  const [, cron = schedule] = schedule.split(' | ');
  const times = count > 1 ? `${count} runs since ${showDateTime(since, timeZone)}, ` : '';
  return [
    ...wrap(`${showDateTime(at, timeZone)}  rejuvenation of ${target}, schedule ${cron}`, width, 0, 4),
    ...wrap(`${outcome} (${times}no operation): ${readable(reason, now, timeZone)}`, width, 4, 2),
  ];
}

function operationLines(operation: Operation, now: number, { width, timeZone }: Screen): string[] {
  const { id, kind, backend, server, spare, startedAt, endedAt, phase, by, trigger, reason } = operation;
  const end =
    endedAt === null
      ? `open for ${showDuration(now - startedAt)}: ${phase}`
      : `${phase} after ${showDuration(endedAt - startedAt)}`;
  const { cause, because } = operation;
  const why = [cause?.reason, reason, because?.evidence].filter(
    (text) => text !== undefined && text !== null,
  );
  const whom = `${end}${spare === null ? '' : `, spare ${spare}`}, ${byWhom(by, trigger)}`;
  const spans = phaseSpans(operation).map((span) =>
    span.durationMs === null
      ? `${span.phase} for ${showDuration(now - span.beganAt)}`
      : `${span.phase} ${showDuration(span.durationMs)}`,
  );
  return [
    ...wrap(`${showDateTime(startedAt, timeZone)}  ${id}  ${kind} of ${backend}/${server}`, width, 0, 4),
    ...wrap(
      why.length === 0 ? whom : `${whom}: ${why.map((text) => readable(text, now, timeZone)).join('; ')}`,
      width,
      4,
      2,
    ),
    // One phase of a manual verb says nothing that its end does not.
    ...(spans.length > 1 ? wrap(spans.join(', '), width, 4, 2) : []),
  ];
}
