import type { FigureName } from './figure.ts';

/** The figures that a rejuvenation should change, and that of the traffic they are compared at. */
export const effectFigures = [
  'memory.used',
  'swap.used',
  'process.memory',
  'latency.p95',
  'errors.rate',
] as const satisfies readonly FigureName[];
export const trafficFigure = 'requests.rate' satisfies FigureName;

/** What one server measured over an hour of service; a figure that nothing measured is missing. */
export interface Measured {
  readonly fromAt: number;
  readonly untilAt: number;
  /** Mean of five-minute means, by figure, the traffic among them. */
  readonly means: Readonly<Record<FigureName, number>>;
}

/** What one rejuvenation brought: the hour before it against an hour of service after it. */
export interface Effect {
  readonly before: Measured;
  readonly after: Measured;
  /** Whether about as many requests came in both; null: traffic was not measured. */
  readonly comparable: boolean | null;
  /** How long the backend served with one server less. */
  readonly reducedMs: number;
}
