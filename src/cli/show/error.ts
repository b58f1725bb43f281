import { createColors } from 'picocolors';
import type { ErrorReport } from '../../domain/errors.ts';
import { onTheClock } from './instant.ts';
import type { Screen } from './screen.ts';

/** An error for people: the sentence, then what to do. */
export function showError(
  error: Pick<ErrorReport, 'message' | 'fix'>,
  now: number,
  { colours, timeZone }: Pick<Screen, 'colours' | 'timeZone'>,
): string {
  const c = createColors(colours);
  return `${c.red('rejuv:')} ${onTheClock(error.message, now, timeZone)}\n  ${error.fix}`;
}
