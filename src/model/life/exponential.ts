import { positiveRate } from '../refuse.ts';
import type { Life } from './life.ts';

/** A life without aging: failures come at the same rate, however long the server has run. */
export function exponentialLife(failurePerHour: number): Life {
  positiveRate('failurePerHour', failurePerHour);
  const failed = (hours: number): number => -Math.expm1(-failurePerHour * hours);
  return {
    meanHours: 1 / failurePerHour,
    hazardRises: false,
    failed,
    survives: (hours) => Math.exp(-failurePerHour * hours),
    lived: (hours) => failed(hours) / failurePerHour,
    hazard: () => failurePerHour,
    degraded: null,
  };
}
