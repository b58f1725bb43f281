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

export type LookAtPage = (
  page: Exposition,
  clocks: Clocks,
  start: (what: 'host' | 'application', at: number) => number,
) => Look;

/**
 * What a page says to the settings of a source: the built-in figures of its kind, those that the config file names, and
 * starts. Pure but for `start`. What to look for is worked out here, once.
 */
export function pageFigures(settings: ExporterSource): LookAtPage {
  const own = new Set(settings.metrics.map(({ figure }) => figure));
  const named = settings.metrics.map((metric) => ({ metric, matches: matching(metric.labels) }));
  const sought = {
    node: builtInOf(settings, 'node', own),
    process: builtInOf(settings, 'process', own),
    application: builtInOf(settings, 'application', own),
  };

  return (page, clocks, start) => {
    const byName = grouped(page.series);
    const kind = kindOf(byName);
    const fresh: Fresh = (series) => staleness(series, clocks, settings.staleMs);
    const all = [
      ...named.map((one) => ownFigure(one, byName, page.types, fresh)),
      ...(kind === null ? [] : builtInFigures(sought[kind], byName, fresh)),
    ];
    const begun = kind === null ? [] : starts(kind, byName, clocks, start);
    return {
      readings: [...all.flatMap((one) => ('reading' in one ? [one.reading] : [])), ...begun],
      gaps: [
        ...all.flatMap((one) => ('gap' in one ? [one.gap] : [])),
        ...(kind === null ? unknownPage(settings, own) : []),
      ],
      remarks: [...clockRemark(clocks), ...settings.metrics.flatMap((metric) => typeRemark(metric, page))],
    };
  };
}

type Outcome = { readonly reading: Reading } | { readonly gap: Gap };
type Fresh = (series: Series) => string | null;

type Matches = (series: Series) => boolean;

interface Sought extends KnownFigure {
  readonly matches: Matches;
}

/** What is looked for on a page of a kind. */
interface BuiltIn {
  /** Per figure, all that could make it. */
  readonly figures: readonly (readonly Sought[])[];
  /** The config file names them. */
  readonly asked: boolean;
  /** Named, and never on such a page. */
  readonly strange: readonly Outcome[];
}

function builtInOf({ only }: ExporterSource, kind: PageKind, own: ReadonlySet<string>): BuiltIn {
  const rows = knownFigures.filter(({ page, figure }) => page === kind && !own.has(figure));
  const wanted = [...new Set(rows.map(({ figure }) => figure))].filter((one) => only?.includes(one) ?? true);
  const strange = (only ?? []).filter((one) => !own.has(one) && !rows.some(({ figure }) => figure === one));
  return {
    figures: wanted.map((figure) =>
      rows
        .filter((row) => row.figure === figure)
        .map((row) => ({ ...row, matches: matching(row.labels ?? {}) })),
    ),
    asked: only !== null,
    strange: strange.map((figure) =>
      gapOf(figure, true, `${titles[kind]} answers, and ${figure} is not on its page`),
    ),
  };
}

function builtInFigures(
  { figures, asked, strange }: BuiltIn,
  byName: ReadonlyMap<string, readonly Series[]>,
  fresh: Fresh,
): Outcome[] {
  return [
    ...figures.flatMap((tried) => {
      // What is there and cannot be used is worth more than what is not there.
      const there = tried.find(({ metrics }) => metrics.every((metric) => byName.has(metric))) ?? tried[0];
      return there === undefined ? [] : [builtInFigure(there, byName, asked, fresh)];
    }),
    ...strange,
  ];
}

const titles: Readonly<Record<PageKind, string>> = {
  node: 'a node exporter',
  process: 'a process exporter',
  application: 'an application',
};

function builtInFigure(
  { page, figure, metrics, formula, matches }: Sought,
  byName: ReadonlyMap<string, readonly Series[]>,
  asked: boolean,
  fresh: Fresh,
): Outcome {
  const values: number[] = [];
  for (const metric of metrics) {
    const found = (byName.get(metric) ?? []).filter(matches);
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
  { metric, matches }: { readonly metric: PageMetric; readonly matches: Matches },
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
  const found = series.filter(matches);
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

function matching(labels: Readonly<Record<string, string>>): Matches {
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
