import type { BakeMargins, Counters, CountedRow } from '../domain/bake.ts';
import { formatPercent } from './percent.ts';
import { atLeast } from './binomial.ts';
import type { ServerName } from '../domain/names.ts';
import { rowOf, sameProcess, type ServerRow, type Snapshot } from '../domain/snapshot.ts';
import { isServing } from './serving.ts';

/** Since the first look, over both load balancers. */
export interface Fared {
  readonly requests: number;
  readonly errors: number;
  /** Mean time to the first byte of these requests; null: HAProxy tells none, as in tcp. */
  readonly meanMs: number | null;
  /** How far the mean may be off, because HAProxy rounds its average to whole milliseconds. */
  readonly roundingMs: number;
}

export type BakeVerdict =
  | { readonly kind: 'as-good'; readonly because: string }
  | { readonly kind: 'too-few'; readonly because: string }
  | { readonly kind: 'worse'; readonly because: string };

/** HAProxy's averages cover so many requests (TIME_STATS_SAMPLES): each new one replaces that part of the average. */
const averaged = 512;

/** The counters of a server and its peers now, as the start of a comparison. */
export function countersIn(snapshot: Snapshot, server: ServerName, peers: readonly ServerName[]): Counters {
  return Object.fromEntries(
    snapshot.views.map(({ name, process, servers }) => [
      name,
      {
        process,
        rows: Object.fromEntries(
          servers
            .filter(({ id }) => id.server === server || peers.includes(id.server))
            .map((row) => [row.id.server, counted(row)]),
        ),
      },
    ]),
  );
}

function counted({ sessionsTotal, errorsTotal, responseMs }: ServerRow): CountedRow {
  return { requests: sessionsTotal, errors: errorsTotal, responseMs };
}

/** How one server, or several together, fared since `before`. A new process has counted from zero since. */
export function faredSince(
  before: Counters,
  snapshot: Snapshot,
  backend: ServerRow['id']['backend'],
  names: readonly ServerName[],
  allowUnchecked: boolean,
): Fared {
  const parts = snapshot.views.flatMap((view) => {
    const first = before[view.name];
    return names.flatMap((server) => {
      const row = rowOf(view, { backend, server });
      if (row === undefined || !isServing(row, allowUnchecked)) return [];
      const same = first !== undefined && sameProcess(first.process, view.process);
      const base = same ? first.rows[server] : nothingCounted;
      return base === undefined ? [] : [since(base, counted(row))];
    });
  });
  const timed = parts.filter(({ meanMs }) => meanMs !== null);
  const weighed = timed.reduce((sum, { requests }) => sum + requests, 0);
  const mean = (of: (part: Fared) => number): number =>
    timed.reduce((sum, part) => sum + (of(part) * part.requests) / weighed, 0);
  return {
    requests: parts.reduce((sum, { requests }) => sum + requests, 0),
    errors: parts.reduce((sum, { errors }) => sum + errors, 0),
    meanMs: weighed === 0 ? null : mean(({ meanMs }) => meanMs ?? 0),
    roundingMs: weighed === 0 ? 0 : mean(({ roundingMs }) => roundingMs),
  };
}

const nothingCounted: CountedRow = { requests: 0, errors: 0, responseMs: null };

/**
 * HAProxy tells an average that still holds requests of before; what of it is left after so many new ones is known, so
 * the mean of the new ones alone can be had.
 */
function since(before: CountedRow, now: CountedRow): Fared {
  const requests = Math.max(0, now.requests - before.requests);
  // One request may fail on more than one try, and be counted each time.
  const errors = Math.min(requests, Math.max(0, now.errors - before.errors));
  if (requests === 0 || now.responseMs === null) return { requests, errors, meanMs: null, roundingMs: 0 };
  const left = before.responseMs === null ? 0 : leftOfAverage(before.requests, requests);
  const old = before.responseMs ?? 0;
  const meanMs = Math.max(0, (now.responseMs - old * left) / (1 - left));
  return { requests, errors, meanMs, roundingMs: (1 + left) / (1 - left) };
}

/** The part of the average that `before` requests still have after as many new ones. */
function leftOfAverage(before: number, added: number): number {
  const plain = Math.max(0, Math.min(added, averaged - before));
  const share = before / (before + plain);
  return share * (1 - 1 / averaged) ** (added - plain);
}

/**
 * Whether a server fares worse than its peers beyond the margins. Errors by an exact test: if its share of errors were
 * just `margin` times that of its peers, this many of all errors would be its own only with a chance below `alpha`
 * (conditional comparison of two Poisson rates; Przyborowski and Wilenski 1940). HAProxy tells no spread of its times, so
 * latency is no test: the means over enough requests, apart by more than the margin and by more than rounding. Pure.
 */
export function judgeBake(server: Fared, peers: Fared, margins: BakeMargins, alpha: number): BakeVerdict {
  const because = describe(server, peers);
  const few = Math.min(server.requests, peers.requests) < margins.minRequests;
  if (few) return { kind: 'too-few', because: `too few requests to tell: ${because}` };
  const all = server.errors + peers.errors;
  const due = (margins.errors * server.requests) / (margins.errors * server.requests + peers.requests);
  const chance = atLeast(server.errors, all, due);
  if (chance < alpha) {
    return { kind: 'worse', because: `more than ${margins.errors} times the errors: ${because}` };
  }
  if (server.meanMs !== null && peers.meanMs !== null) {
    const fastest = server.meanMs - server.roundingMs;
    const slowest = margins.latency * (peers.meanMs + peers.roundingMs);
    if (fastest > slowest) {
      return { kind: 'worse', because: `more than ${margins.latency} times as slow: ${because}` };
    }
  }
  return { kind: 'as-good', because };
}

function describe(server: Fared, peers: Fared): string {
  const one = ({ requests, errors, meanMs }: Fared): string =>
    `${errors} error(s) in ${requests} request(s) (${formatPercent(errors, requests)})` +
    (meanMs === null ? '' : `, ${Math.round(meanMs)} ms`);
  return `${one(server)}; its peers ${one(peers)}`;
}
