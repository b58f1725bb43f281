import type { Comparing, Leaf } from '../../domain/condition.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Samples } from '../../domain/sample.ts';
import { compare, type Verdict } from '../condition.ts';
import { descend, type Descent } from './descent.ts';
import type { Life, RuleFacts, TrendAnswer } from './facts.ts';
import { alignedMs, reachOf, seriesOf } from './reach-back.ts';
import { TrendTrack } from './trend-track.ts';
import { passesAt, UptimeTrack } from './uptime-track.ts';
import { yardstickOf, type Reference, type Yardstick } from './yardstick.ts';

/** How one comparison turned out over time: it stands at one moment, and walks back from change to change. */
export interface Track {
  readonly leaf: Leaf;
  /** Since when `verdict` stands; minus infinity: of what is before nothing is known. */
  readonly at: number;
  readonly verdict: Verdict;
  /** Whether it stands at a sample. */
  readonly sampled: boolean;
  /** What was compared, and with what, for people; NaN: there is nothing. */
  readonly value: number;
  readonly reference: Reference | null;
  readonly trend: TrendAnswer | null;
  /** When its verdict could turn by time alone, seen from where it stands; null: it does not. */
  readonly turnsAt: number | null;
  /** Stands at what is newest at this moment, which may be later than the one before. */
  stand(now: number): void;
  back(): void;
}

/** Makes the tracks of one comparison or trend, one per server. Pure but for where a track stands. */
export function tracksOf(leaf: Leaf, facts: RuleFacts): (life: Life) => Track {
  if (leaf.kind === 'reaches') return (life) => new TrendTrack(leaf, life, facts);
  if (leaf.figure === 'uptime') {
    return ({ youngSince }) => new UptimeTrack(leaf, youngSince, passesAt(leaf, youngSince));
  }
  const yardstick = yardstickOf(leaf, facts);
  return (life) => new SampleTrack(leaf, yardstick, life, facts);
}

/** Samples of the server itself; what it is divided by and compared with is taken at the same moments. */
class SampleTrack implements Track {
  readonly leaf: Comparing;
  readonly trend = null;
  readonly turnsAt = null;
  at = Number.NEGATIVE_INFINITY;
  verdict: Verdict = 'unknown';
  sampled = false;
  value = Number.NaN;
  private readonly server: ServerId;
  private readonly since: number;
  private readonly samples: Samples;
  private readonly below: Descent | null;
  private readonly yardstick: Yardstick;
  private cursor = -1;

  constructor(leaf: Comparing, yardstick: Yardstick, { server, youngSince }: Life, facts: RuleFacts) {
    const reach = reachOf(facts.rule);
    this.leaf = leaf;
    this.server = server;
    this.since = youngSince ?? Number.NEGATIVE_INFINITY;
    this.samples = seriesOf(facts.measured, server, leaf.figure, reach);
    this.below =
      leaf.per === null
        ? null
        : descend(seriesOf(facts.measured, server, leaf.per, reach), this.since, alignedMs(reach));
    this.yardstick = yardstick;
  }

  get reference(): Reference | null {
    return this.yardstick.reference;
  }

  stand(now: number): void {
    this.cursor = this.samples.length - 1;
    while (this.cursor >= 0 && this.samples.at(this.cursor) > now) this.cursor -= 1;
    this.read();
  }

  back(): void {
    this.cursor -= 1;
    this.read();
  }

  private read(): void {
    const at = this.cursor < 0 ? Number.NEGATIVE_INFINITY : this.samples.at(this.cursor);
    this.sampled = at >= this.since && at !== Number.NEGATIVE_INFINITY;
    if (!this.sampled) {
      this.cursor = -1;
      this.at = Number.NEGATIVE_INFINITY;
      this.verdict = 'unknown';
      this.value = Number.NaN;
      return;
    }
    this.at = at;
    this.value = this.samples.value(this.cursor);
    if (this.below !== null) {
      const by = this.below(at);
      this.value = by > 0 ? this.value / by : Number.NaN;
    }
    this.verdict = compare(this.value, this.leaf.comparison, this.yardstick.limitAt(this.server, at));
  }
}
