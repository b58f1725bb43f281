/** What a figure counts. Shares are 0 to 1 and written as percentages, durations are milliseconds. */
export type Unit = 'share' | 'bytes' | 'duration' | 'count' | 'per-second';

interface FigureLaw {
  readonly unit: Unit;
  readonly description: string;
}

/**
 * The built-in figures of one server. A source gives some of them, under the same names and in these units whatever it
 * measures itself; a config file may add names of its own.
 */
export const figures = {
  sessions: { unit: 'count', description: 'current sessions, on both load balancers together' },
  queue: { unit: 'count', description: 'requests that wait for it, on both load balancers together' },
  uptime: { unit: 'duration', description: 'since its host booted or its last rejuvenation ended' },
  load: { unit: 'count', description: 'runnable and waiting processes, average of one minute' },
  'memory.used': { unit: 'share', description: 'of the memory of the host that is not available' },
  'swap.used': { unit: 'share', description: 'of the swap space of the host; 0 where there is none' },
  'buffers.used': { unit: 'bytes', description: 'socket and page buffers of the host' },
  'files.open': { unit: 'count', description: 'open files of the host' },
  threads: {
    unit: 'count',
    description: 'threads of the host, or of the application where its exporter says',
  },
  'process.memory': { unit: 'bytes', description: 'resident memory of the application' },
  'process.files': { unit: 'count', description: 'open files of the application' },
  'requests.rate': { unit: 'per-second', description: 'requests, on both load balancers together' },
  'errors.rate': { unit: 'per-second', description: 'requests that failed or were answered 5xx' },
  'latency.p95': { unit: 'duration', description: 'of 95 % of the answers, at most' },
} as const satisfies Readonly<Record<string, FigureLaw>>;

/** A built-in name, or one of the config file's own. */
export type FigureName = string;

/** A figure that a config file names itself. */
export interface OwnFigure {
  readonly name: FigureName;
  readonly unit: Unit;
}

/** The unit of a built-in figure, else of one of the backend's own; null: nobody knows the name. */
export function unitOf(name: FigureName, own: readonly OwnFigure[]): Unit | null {
  if (isBuiltIn(name)) return figures[name].unit;
  return own.find((one) => one.name === name)?.unit ?? null;
}

export function isBuiltIn(name: FigureName): name is keyof typeof figures {
  return Object.hasOwn(figures, name);
}

/** The unit of one figure per another. Of two rates it is a share, such as failed requests per request. */
export function quotientUnit(unit: Unit, per: Unit): Unit {
  return unit === 'per-second' && per === 'per-second' ? 'share' : unit;
}

/** Words of the language of conditions, which no figure can be called. */
const reserved: readonly string[] = [
  ...['and', 'or', 'not', 'per', 'reaches', 'falls', 'to', 'within', 'freshest', 'peers'],
];

/** Whether the language of conditions means something else by it. */
export function isReserved(text: string): boolean {
  return reserved.includes(text);
}

/** Whether a figure may be called so: words of small letters and digits, with dots between them. */
export function isFigureName(text: string): boolean {
  return /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/.test(text) && text.length <= 100 && !isReserved(text);
}
