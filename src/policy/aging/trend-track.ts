import type { Reaching } from '../../domain/condition.ts';
import type { Verdict } from '../../domain/condition-verdict.ts';
import type { Samples } from '../../domain/sample.ts';
import type { Life, RuleFacts, TrendAnswer } from './facts.ts';
import { meanMs } from './means.ts';
import type { Track } from './track.ts';

/**
 * A trend is told now from all that is known. Where a rule has a `for`, it is told as well as each mean of that time had it:
 * a forecast stands from the moment at which a mean is whole to the next one, and only comes closer in between.
 */
export class TrendTrack implements Track {
  readonly leaf: Reaching;
  readonly sampled = false;
  readonly reference = null;
  at = Number.NEGATIVE_INFINITY;
  verdict: Verdict = 'unknown';
  value = Number.NaN;
  trend: TrendAnswer | null = null;
  turnsAt: number | null = null;
  private readonly life: Life;
  private readonly facts: RuleFacts;
  private readonly samples: Samples;
  /** What was told first, and when. */
  private told: { readonly answer: TrendAnswer; readonly at: number } | null = null;
  /** How many means the forecast rests on at which it stands, and when the last of them was whole. */
  private count = 0;
  private wholeAt = Number.NEGATIVE_INFINITY;
  /** Nobody asks for what was before. */
  private oldest = Number.NEGATIVE_INFINITY;

  constructor(leaf: Reaching, life: Life, facts: RuleFacts) {
    this.leaf = leaf;
    this.life = life;
    this.facts = facts;
    this.samples = facts.measured.aggregated(life.server, leaf.figure);
  }

  stand(now: number): void {
    const { samples, leaf, facts } = this;
    this.told ??= { answer: this.ask(samples.length, now), at: now };
    this.value = samples.length === 0 ? Number.NaN : samples.value(samples.length - 1);
    this.trend = later(this.told.answer, now - this.told.at);
    this.turnsAt = turningOf(leaf, this.trend, now);
    this.oldest = now - facts.rule.forMs;
    this.count = samples.length;
    if (facts.rule.forMs === 0) {
      this.at = now;
      this.verdict = foretold(leaf, this.trend);
    } else this.standIn(this.trend, now);
  }

  back(): void {
    if (this.at <= this.oldest) this.leave();
    else if (this.at > this.wholeAt) {
      // It has come close enough while it stood.
      this.at = this.wholeAt;
      this.verdict = 'fails';
    } else {
      const until = this.wholeAt;
      this.count -= 1;
      if (this.count <= 0) this.leave();
      else this.standIn(this.ask(this.count, until), until);
    }
  }

  /** In the time of the forecast of `count` means, which ends at `until`. */
  private standIn(answer: TrendAnswer, until: number): void {
    const last = this.count === 0 ? Number.NEGATIVE_INFINITY : this.samples.at(this.count - 1) + meanMs;
    this.wholeAt = Math.min(last, until);
    if (this.wholeAt < (this.life.youngSince ?? Number.NEGATIVE_INFINITY)) {
      this.leave();
      return;
    }
    this.verdict = foretold(this.leaf, answer);
    const turned = this.verdict === 'holds' ? turningOf(this.leaf, answer, until) : null;
    this.at = Math.max(this.wholeAt, turned ?? Number.NEGATIVE_INFINITY);
  }

  private leave(): void {
    this.at = Number.NEGATIVE_INFINITY;
    this.verdict = 'unknown';
  }

  private ask(count: number, now: number): TrendAnswer {
    const { server, youngSince: since } = this.life;
    const { figure, limit, direction } = this.leaf;
    const samples = first(this.samples, count);
    return this.facts.forecast({ server, figure, samples, since, limit, direction, now });
  }
}

/** What was known when there were so many. */
function first(samples: Samples, count: number): Samples {
  if (count === samples.length) return samples;
  return { length: count, at: (index) => samples.at(index), value: (index) => samples.value(index) };
}

/** The moment at which time alone makes it true; null: there is none, or it is at the limit already. */
function turningOf({ withinMs }: Reaching, answer: TrendAnswer, now: number): number | null {
  if (answer.kind !== 'ages' || answer.exhaustion.best <= 0) return null;
  return now + answer.exhaustion.best - withinMs;
}

/** The same samples tell the same instant later: the limit is so much nearer. */
function later(answer: TrendAnswer, passedMs: number): TrendAnswer {
  if (answer.kind !== 'ages' || passedMs === 0) return answer;
  const { best, earliest, latest } = answer.exhaustion;
  const exhaustion = { best: best - passedMs, earliest: earliest - passedMs, latest: latest - passedMs };
  return { kind: 'ages', basis: answer.basis, exhaustion };
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
