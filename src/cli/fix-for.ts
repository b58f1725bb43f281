import { RejuvError } from '../domain/errors.ts';
import type { Progress } from '../domain/progress.ts';

/** What to do about the end of an operation, or null where the line does not hold enough to say it. */
export function fixFor({ code, backend, server, operation }: Progress): string | null {
  if (code === null) return null;
  const { fix } = new RejuvError(code, { backend, server, ...(operation === null ? {} : { id: operation }) });
  return /\{\w+\}/.test(fix) ? null : fix;
}
