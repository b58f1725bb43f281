import type { ServerRow } from '../domain/snapshot.ts';
import { describeRow } from './serving.ts';

/**
 * With `fall 1` the two health numbers are equal, so full health says nothing about the last check: a dead server
 * read L7OK for 1.3 s. There, the server has to stand this long (longer than any usual `inter` plus its timeout).
 */
export const fallOneSettleMs = 10_000;

/**
 * Why HAProxy cannot be said to have checked a server since it left maint, or null. Leaving maint shows the old
 * result of the check at rise health; only full health (rise + fall - 1) was earned by new checks.
 * `standingMs`: how long ago the server left maint.
 */
export function checkProblem(row: ServerRow, allowUnchecked: boolean, standingMs: number): string | null {
  if (row.admin === 'maint') return 'it is in maint, where nothing is checked';
  const { check } = row;
  if (!check.enabled) return allowUnchecked ? null : 'it has no health check';
  if (row.operational !== 'up' || !check.passed) return seen(row);
  if (check.health === null || check.rise === null || check.fall === null)
    return 'HAProxy shows no check result';
  if (check.health < check.rise + check.fall - 1) return `${seen(row)}, not yet at full health`;
  if (check.fall === 1 && standingMs < fallOneSettleMs)
    return `${seen(row)}, waiting for a fresh check (fall 1)`;
  return null;
}

function seen(row: ServerRow): string {
  return `${describeRow(row)}${row.check.status === '' ? '' : `, check ${row.check.status}`}`;
}
