import type { FigureName, OwnFigure, Unit } from './figure.ts';

/** Where figures of the servers of one backend come from. HAProxy's own figures need no source: the poll has them. */
export type SourceSettings = ExporterSource | PrometheusSource | SshSource;

/** Who asks. The secret is in a file of the sidecar's machine, and read again for each question. */
export type HttpAuth =
  | { readonly kind: 'basic'; readonly user: string; readonly passwordFile: string }
  | { readonly kind: 'bearer'; readonly tokenFile: string };

/** What the samples need to know of a source. HAProxy's own figures have one too. */
export interface SampledSource {
  /** Of the config file. */
  readonly name: string;
  readonly everyMs: number;
  /** Without a usable value for longer, what rests on it is blocked. */
  readonly staleMs: number;
}

/** What HAProxy says itself is kept under this name, which no source of a config file can have. */
export const haproxySourceName = 'haproxy';

interface EverySource extends SampledSource {
  /** For one answer of one server. */
  readonly deadlineMs: number;
}

/** A page in the Prometheus text format on each server: node_exporter, a process exporter, the application's own. */
export interface ExporterSource extends EverySource {
  readonly kind: 'exporter';
  /** With the placeholders {address}, {port}, {server}, {backend}. */
  readonly url: string;
  /** Which built-in figures are taken from the page; null: all that it has. */
  readonly only: readonly FigureName[] | null;
  readonly auth: HttpAuth | null;
  /** Figures beside the ones that a well-known exporter gives by itself. */
  readonly metrics: readonly PageMetric[];
}

/** One figure from the series of a page whose labels all match; several series are added up. */
export interface PageMetric {
  readonly figure: FigureName;
  readonly unit: Unit;
  readonly metric: string;
  /** Anchored regular expressions, by label. */
  readonly labels: Readonly<Record<string, string>>;
  /** True for a total that only grows. */
  readonly counter: boolean;
  /** Of a histogram that `metric` names without its `_bucket`: 0.95 for 95 %; null: it is none. */
  readonly quantile: number | null;
  /** What the value is multiplied with to be in the unit: 1000 for seconds as a duration. */
  readonly scale: number;
}

/** A Prometheus server, asked for each server of the backend. */
export interface PrometheusSource extends EverySource {
  readonly kind: 'prometheus';
  /** Its base URL. */
  readonly url: string;
  readonly auth: HttpAuth | null;
  readonly metrics: readonly QueriedMetric[];
}

export interface QueriedMetric {
  readonly figure: FigureName;
  readonly unit: Unit;
  /** PromQL with the same placeholders; has to give exactly one value. */
  readonly query: string;
  readonly scale: number;
}

/** The server itself, over its SSH login. */
export interface SshSource extends EverySource {
  readonly kind: 'ssh';
  /** The built-in reader of /proc. */
  readonly proc: boolean;
  /** Which built-in figures are taken from /proc; null: all. */
  readonly only: readonly FigureName[] | null;
  readonly commands: readonly CommandMetric[];
}

/** A command that prints one number. */
export interface CommandMetric {
  readonly figure: FigureName;
  readonly unit: Unit;
  readonly command: string;
  readonly counter: boolean;
  readonly scale: number;
}

/** The names that a backend's sources add to the built-in ones. */
export function ownFigures(sources: readonly SourceSettings[]): OwnFigure[] {
  return sources.flatMap((source) =>
    (source.kind === 'ssh' ? source.commands : source.metrics).map(({ figure, unit }) => ({
      name: figure,
      unit,
    })),
  );
}

/** What the poll of the load balancers and the records say of every server, without any source. */
const withoutSource: readonly FigureName[] = ['sessions', 'queue', 'uptime', 'requests.rate', 'errors.rate'];

/** What a source may give beside the metrics that its section names. Kept equal to io/metrics by a test. */
export const givenByItself = {
  exporter: [
    'load',
    'memory.used',
    'swap.used',
    'buffers.used',
    'files.open',
    'threads',
    'process.memory',
    'process.files',
  ],
  prometheus: [],
  ssh: ['load', 'memory.used', 'swap.used', 'buffers.used', 'files.open', 'threads'],
} as const satisfies Readonly<Record<SourceSettings['kind'], readonly FigureName[]>>;

/** The figures that one source may give. */
export function figuresOf(source: SourceSettings): FigureName[] {
  const named = source.kind === 'ssh' ? source.commands : source.metrics;
  const all: readonly FigureName[] = source.kind === 'ssh' && !source.proc ? [] : givenByItself[source.kind];
  const only = source.kind === 'prometheus' ? null : source.only;
  const own = only === null ? all : all.filter((figure) => only.includes(figure));
  return [...own, ...named.map(({ figure }) => figure)];
}

/** Every figure that can be known of the servers of a backend with these sources. */
export function figuresGiven(sources: readonly SourceSettings[]): Set<FigureName> {
  return new Set([...withoutSource, ...sources.flatMap(figuresOf)]);
}
