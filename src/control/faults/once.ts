import type { RejuvError } from '../../domain/errors.ts';
import { formatServerId, type OperationId, type ServerId } from '../../domain/names.ts';
import type { Clock } from '../../domain/seams.ts';
import type { Journal } from '../journal.ts';

/** Tells a person of a trouble once, for as long as it lasts. */
export interface Once {
  /** `about` is what has the trouble; the same one with another code is another trouble. */
  tell(about: ServerId | string, error: RejuvError, operation?: OperationId): Promise<void>;
  /** It is over: should it come back, it is told again. */
  over(about: ServerId | string): void;
}

export function createOnce(clock: () => Clock, journal: Journal): Once {
  const told = new Map<string, Set<string>>();
  const keyOf = (about: ServerId | string): string =>
    typeof about === 'string' ? about : formatServerId(about);
  return {
    async tell(about, { code, message, fix }, operation) {
      const codes = told.get(keyOf(about)) ?? new Set<string>();
      if (codes.has(code)) return;
      told.set(keyOf(about), codes.add(code));
      const server = typeof about === 'string' ? null : about;
      const at = clock().now();
      try {
        await journal.record({ type: 'alert', at, code, message, fix, server, operation: operation ?? null });
      } catch (thrown) {
        // Told again, until it is on record.
        codes.delete(code);
        throw thrown;
      }
    },
    over(about) {
      told.delete(keyOf(about));
    },
  };
}
