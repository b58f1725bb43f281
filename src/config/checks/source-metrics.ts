import { figures, isBuiltIn, isFigureName, isReserved } from '../../domain/figure.ts';
import { mayTakeForEver, singleSearches } from '../endless-search.ts';
import { nearestName } from '../nearest-name.ts';
import type { Finding, Path } from '../problem.ts';
import { isCounter, type MetricDraft } from '../sources.ts';

type Kind = 'exporter' | 'prometheus' | 'ssh';

/** Which key says where the value comes from, and which others may stand beside it. */
const keysOf: Readonly<
  Record<Kind, { readonly main: 'metric' | 'query' | 'run'; readonly beside: readonly string[] }>
> = {
  exporter: { main: 'metric', beside: ['labels', 'counter', 'quantile'] },
  prometheus: { main: 'query', beside: [] },
  ssh: { main: 'run', beside: ['counter'] },
};

/** One figure of a source: its name, what is asked, and a unit that fits. */
export function checkMetric(path: Path, figure: string, metric: MetricDraft, kind: Kind): Finding[] {
  return [
    ...checkFigure(path, figure),
    ...checkKeys(path, figure, metric, kind),
    ...checkUnit(path, figure, kind === 'prometheus' ? { ...metric, counter: false } : metric),
    ...checkMetricName(path, metric),
    ...checkLabels(path, metric),
    ...(kind === 'exporter' ? checkQuantile(path, metric) : []),
    ...checkQuery(path, metric),
  ];
}

/** These the load balancers say, and nobody else. */
const ofLoadBalancers = ['sessions', 'queue', 'requests.rate', 'errors.rate', 'uptime'];

function checkFigure(path: Path, figure: string): Finding[] {
  if (ofLoadBalancers.includes(figure)) {
    const message = `${figure} comes from the load balancers, and from no source`;
    return [
      { path, at: 'key', message, fix: `leave it out, or choose a name of your own such as app.${figure}` },
    ];
  }
  if (isFigureName(figure)) return [];
  const message = isReserved(figure)
    ? `${figure} is a word of conditions, and no name for a figure`
    : `${JSON.stringify(figure.slice(0, 60))} is not a name for a figure`;
  const fix = 'write small letters, digits, - _ and points, such as carts or app.heap';
  return [{ path, at: 'key', message, fix }];
}

function checkKeys(path: Path, figure: string, metric: MetricDraft, kind: Kind): Finding[] {
  const { main, beside } = keysOf[kind];
  const strange = (['metric', 'query', 'run', 'labels', 'counter', 'quantile'] as const).filter(
    (key) => metric[key] !== undefined && key !== main && !beside.includes(key),
  );
  const missing: Finding[] =
    metric[main] === undefined
      ? [
          {
            path,
            at: 'key',
            message: `figure ${figure} has no \`${main}\`, which a source with \`${kind}\` needs`,
            fix: `add \`${main}\``,
            reliesOn: [[...path, main]],
          },
        ]
      : [];
  return [
    ...missing,
    ...strange.map((key): Finding => ({
      path: [...path, key],
      at: 'key',
      message: `\`${key}\` has no meaning for a source with \`${kind}\``,
      fix:
        main === 'query' && (key === 'counter' || key === 'quantile')
          ? `leave it out, and write ${key === 'counter' ? 'rate' : 'histogram_quantile'}() in the query`
          : `leave it out, and write \`${main}\``,
    })),
  ];
}

function checkUnit(path: Path, figure: string, metric: MetricDraft): Finding[] {
  const { unit } = metric;
  const relied = [path];
  if (isBuiltIn(figure)) {
    const builtIn = figures[figure].unit;
    if (unit === undefined || unit === builtIn) return checkRate(path, figure, metric, builtIn);
    const message = `${figure} is built in, and its unit is ${builtIn}`;
    const fix = 'leave `unit` out and write a `scale` that makes it so, or choose another name';
    return [{ path: [...path, 'unit'], at: 'value', message, fix, reliesOn: relied }];
  }
  if (unit !== undefined) return checkRate(path, figure, metric, unit);
  const message = `figure ${figure} has no \`unit\`, and is not built in`;
  const near = nearestName(figure, Object.keys(figures));
  const fix = `add \`unit\`: share, bytes, duration, count or per-second${near === null ? '' : `; or write ${near}`}`;
  return [{ path, at: 'key', message, fix, reliesOn: [[...path, 'unit']] }];
}

function checkRate(path: Path, figure: string, metric: MetricDraft, unit: string): Finding[] {
  if (!isCounter(metric) || unit === 'per-second' || unit === 'share') return [];
  const why = metric.counter === true ? '' : ', since its name ends in `_total`';
  return [
    {
      path,
      at: 'key',
      message: `figure ${figure} is made of a counter${why}, so it is a rate per second and not ${unit}`,
      fix: 'write `unit: per-second`, or `counter: false` if the total itself is meant',
      reliesOn: [path],
    },
  ];
}

function checkMetricName(path: Path, { metric }: MetricDraft): Finding[] {
  if (metric === undefined || /^[A-Za-z_:][A-Za-z0-9_:]*$/.test(metric)) return [];
  const braces = metric.includes('{');
  return [
    {
      path: [...path, 'metric'],
      at: 'value',
      message: `${JSON.stringify(metric.slice(0, 60))} is not the name of a metric`,
      fix: braces
        ? 'write the labels under `labels`'
        : 'write a name as it stands on the page, such as shop_carts',
    },
  ];
}

function checkLabels(path: Path, { labels = {} }: MetricDraft): Finding[] {
  return Object.entries(labels).flatMap(([name, pattern]): Finding[] => {
    const at = [...path, 'labels', name];
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      const message = `${JSON.stringify(name)} is not the name of a label`;
      return [{ path: at, at: 'key', message, fix: 'write letters, digits and _' }];
    }
    const shown = JSON.stringify(pattern.slice(0, 60));
    if (isPattern(pattern)) {
      if (!mayTakeForEver(pattern)) return [];
      const slow = `${shown} could take for ever on some values`;
      return [{ path: at, at: 'value', message: slow, fix: singleSearches }];
    }
    const message = `${shown} is not a regular expression`;
    return [
      {
        path: at,
        at: 'value',
        message,
        fix: 'write the value of the label, with a backslash before each of ( ) [ ] { } * + ? | . \\',
      },
    ];
  });
}

function isPattern(text: string): boolean {
  try {
    // By itself, so that no bracket closes the ones that are put around it.
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
}

/** What is said beside a quantile has to fit one. */
function checkQuantile(path: Path, draft: MetricDraft): Finding[] {
  const { metric = '', quantile, counter, labels = {}, scale } = draft;
  if (quantile === undefined) return [];
  const finding = (key: string[], at: Finding['at'], message: string, fix: string): Finding => ({
    ...{ path: [...path, ...key], at, message, fix },
  });
  return [
    ...(metric.endsWith('_bucket')
      ? [
          finding(
            ['metric'],
            'value',
            'a `quantile` is taken of a histogram by its name without `_bucket`',
            `write ${metric.slice(0, -'_bucket'.length)}`,
          ),
        ]
      : []),
    ...(counter === undefined
      ? []
      : [
          finding(
            ['counter'],
            'key',
            '`counter` has no meaning beside `quantile`: buckets are counters',
            'leave it out',
          ),
        ]),
    ...(Object.hasOwn(labels, 'le')
      ? [
          finding(
            ['labels', 'le'],
            'key',
            '`quantile` reads all buckets, whose bounds `le` tells',
            'leave it out',
          ),
        ]
      : []),
    ...(scale < 0
      ? [
          finding(
            ['scale'],
            'value',
            'a `quantile` has to be scaled by more than 0',
            'write a number such as 1000',
          ),
        ]
      : []),
  ];
}

const placeholders = ['address', 'port', 'server', 'backend'];

/** A placeholder outside of quotes would be part of the query's own grammar; a misspelt one would match nothing. */
function checkQuery(path: Path, { query }: MetricDraft): Finding[] {
  if (query === undefined) return [];
  const at = [...path, 'query'];
  const finding = (message: string, fix: string): Finding => ({ path: at, at: 'value', message, fix });
  if (query.trim() === '') return [finding('the query is empty', 'write PromQL that gives one value')];
  const outside = query.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`/g, '""');
  return [...query.matchAll(/\{(\w+)\}/g)].flatMap(([written, name = '']) => {
    if (outside.includes(written)) {
      return placeholders.includes(name)
        ? [
            finding(
              `${written} stands outside of quotes`,
              `write it within, such as {instance="${written}:9100"}`,
            ),
          ]
        : [];
    }
    if (placeholders.includes(name)) return [];
    const near = nearestName(name, placeholders);
    return near === null ? [] : [finding(`${written} is not a placeholder`, `write {${near}}`)];
  });
}
