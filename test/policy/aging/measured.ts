import { readCondition } from '../../../src/config/condition.ts';
import type { AgingRule } from '../../../src/domain/aging.ts';
import type { Condition } from '../../../src/domain/condition.ts';
import type { FigureName } from '../../../src/domain/figure.ts';
import { backendName, serverName, type ServerId } from '../../../src/domain/names.ts';
import type { Measurements, Samples } from '../../../src/domain/sample.ts';
import type { ServerFacts, SharedFacts } from '../../../src/policy/aging/facts.ts';
import { Peers, type Peer } from '../../../src/policy/aging/peers.ts';

/** Instant and value, oldest first. */
export type Series = readonly (readonly [at: number, value: number])[];

/** What was measured of each server, by figure. */
export type Written = Readonly<Record<string, Readonly<Record<FigureName, Series>>>>;

const none: Series = [];

/** Samples that a test wrote down; a figure is stale `staleMs` after its last one. */
export function measured(written: Written, staleMs = 60_000): Measurements {
  const seriesOf = ({ server }: ServerId, figure: FigureName): Series | undefined =>
    written[server]?.[figure];
  const samples = (server: ServerId, figure: FigureName): Samples => {
    const series = seriesOf(server, figure) ?? none;
    return {
      length: series.length,
      at: (index) => series[index]?.[0] ?? Number.NaN,
      value: (index) => series[index]?.[1] ?? Number.NaN,
    };
  };
  return {
    recent: samples,
    aggregated: samples,
    usual: () => null,
    youngSince: () => null,
    freshness: (server, figure, now) => {
      const series = seriesOf(server, figure);
      if (series === undefined) return { kind: 'unmeasured' };
      const last = series.findLast(([at]) => at <= now);
      if (last !== undefined && now < last[0] + staleMs) {
        return { kind: 'fresh', source: 'node', until: last[0] + staleMs };
      }
      return { kind: 'stale', source: 'node', since: last?.[0] ?? null, problem: null };
    },
  };
}

export function idOf(server: string): ServerId {
  return { backend: backendName('shop'), server: serverName(server) };
}

export function condition(text: string): Condition {
  const reading = readCondition(text);
  if (!('value' in reading)) throw new Error(`${text} ${reading.wrong}`);
  return reading.value;
}

export function rule(when: string, change: Partial<AgingRule> = {}): AgingRule {
  return {
    ...{ severity: 'aging', text: when, condition: condition(when), clears: null },
    ...{ forMs: 0, samples: null, confirmMs: 0, ...change },
  };
}

export type AgingFacts = SharedFacts & ServerFacts;

/** What a test says about web1 that is not so of others. */
export interface Change extends Partial<Omit<AgingFacts, 'peers' | 'life'>> {
  readonly peers?: readonly Peer[];
  readonly youngSince?: number | null;
}

/** Facts about web1, which has no peers and has run for ever unless told otherwise. */
export function facts(
  measurements: Measurements,
  now: number,
  { peers = [], youngSince = null, ...change }: Change = {},
): AgingFacts {
  return {
    life: { server: idOf('web1'), youngSince },
    peers: new Peers(peers, measurements),
    measured: measurements,
    own: [],
    forecast: () => ({ kind: 'not-enough-data' }),
    before: null,
    now,
    ...change,
  };
}
