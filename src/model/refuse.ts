import { RejuvError } from '../domain/errors.ts';

/** Rates and durations outside of this range are a slip of the pen, and their products would leave a double's range. */
export const leastRate = 1e-15;
export const greatestRate = 1e15;

/** Refuses an input of the model, naming the field. */
export function refuse(field: string, problem: string): never {
  throw new RejuvError('model-input', { field, problem }, { where: field });
}

/** A rate per hour that must be there. */
export function positiveRate(field: string, value: number): number {
  if (!(value >= leastRate && value <= greatestRate)) {
    refuse(field, `must be a rate from ${leastRate} to ${greatestRate} per hour, not ${value}`);
  }
  return value;
}

/** A rate per hour, or 0 for "does not happen". */
export function rateOrZero(field: string, value: number): number {
  return value === 0 ? 0 : positiveRate(field, value);
}

/** A rate per hour, 0 for "never", or infinity for "at once". */
export function rateOrAtOnce(field: string, value: number): number {
  return value === Infinity ? value : rateOrZero(field, value);
}

/** A finite number that is not negative: hours, costs. */
export function notNegative(field: string, value: number): number {
  if (!(value >= 0 && value < Infinity)) {
    refuse(field, `must be a finite number, not negative; it is ${value}`);
  }
  return value;
}

/** A finite number above zero. */
export function positive(field: string, value: number): number {
  if (!(value > 0 && value < Infinity)) refuse(field, `must be a finite number above 0; it is ${value}`);
  return value;
}

/** A whole number that is at least `least`. */
export function count(field: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    refuse(field, `must be a whole number, at least ${least}; it is ${value}`);
  }
  return value;
}

/** A whole number that is at least `least`, or infinity for "as many as there are". */
export function countOrAll(field: string, value: number, least: number): number {
  return value === Infinity ? value : count(field, value, least);
}

/** A probability. */
export function share(field: string, value: number): number {
  if (!(value >= 0 && value <= 1)) refuse(field, `must be a number from 0 to 1; it is ${value}`);
  return value;
}
