import type { FigureName, Unit } from '../domain/figure.ts';
import { figures, isBuiltIn } from '../domain/figure.ts';
import type {
  CommandMetric,
  HttpAuth,
  PageMetric,
  QueriedMetric,
  SourceSettings,
} from '../domain/sources.ts';
import type { BackendDraft } from './fields.ts';

export type SourceDraft = BackendDraft['sources'][string];
export type MetricDraft = SourceDraft['metrics'][string];

/** `stale` where it is not written: three lost answers in a row are forgiven. */
export const staleFactor = 4;

/** The sources of one backend; whatever is wrong in them has been said already. */
export function sourcesOf({ sources }: BackendDraft): SourceSettings[] {
  return Object.entries(sources).flatMap(([name, source]) => sourceOf(name, source));
}

function sourceOf(name: string, source: SourceDraft): SourceSettings[] {
  const { every, timeout, stale, only = null } = source;
  const both = { name, everyMs: every, deadlineMs: timeout, staleMs: stale ?? staleFactor * every };
  const metrics = Object.entries(source.metrics);
  if (source.exporter !== undefined) {
    const read = metrics.flatMap(([figure, metric]) => pageMetric(figure, metric));
    return [{ ...both, kind: 'exporter', url: source.exporter, only, auth: authOf(source), metrics: read }];
  }
  if (source.prometheus !== undefined) {
    const asked = metrics.flatMap(([figure, metric]) => queried(figure, metric));
    return [{ ...both, kind: 'prometheus', url: source.prometheus, auth: authOf(source), metrics: asked }];
  }
  if (source.ssh === undefined) return [];
  const commands = metrics.flatMap(([figure, metric]) => commandMetric(figure, metric));
  return [{ ...both, kind: 'ssh', proc: source.ssh === 'proc', only, commands }];
}

function pageMetric(figure: FigureName, draft: MetricDraft): PageMetric[] {
  const { metric, labels = {}, scale, quantile = null } = draft;
  if (metric === undefined) return [];
  const both = { figure, unit: unitOfMetric(figure, draft), metric, labels, quantile, scale };
  return [{ ...both, counter: isCounter(draft) }];
}

function queried(figure: FigureName, draft: MetricDraft): QueriedMetric[] {
  if (draft.query === undefined) return [];
  return [{ figure, unit: unitOfMetric(figure, draft), query: draft.query, scale: draft.scale }];
}

function commandMetric(figure: FigureName, draft: MetricDraft): CommandMetric[] {
  if (draft.run === undefined) return [];
  const { run, scale } = draft;
  return [{ figure, unit: unitOfMetric(figure, draft), command: run, counter: isCounter(draft), scale }];
}

/** Whether the value is a total of which a rate is made. */
export function isCounter({ metric, counter, quantile }: MetricDraft): boolean {
  if (quantile !== undefined) return false;
  return counter ?? metric?.endsWith('_total') ?? false;
}

function unitOfMetric(figure: FigureName, { unit }: MetricDraft): Unit {
  return isBuiltIn(figure) ? figures[figure].unit : (unit ?? 'count');
}

/** Who asks; null where nobody is named. */
export function authOf({ auth }: Pick<SourceDraft, 'auth'>): HttpAuth | null {
  if (auth?.tokenFile !== undefined) return { kind: 'bearer', tokenFile: auth.tokenFile };
  if (auth?.user === undefined || auth.passwordFile === undefined) return null;
  return { kind: 'basic', user: auth.user, passwordFile: auth.passwordFile };
}
