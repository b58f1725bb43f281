// What the clients saw, counted. One object per run; it is also what the load reports as JSON.

/** The kinds of clients: what they do between two requests, and how long one of theirs should take. */
export const kinds = {
  keepAlive: { path: '/', keepAlive: true, cookie: false, expectedMs: 0 },
  cookie: { path: '/', keepAlive: true, cookie: true, expectedMs: 0 },
  short: { path: '/', keepAlive: false, cookie: false, expectedMs: 0 },
  slow: { path: '/slow?ms=1500', keepAlive: true, cookie: false, expectedMs: 1500 },
  // Many at once on servers with a small `maxconn`: they wait in HAProxy's queue, bound to their server by a cookie.
  queued: { path: '/slow?ms=200', keepAlive: true, cookie: true, expectedMs: 200 },
} as const;

export type Kind = keyof typeof kinds;

/** Failures kept with their details; beyond, they are only counted. */
const keptFailures = 20;
/** More than this over the expected time counts as slow. */
const slowMs = 1000;

export interface Failure {
  readonly at: string;
  readonly kind: Kind;
  readonly lb: string;
  readonly error: string;
  readonly status?: number;
  readonly server?: string;
  readonly ms: number;
}

export interface LoadSummary {
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  readonly slow: number;
  readonly unfinished: number;
  readonly perServer: Readonly<Record<string, number>>;
  readonly perKind: Readonly<Record<string, { sent: number; ok: number; failed: number; slow: number }>>;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** The first ones, in detail. */
  readonly failures: readonly Failure[];
  /** When each failure was seen, in milliseconds since the epoch. */
  readonly failedAt: readonly number[];
  readonly startedAt: string;
  readonly elapsedMs: number;
}

export interface Counts {
  sent(kind: Kind): void;
  ok(kind: Kind, server: string, ms: number): void;
  failed(kind: Kind, failure: Omit<Failure, 'at' | 'kind'>): void;
  summary(): LoadSummary;
}

export function makeCounts(): Counts {
  const startedAt = new Date();
  const start = performance.now();
  const total = { sent: 0, ok: 0, failed: 0, slow: 0 };
  const perKind: Record<string, { sent: number; ok: number; failed: number; slow: number }> = {};
  const perServer: Record<string, number> = {};
  const failures: Failure[] = [];
  const failedAt: number[] = [];
  // Time over the expectation in whole milliseconds -> how many: small however long the run is.
  const over = new Map<number, number>();
  let max = 0;
  const add = (kind: Kind, what: keyof typeof total): void => {
    total[what] += 1;
    const row = (perKind[kind] ??= { sent: 0, ok: 0, failed: 0, slow: 0 });
    row[what] += 1;
  };
  const percentile = (share: number): number => {
    let left = Math.ceil(share * total.ok);
    for (const [ms, count] of [...over].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return ms;
    }
    return 0;
  };
  return {
    sent: (kind) => add(kind, 'sent'),
    ok(kind, server, ms) {
      add(kind, 'ok');
      perServer[server] = (perServer[server] ?? 0) + 1;
      const late = Math.max(0, Math.round(ms - kinds[kind].expectedMs));
      over.set(late, (over.get(late) ?? 0) + 1);
      max = Math.max(max, late);
      if (late > slowMs) add(kind, 'slow');
    },
    failed(kind, failure) {
      add(kind, 'failed');
      const now = new Date();
      failedAt.push(now.getTime());
      if (failures.length < keptFailures) failures.push({ at: now.toISOString(), kind, ...failure });
    },
    summary: () => ({
      ...total,
      unfinished: total.sent - total.ok - total.failed,
      perServer,
      perKind,
      latencyMs: { p50: percentile(0.5), p99: percentile(0.99), max },
      failures,
      failedAt,
      startedAt: startedAt.toISOString(),
      elapsedMs: Math.round(performance.now() - start),
    }),
  };
}
