import type { figures } from '../../domain/figure.ts';

/** The kinds of pages that are known by their metrics. */
export type PageKind = 'node' | 'process' | 'application';

type BuiltIn = keyof typeof figures;

/** How a figure comes out of the values of its metrics, in their order. */
export const formulas = {
  same: { text: 'as it is', reckon: ([a = Number.NaN]) => a },
  unavailable: { text: '1 − first / second', reckon: ([a = Number.NaN, b = Number.NaN]) => 1 - a / b },
  taken: {
    text: '(first − second) / first; 0 where first is 0',
    reckon: ([a = Number.NaN, b = Number.NaN]) => (a === 0 ? 0 : (a - b) / a),
  },
  sum: { text: 'added up', reckon: (values) => values.reduce((total, value) => total + value, 0) },
} as const satisfies Readonly<
  Record<string, { readonly text: string; readonly reckon: (values: readonly number[]) => number }>
>;

/** One row: the figure of a page, the metrics that it is made of, and how. Of several rows the first that can be made counts. */
export interface KnownFigure {
  readonly page: PageKind;
  readonly figure: BuiltIn;
  readonly metrics: readonly string[];
  readonly formula: keyof typeof formulas;
  /** Labels that pick the series. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Which exporter or library writes it, where not each of the kind does. */
  readonly by?: string;
}

/** What is read of well-known pages without a word in the config file. docs/sources.md is made from it. */
export const knownFigures: readonly KnownFigure[] = [
  { page: 'node', figure: 'load', metrics: ['node_load1'], formula: 'same' },
  {
    page: 'node',
    figure: 'memory.used',
    metrics: ['node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes'],
    formula: 'unavailable',
  },
  {
    page: 'node',
    figure: 'swap.used',
    metrics: ['node_memory_SwapTotal_bytes', 'node_memory_SwapFree_bytes'],
    formula: 'taken',
  },
  {
    page: 'node',
    figure: 'buffers.used',
    metrics: ['node_memory_Buffers_bytes', 'node_sockstat_TCP_mem_bytes', 'node_sockstat_UDP_mem_bytes'],
    formula: 'sum',
  },
  { page: 'node', figure: 'files.open', metrics: ['node_filefd_allocated'], formula: 'same' },
  {
    page: 'node',
    figure: 'threads',
    metrics: ['node_processes_threads'],
    formula: 'same',
    by: 'only with `--collector.processes`',
  },
  {
    page: 'process',
    figure: 'process.memory',
    metrics: ['namedprocess_namegroup_memory_bytes'],
    labels: { memtype: 'resident' },
    formula: 'same',
  },
  {
    page: 'process',
    figure: 'process.files',
    metrics: ['namedprocess_namegroup_open_filedesc'],
    formula: 'same',
  },
  { page: 'process', figure: 'threads', metrics: ['namedprocess_namegroup_num_threads'], formula: 'same' },
  {
    page: 'application',
    figure: 'process.memory',
    metrics: ['process_resident_memory_bytes'],
    formula: 'same',
    by: 'Go, Python, Node (prom-client), Java (client_java)',
  },
  {
    page: 'application',
    figure: 'process.memory',
    metrics: ['process_working_set_bytes'],
    formula: 'same',
    by: '.NET',
  },
  { page: 'application', figure: 'process.files', metrics: ['process_open_fds'], formula: 'same' },
  {
    page: 'application',
    figure: 'process.files',
    metrics: ['process_files_open_files'],
    formula: 'same',
    by: 'Java (Micrometer)',
  },
  {
    page: 'application',
    figure: 'threads',
    metrics: ['jvm_threads_live_threads'],
    formula: 'same',
    by: 'Java (Micrometer)',
  },
  {
    page: 'application',
    figure: 'threads',
    metrics: ['jvm_threads_current'],
    formula: 'same',
    by: 'Java (client_java)',
  },
  { page: 'application', figure: 'threads', metrics: ['go_threads'], formula: 'same', by: 'Go' },
  { page: 'application', figure: 'threads', metrics: ['process_num_threads'], formula: 'same', by: '.NET' },
];

/** When what began, in Unix seconds of the clock there. */
export const knownStarts: readonly {
  readonly page: PageKind;
  readonly what: 'host' | 'application';
  readonly metric: string;
}[] = [
  { page: 'node', what: 'host', metric: 'node_boot_time_seconds' },
  { page: 'process', what: 'application', metric: 'namedprocess_namegroup_oldest_start_time_seconds' },
  { page: 'application', what: 'application', metric: 'process_start_time_seconds' },
];

/** The clock there, in Unix seconds. */
export const clockMetric = 'node_time_seconds';

/** Every exporter that is made with Prometheus' own library has one; what is `process_` there is the exporter itself. */
const exporterMark = /_exporter_build_info$/;

const known = new Set([
  clockMetric,
  ...knownFigures.flatMap(({ metrics }) => metrics),
  ...knownStarts.map(({ metric }) => metric),
]);

/** Whether a metric is needed for a built-in figure, or to know the page. */
export function isKnownMetric(name: string): boolean {
  return known.has(name) || exporterMark.test(name);
}

/** By each of these, a page is known. */
function marksOf(kind: PageKind): readonly string[] {
  const figures = knownFigures.filter(({ page }) => page === kind).flatMap(({ metrics }) => metrics);
  return [...figures, ...knownStarts.filter(({ page }) => page === kind).map(({ metric }) => metric)];
}

const marks = { node: marksOf('node'), process: marksOf('process'), application: marksOf('application') };

/** What page it is, by the names on it; null: none that is known. */
export function kindOf(there: ReadonlyMap<string, unknown>): PageKind | null {
  const has = (kind: PageKind): boolean => marks[kind].some((metric) => there.has(metric));
  if (has('node')) return 'node';
  if (has('process')) return 'process';
  if ([...there.keys()].some((name) => exporterMark.test(name))) return null;
  return has('application') ? 'application' : null;
}
