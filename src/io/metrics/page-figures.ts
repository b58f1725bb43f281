import { figures } from '../../domain/figure.ts';
import type { Reading } from '../../domain/sample.ts';
import type { ExporterSource, PageMetric } from '../../domain/sources.ts';
import { clockRemark, type Clocks } from './clocks.ts';
import type { Exposition, Series } from './exposition.ts';
import {
  formulas,
  kindOf,
  type KnownFigure,
  knownFigures,
  knownStarts,
  type PageKind,
} from './known-figures.ts';
import type { Gap, Look } from './look.ts';
import { bucketsName, bucketsOf, noHistogram } from './page-histogram.ts';
import { totalProblem, valueProblem } from './value-problem.ts';

/** What a page says: the built-in figures of its kind, those that the config file names, and starts. Pure but for `start`. */
export function lookAtPage(
  settings: ExporterSource,
  page: Exposition,
  clocks: Clocks,
  start: (what: 'host' | 'application', at: number) => number,
): Look {
  const byName = grouped(page.series);
  const kind = kindOf(byName.keys());
  const fresh = (series: Series): string | null => staleness(series, clocks, settings.staleMs);
  const named = settings.metrics.map((metric) => ownFigure(metric, byName, page.types, fresh));
  const own = new Set(settings.metrics.map(({ figure }) => figure));
  const builtIn = kind === null ? [] : builtInFigures(settings, kind, byName, own, fresh);
  const all = [...named, ...builtIn];
  const begun = kind === null ? [] : starts(kind, byName, clocks, start);
  return {
    readings: [...all.flatMap((one) => ('reading' in one ? [one.reading] : [])), ...begun],
    gaps: [
      ...all.flatMap((one) => ('gap' in one ? [one.gap] : [])),
      ...(kind === null ? unknownPage(settings, own) : []),
    ],
    remarks: [...clockRemark(clocks), ...settings.metrics.flatMap((metric) => typeRemark(metric, page))],
  };
}

type Outcome = { readonly reading: Reading } | { readonly gap: Gap };
type Fresh = (series: Series) => string | null;

function builtInFigures(
  { only }: ExporterSource,
  kind: PageKind,
  byName: ReadonlyMap<string, readonly Series[]>,
  own: ReadonlySet<string>,
  fresh: Fresh,
): Outcome[] {
  const rows = knownFigures.filter(({ page, figure }) => page === kind && !own.has(figure));
  const wanted = [...new Set(rows.map(({ figure }) => figure))].filter((one) => only?.includes(one) ?? true);
  const strange = (only ?? []).filter((one) => !own.has(one) && !rows.some(({ figure }) => figure === one));
  return [
    ...wanted.map((figure): Outcome => {
      const tried = rows.filter((row) => row.figure === figure);
      const outcomes = tried.map((row) => builtInFigure(row, byName, only !== null, fresh));
      // What is there and cannot be used is worth more than what is not there.
      const there = tried.findIndex(({ metrics }) => metrics.every((metric) => byName.has(metric)));
      return outcomes[Math.max(there, 0)] ?? gapOf(figure, false, 'nothing makes it');
    }),
    ...strange.map((figure) =>
      gapOf(figure, true, `${titles[kind]} answers, and ${figure} is not on its page`),
    ),
  ];
}

const titles: Readonly<Record<PageKind, string>> = {
  node: 'a node exporter',
  process: 'a process exporter',
  application: 'an application',
};

function builtInFigure(
  { page, figure, metrics, formula, labels = {} }: KnownFigure,
  byName: ReadonlyMap<string, readonly Series[]>,
  asked: boolean,
  fresh: Fresh,
): Outcome {
  const values: number[] = [];
  for (const metric of metrics) {
    const found = (byName.get(metric) ?? []).filter(matching(labels));
    const [one] = found;
    if (one === undefined) return gapOf(figure, asked, `${titles[page]} answers, but has no ${metric}`);
    const problem =
      found.length > 1 ? `there are ${found.length} series of ${metric} (${shown(found)})` : fresh(one);
    if (problem !== null) {
      const hint = found.length > 1 ? ': name one under `metrics`' : '';
      return gapOf(figure, true, `${problem}${hint}`);
    }
    values.push(one.value);
  }
  const value = formulas[formula].reckon(values);
  const problem = valueProblem(value, figures[figure].unit);
  if (problem !== null) return gapOf(figure, true, `${figure} out of ${metrics.join(', ')} ${problem}`);
  return { reading: { kind: 'gauge', figure, value } };
}

function ownFigure(
  metric: PageMetric,
  byName: ReadonlyMap<string, readonly Series[]>,
  types: Exposition['types'],
  fresh: Fresh,
): Outcome {
  const { figure, unit, counter, scale, quantile } = metric;
  const name = quantile === null ? metric.metric : bucketsName(metric.metric);
  const series = byName.get(name) ?? [];
  if (series.length === 0) {
    const problem =
      quantile === null
        ? `the page answers, but has no ${name}${types.get(name) === 'histogram' ? ': it is a histogram, so write a `quantile`' : ''}`
        : noHistogram(metric, types.get(metric.metric), byName.has(metric.metric));
    return gapOf(figure, true, problem);
  }
  const found = series.filter(matching(metric.labels));
  if (found.length === 0) {
    return gapOf(figure, true, `no series of ${name} has these labels; there is ${shown(series)}`);
  }
  const stale = found.map(fresh).find((problem) => problem !== null);
  if (stale !== undefined) return gapOf(figure, true, stale);
  if (quantile !== null) {
    const buckets = bucketsOf(metric, found);
    if (typeof buckets === 'string') return gapOf(figure, true, buckets);
    return { reading: { kind: 'histogram', figure, quantile, buckets } };
  }
  const value = found.reduce((total, one) => total + one.value, 0) * scale;
  const problem = counter ? totalProblem(value) : valueProblem(value, unit);
  if (problem !== null) return gapOf(figure, true, `${metric.metric} ${problem}`);
  return { reading: { kind: counter ? 'counter' : 'gauge', figure, value } };
}

function gapOf(figure: string, asked: boolean, problem: string): Outcome & { gap: Gap } {
  return { gap: { figure, asked, problem } };
}

function unknownPage({ metrics, only }: ExporterSource, own: ReadonlySet<string>): Gap[] {
  if (metrics.length > 0 && only === null) return [];
  const missing = (only ?? ['every figure']).filter((figure) => !own.has(figure));
  const problem =
    'the page is neither that of a node exporter or a process exporter nor that of an application with metrics of its process: nothing on it is known';
  return missing.map((figure) => ({ figure, asked: true, problem }));
}

function grouped(series: readonly Series[]): Map<string, Series[]> {
  const byName = new Map<string, Series[]>();
  for (const one of series) {
    const others = byName.get(one.name);
    if (others === undefined) byName.set(one.name, [one]);
    else others.push(one);
  }
  return byName;
}

function matching(labels: Readonly<Record<string, string>>): (series: Series) => boolean {
  const patterns = Object.entries(labels).map(
    ([name, text]) => [name, new RegExp(`^(?:${text})$`, 'u')] as const,
  );
  // As in PromQL, a label that is not there is an empty one.
  return (series) => patterns.every(([name, pattern]) => pattern.test(series.labels.get(name) ?? ''));
}

const mostShown = 3;

function shown(series: readonly Series[]): string {
  const some = series.slice(0, mostShown).map(({ labels }) => {
    const inside = [...labels].map(([name, value]) => `${name}=${JSON.stringify(value.slice(0, 60))}`);
    return `{${inside.join(', ')}}`;
  });
  return `${some.join(', ')}${series.length > mostShown ? ' and more' : ''}`;
}

function staleness({ name, at }: Series, { now, date }: Clocks, staleMs: number): string | null {
  if (at === null) return null;
  const age = (date ?? now) - at;
  if (age <= staleMs) return null;
  return `${name} is ${Math.round(age / 1000)} s old, as its timestamp says`;
}

/** A start is told by the clock there; what counts is how long ago it is. */
function starts(
  kind: PageKind,
  byName: ReadonlyMap<string, readonly Series[]>,
  { now, date }: Clocks,
  start: (what: 'host' | 'application', at: number) => number,
): Reading[] {
  const [clock] = byName.get('node_time_seconds') ?? [];
  const there = clock === undefined ? (date ?? now) : clock.value * 1000;
  return knownStarts.flatMap(({ page, what, metric }) => {
    const found = page === kind ? (byName.get(metric) ?? []) : [];
    const [one] = found;
    if (one === undefined || found.length > 1) return [];
    const age = there - one.value * 1000;
    if (!Number.isFinite(age) || one.value <= 0) return [];
    return [{ kind: 'started' as const, what, at: start(what, now - Math.max(0, age)) }];
  });
}

/** What the page itself says about a metric, where the config file says otherwise. */
function typeRemark({ metric, counter }: PageMetric, { types }: Exposition): string[] {
  const type = types.get(metric);
  if (type === 'counter' && !counter)
    return [`${metric} is a counter, as its page says: write \`counter: true\``];
  if (type === 'gauge' && counter) return [`${metric} is a gauge, as its page says: leave \`counter\` out`];
  return [];
}
