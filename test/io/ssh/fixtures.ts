import { expect } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';

/** A signal that never fires. */
export const noSignal = new AbortController().signal;

/** The failure of the catalogue that `work` must end in. */
export async function failureOf(work: Promise<unknown>): Promise<RejuvError> {
  const error: unknown = await work.then(
    (value) => new Error(`it did not fail but gave ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RejuvError)) throw error;
  expect(error.message).not.toMatch(/\{\w+\}/);
  expect(error.fix).not.toMatch(/\{\w+\}/);
  return error;
}
