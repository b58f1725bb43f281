import type { Unit } from '../../domain/figure.ts';
import type { Bucket } from '../../domain/sample.ts';
import type { PageMetric } from '../../domain/sources.ts';
import type { Series } from './exposition.ts';
import { totalProblem, valueProblem } from './value-problem.ts';

/** What the series of the buckets of a histogram are called. */
export function bucketsName(metric: string): string {
  return `${metric}_bucket`;
}

/**
 * The buckets of a histogram out of its series, narrowest first, several histograms added up, with bounds in the unit of the
 * figure; or what is wrong, as a sentence.
 */
export function bucketsOf(metric: PageMetric, series: readonly Series[]): readonly Bucket[] | string {
  const { metric: name, unit, scale } = metric;
  const counts = new Map<number, { count: number; series: number }>();
  for (const { labels, value } of series) {
    const written = labels.get('le');
    const bound = written === undefined ? null : boundOf(written);
    if (bound === null) return `a bucket of ${name} has le=${JSON.stringify(written ?? '')}, and no bound`;
    const problem = totalProblem(value) ?? boundProblem(bound * scale, unit);
    if (problem !== null) return `the bucket le=${JSON.stringify(written)} of ${name} ${problem}`;
    const known = counts.get(bound) ?? { count: 0, series: 0 };
    counts.set(bound, { count: known.count + value, series: known.series + 1 });
  }
  const widest = counts.get(Infinity);
  if (widest === undefined) return `${name} has no bucket le="+Inf", so nobody knows how many there are`;
  if (counts.size === 1) return `${name} has no bucket but le="+Inf"`;
  if ([...counts.values()].some((one) => one.series !== widest.series)) {
    return `the histograms of ${name} have different buckets: choose some by \`labels\``;
  }
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([bound, { count }]) => ({ bound: bound * scale, count }));
}

function boundOf(text: string): number | null {
  if (/^\+?Inf$/i.test(text)) return Infinity;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

function boundProblem(bound: number, unit: Unit): string | null {
  return bound === Infinity ? null : valueProblem(bound, unit);
}

/** Why there are no buckets, by what the page says instead. */
export function noHistogram({ metric }: PageMetric, type: string | undefined, isThere: boolean): string {
  if (type === 'summary') {
    return `${metric} is a summary, as its page says, and no histogram: leave \`quantile\` out, and write \`labels: { quantile: "…" }\``;
  }
  if (type !== undefined && type !== 'histogram' && type !== 'untyped' && type !== 'unknown') {
    return `${metric} is a ${type}, as its page says, and no histogram: leave \`quantile\` out`;
  }
  if (isThere) return `${metric} is no histogram: the page has no ${bucketsName(metric)}`;
  return `the page answers, but has no ${bucketsName(metric)}`;
}
