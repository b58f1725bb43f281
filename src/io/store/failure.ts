import { RejuvError } from '../../domain/errors.ts';

/** The system's error code, such as `ENOSPC`; null when it is no system error. */
export function systemCode(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;
}

/** No room: a full disk, or a quota that is used up. */
export function isFull(thrown: unknown): boolean {
  const code = systemCode(thrown);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** `cause` is the system's error, or the sentence itself. */
export function unwritable(directory: string, cause: unknown): RejuvError {
  if (cause instanceof RejuvError) return cause;
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new RejuvError('records-unwritable', { path: directory, problem }, { cause });
}

export function damaged(path: string, line: number, problem: string): RejuvError {
  return new RejuvError('records-damaged', { path, line, problem });
}
