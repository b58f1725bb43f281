import { RejuvError } from '../../domain/errors.ts';

/** The value at an index that is inside by construction. @throws RejuvError `internal` when it is not. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RejuvError('internal', { problem: `no value at index ${index}` });
  return value;
}
