import type { Unit } from '../../domain/figure.ts';

/** What is wrong with a value in the unit of its figure, as the end of a sentence; null: nothing. */
export function valueProblem(value: number, unit: Unit): string | null {
  if (Number.isNaN(value)) return 'is NaN';
  if (!Number.isFinite(value)) return `is ${value > 0 ? '+Inf' : '-Inf'}`;
  switch (unit) {
    case 'share':
      if (value >= 0 && value <= 1) return null;
      return `is ${value}, and a share is from 0 to 1 (of percentages, write \`scale: 0.01\`)`;
    case 'bytes':
    case 'duration':
      return value >= 0 ? null : `is ${value}, and cannot be below 0`;
    case 'count':
    case 'per-second':
      return null;
  }
}

/** The same for a total that only grows, of which a rate is made later. */
export function totalProblem(value: number): string | null {
  return valueProblem(value, 'count') ?? (value < 0 ? `is ${value}, and a counter begins at 0` : null);
}
