import type { CapacitySettings, TrafficFigure } from '../domain/capacity.ts';
import { RejuvError } from '../domain/errors.ts';
import { formatServerId, type BackendName, type ServerId } from '../domain/names.ts';
import type { Measurements, Samples } from '../domain/sample.ts';

/** What the capacity gate is asked about. */
export interface CapacityFacts {
  readonly backend: BackendName;
  readonly settings: CapacitySettings;
  /** The server that would leave. */
  readonly target: ServerId;
  /** The spare that would come; null: none does. */
  readonly spare: ServerId | null;
  /** Those that serve now, the target among them. */
  readonly serving: readonly ServerId[];
  /** Every server of the backend: past weeks may have been served by others. */
  readonly all: readonly ServerId[];
  /** Requests that wait for one of them, and in the queue of the backend for any of them; null: unknown. */
  readonly waiting: { readonly atServers: number; readonly atBackend: number } | null;
  /** What each may carry at once, as HAProxy limits it; a server without a limit is missing. */
  readonly limits: ReadonlyMap<string, number>;
  readonly measured: Measurements;
  /** How long such an operation usually takes. */
  readonly lastsMs: number;
  readonly now: number;
}

const nowMs = 5 * 60_000;
const hourMs = 3_600_000;
const dayHours = 24;

/**
 * Why the others could not carry the traffic, or null. Each server is taken to carry what it has been seen to carry in the
 * last week, and no more than HAProxy lets it; a spare that never served is taken for the weakest of the others. Pure.
 */
export function capacityProblem(facts: CapacityFacts): RejuvError | null {
  const { backend, waiting, settings } = facts;
  if (waiting === null) return unknown(facts, 'how many requests wait is unknown');
  const { atServers, atBackend } = waiting;
  if (atBackend > 0) return new RejuvError('backend-queueing', { backend, queue: atBackend });
  if (atServers > 0) return new RejuvError('requests-queueing', { backend, queue: atServers });
  for (const figure of settings.figures) {
    const problem = problemBy(figure, facts);
    if (problem !== null) return problem;
  }
  return null;
}

function problemBy(figure: TrafficFigure, facts: CapacityFacts): RejuvError | null {
  const { serving, measured, now, settings, lastsMs, backend, target } = facts;
  const silent = serving.find((id) => measured.freshness(id, figure, now).kind !== 'fresh');
  if (silent !== undefined) return unknown(facts, `${figure} of ${formatServerId(silent)} is not measured`);
  const have = carried(figure, facts);
  if (have === null) return unknown(facts, `nobody has seen what its servers carry by ${figure}`);
  const served = sum(serving.map((id) => latestMean(measured.recent(id, figure), now)));
  const usual = usualDemand(figure, facts, now, lastsMs);
  const need = Math.max(served, usual ?? 0) * (1 + settings.headroom);
  if (need <= have) return null;
  return new RejuvError('no-capacity', {
    ...target,
    backend,
    figure,
    served: rounded(served),
    usual: usual === null ? 'unknown' : rounded(usual),
    need: rounded(need),
    have: rounded(have),
    until: nextLow(figure, facts, have) ?? 'unknown',
  });
}

/** What the servers that remain, and the spare, have been seen to carry; null: none was ever seen to serve. */
function carried(
  figure: TrafficFigure,
  { serving, target, spare, measured, limits }: CapacityFacts,
): number | null {
  const key = formatServerId(target);
  const most = (id: ServerId): number => {
    const seen = Math.max(highest(measured.aggregated(id, figure)), highest(measured.recent(id, figure)));
    const limit = figure === 'sessions' ? limits.get(formatServerId(id)) : undefined;
    return limit === undefined ? seen : Math.min(seen, limit);
  };
  const others = serving.filter((id) => formatServerId(id) !== key).map(most);
  if (spare === null) return others.length === 0 ? null : sum(others);
  const seen = most(spare);
  const alike = [...others, most(target)].filter((value) => value > 0);
  if (seen > 0) return sum(others) + seen;
  return alike.length === 0 ? null : sum(others) + Math.min(...alike);
}

/** The most that is usual in the hours that it would take, from past weeks; null: there are none. */
function usualDemand(
  figure: TrafficFigure,
  { all, measured }: CapacityFacts,
  fromAt: number,
  lastsMs: number,
): number | null {
  let most: number | null = null;
  for (let at = fromAt; at <= fromAt + lastsMs + hourMs; at += hourMs) {
    // One that did not serve then has no usual traffic, and adds none.
    const usual = all.flatMap((id) => measured.usual(id, figure, at)?.mean ?? []);
    if (usual.length > 0) most = Math.max(most ?? 0, sum(usual));
  }
  return most;
}

/** When past weeks would let it: the next hour of the coming day in which they had less. */
function nextLow(figure: TrafficFigure, facts: CapacityFacts, have: number): string | null {
  const firstHour = Math.floor(facts.now / hourMs) + 1;
  for (let hour = firstHour; hour < firstHour + dayHours; hour += 1) {
    const usual = usualDemand(figure, facts, hour * hourMs, facts.lastsMs);
    if (usual !== null && usual * (1 + facts.settings.headroom) <= have) {
      return new Date(hour * hourMs).toISOString();
    }
  }
  return null;
}

function latestMean(samples: Samples, now: number): number {
  let total = 0;
  let count = 0;
  for (let i = samples.length - 1; i >= 0 && samples.at(i) > now - nowMs; i -= 1) {
    total += samples.value(i);
    count += 1;
  }
  // Fresh, and still nothing in five minutes: its source is a slow one.
  return count === 0 ? samples.value(samples.length - 1) : total / count;
}

function highest(samples: Samples): number {
  let most = 0;
  for (let i = 0; i < samples.length; i += 1) most = Math.max(most, samples.value(i));
  return most;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function rounded(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function unknown({ backend }: CapacityFacts, problem: string): RejuvError {
  return new RejuvError('capacity-unknown', { backend, problem });
}
