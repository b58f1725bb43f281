import type { Comparing, Leaf, Reaching } from '../../domain/condition.ts';
import type { Samples } from '../../domain/sample.ts';
import { compare, type Verdict } from '../condition.ts';
import { descend, type Descent } from './descent.ts';
import { alignedMs, seriesOf, type RuleFacts, type TrendAnswer } from './facts.ts';
import { yardstickOf, type Yardstick } from './yardstick.ts';

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
  readonly reference: Yardstick['reference'];
  readonly trend: TrendAnswer | null;
  back(): void;
}

/** The track of a comparison or a trend, standing at what is newest. Pure but for its place. */
export function trackOf(leaf: Leaf, facts: RuleFacts): Track {
  if (leaf.kind === 'reaches') return new TrendTrack(leaf, facts);
  return leaf.figure === 'uptime' ? new UptimeTrack(leaf, facts) : new SampleTrack(leaf, facts);
}

/** Samples of the server itself; what it is divided by and compared with is taken at the same moments. */
class SampleTrack implements Track {
  readonly leaf: Comparing;
  readonly trend = null;
  at = Number.NEGATIVE_INFINITY;
  verdict: Verdict = 'unknown';
  sampled = false;
  value = Number.NaN;
  private readonly samples;
  private readonly since: number;
  private readonly below: Descent | null;
  private readonly yardstick: Yardstick;
  private cursor: number;

  constructor(leaf: Comparing, facts: RuleFacts) {
    this.leaf = leaf;
    this.samples = seriesOf(facts, facts.server, leaf.figure);
    this.since = facts.youngSince ?? Number.NEGATIVE_INFINITY;
    this.below =
      leaf.per === null
        ? null
        : descend(seriesOf(facts, facts.server, leaf.per), this.since, alignedMs(facts));
    this.yardstick = yardstickOf(leaf, facts);
    this.cursor = this.samples.length - 1;
    while (this.cursor >= 0 && this.samples.at(this.cursor) > facts.now) this.cursor -= 1;
    this.read();
  }

  get reference(): Yardstick['reference'] {
    return this.yardstick.reference;
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
    this.verdict = compare(this.value, this.leaf.comparison, this.yardstick.limitAt(at));
  }
}

/** An uptime needs no samples: it grows by itself, and passes its limit once. */
class UptimeTrack implements Track {
  readonly leaf: Comparing;
  readonly sampled = false;
  readonly reference = null;
  readonly trend = null;
  at: number;
  verdict: Verdict;
  value: number;
  private readonly born: number | null;

  constructor(leaf: Comparing, { youngSince, now }: RuleFacts) {
    this.leaf = leaf;
    this.born = youngSince;
    const passes = passesAt(leaf, youngSince) ?? Infinity;
    this.at = youngSince === null ? Number.NEGATIVE_INFINITY : passes <= now ? passes : youngSince;
    this.value = youngSince === null ? Number.NaN : now - youngSince;
    this.verdict = youngSince === null ? 'unknown' : passes <= now ? after(leaf) : opposite(after(leaf));
  }

  back(): void {
    const wasPast = this.born !== null && this.at > this.born;
    this.at = wasPast ? this.born : Number.NEGATIVE_INFINITY;
    this.verdict = wasPast ? opposite(after(this.leaf)) : 'unknown';
  }
}

/** When an uptime passes the limit that it is compared with; null: it is unknown since when it runs. */
export function passesAt({ comparison, limit }: Comparing, youngSince: number | null): number | null {
  if (youngSince === null || limit.kind !== 'number') return null;
  // At the limit itself, `> 7d` is not true yet, and `<= 7d` is true still.
  return youngSince + limit.value + (comparison === '>' || comparison === '<=' ? 1 : 0);
}

function after({ comparison }: Comparing): 'holds' | 'fails' {
  return comparison === '>' || comparison === '>=' ? 'holds' : 'fails';
}

function opposite(verdict: 'holds' | 'fails'): Verdict {
  return verdict === 'holds' ? 'fails' : 'holds';
}

/** A trend is told now from all that is known, and not for moments of the past. */
class TrendTrack implements Track {
  readonly leaf: Reaching;
  readonly sampled = false;
  readonly value: number;
  readonly reference = null;
  readonly trend: TrendAnswer;
  at: number;
  verdict: Verdict;

  constructor(leaf: Reaching, facts: RuleFacts) {
    const samples = facts.measured.aggregated(facts.server, leaf.figure);
    this.leaf = leaf;
    this.trend = answerTo(leaf, samples, facts);
    this.value = samples.length === 0 ? Number.NaN : samples.value(samples.length - 1);
    this.at = facts.now;
    this.verdict = foretold(leaf, this.trend);
  }

  back(): void {
    this.at = Number.NEGATIVE_INFINITY;
    this.verdict = 'unknown';
  }
}

/** A trend is reckoned once in a judgement; at a later moment its limit is so much nearer. */
function answerTo(leaf: Reaching, samples: Samples, facts: RuleFacts): TrendAnswer {
  const { youngSince: since, forecast, told, now } = facts;
  const { limit, direction } = leaf;
  const before = told.find((one) => one.leaf === leaf);
  if (before === undefined) {
    const { figure } = leaf;
    const answer = forecast({ server: facts.server, figure, samples, since, limit, direction, now });
    told.push({ leaf, answer, at: now });
    return answer;
  }
  if (before.answer.kind !== 'ages') return before.answer;
  const passed = now - before.at;
  const { best, earliest, latest } = before.answer.exhaustion;
  return {
    kind: 'ages',
    basis: before.answer.basis,
    exhaustion: { best: best - passed, earliest: earliest - passed, latest: latest - passed },
  };
}

/** A trend holds when its limit is most likely reached in time; without enough data it is unknown. */
export function foretold({ withinMs }: Reaching, answer: TrendAnswer): Verdict {
  switch (answer.kind) {
    case 'not-enough-data':
      return 'unknown';
    case 'steady':
      return 'fails';
    case 'ages':
      return answer.exhaustion.best <= withinMs ? 'holds' : 'fails';
  }
}
