import type { History } from '../../control/control.ts';
import type { Operation } from '../../domain/operation.ts';
import type { UnbegunRun } from '../../domain/records.ts';
import { clean } from './clean.ts';
import { showDuration } from './duration.ts';
import { showTable } from './table.ts';

/** `rejuv history` for people: operations, and runs of schedules that began none, newest first. */
export function showHistory({ operations, runs }: History): string {
  const rows = [
    ...operations.map((operation) => ({ at: operation.startedAt, row: historyRow(operation) })),
    ...runs.map((run) => ({ at: run.at, row: runRow(run) })),
  ].toSorted((a, b) => b.at - a.at);
  if (rows.length === 0) return 'nothing has happened yet';
  const heading = ['started', 'operation', 'what', 'spare', 'ended', 'took', 'by', 'why'];
  return showTable([heading, ...rows.map(({ row }) => row)]).join('\n');
}

function runRow({ at, backend, server, outcome, count, reason }: UnbegunRun): string[] {
  const what = `rejuvenation ${server === null ? backend : `${backend}/${server}`}`;
  return [
    second(at),
    '-',
    count > 1 ? `${what}, ${count} runs` : what,
    '',
    outcome,
    '',
    'schedule',
    clean(reason),
  ];
}

function second(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function historyRow(operation: Operation): string[] {
  const { id, kind, backend, server, spare, startedAt, endedAt, phase, by, trigger, reason, cause } =
    operation;
  return [
    second(startedAt),
    id,
    `${kind} ${backend}/${server}`,
    spare ?? '',
    endedAt === null ? `open: ${phase}` : phase,
    endedAt === null ? '' : showDuration(endedAt - startedAt),
    clean(by ?? trigger),
    clean([cause?.reason, reason].filter((text) => text !== undefined && text !== null).join('; ')),
  ];
}
