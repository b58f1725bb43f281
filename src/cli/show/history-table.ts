import type { Operation } from '../../domain/operation.ts';
import { clean } from './clean.ts';
import { showDuration } from './duration.ts';
import { showTable } from './table.ts';

/** `rejuv history` for people, in the order given. */
export function showHistory(operations: readonly Operation[]): string {
  if (operations.length === 0) return 'nothing has happened yet';
  const heading = ['started', 'operation', 'what', 'spare', 'ended', 'took', 'by', 'why'];
  return showTable([heading, ...operations.map(historyRow)]).join('\n');
}

function historyRow(operation: Operation): string[] {
  const { id, kind, backend, server, spare, startedAt, endedAt, phase, by, trigger, reason, cause } =
    operation;
  return [
    new Date(startedAt).toISOString().slice(0, 19).replace('T', ' '),
    id,
    `${kind} ${backend}/${server}`,
    spare ?? '',
    endedAt === null ? `open: ${phase}` : phase,
    endedAt === null ? '' : showDuration(endedAt - startedAt),
    clean(by ?? trigger),
    clean([cause?.reason, reason].filter((text) => text !== undefined && text !== null).join('; ')),
  ];
}
