import { createColors } from 'picocolors';
import type { ErrorReport } from '../../domain/errors.ts';

/** An error for people: the sentence, then what to do. */
export function showError(error: Pick<ErrorReport, 'message' | 'fix'>, colours: boolean): string {
  const c = createColors(colours);
  return `${c.red('rejuv:')} ${error.message}\n  ${error.fix}`;
}
