import type { Reaching } from '../../domain/condition.ts';
import type { Verdict } from '../../domain/condition-verdict.ts';
import type { Life, RuleFacts, TrendAnswer } from './facts.ts';
import type { Track } from './track.ts';

/** A trend is told now from all that is known, and not for moments of the past. */
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
  /** What was told first, and when. */
  private told: { readonly answer: TrendAnswer; readonly at: number } | null = null;

  constructor(leaf: Reaching, life: Life, facts: RuleFacts) {
    this.leaf = leaf;
    this.life = life;
    this.facts = facts;
  }

  stand(now: number): void {
    this.told ??= { answer: this.ask(now), at: now };
    this.trend = later(this.told.answer, now - this.told.at);
    this.turnsAt = this.trend.kind === 'ages' ? now + this.trend.exhaustion.best - this.leaf.withinMs : null;
    this.at = now;
    this.verdict = foretold(this.leaf, this.trend);
  }

  back(): void {
    this.at = Number.NEGATIVE_INFINITY;
    this.verdict = 'unknown';
  }

  private ask(now: number): TrendAnswer {
    const { measured, forecast } = this.facts;
    const { server, youngSince: since } = this.life;
    const { figure, limit, direction } = this.leaf;
    const samples = measured.aggregated(server, figure);
    this.value = samples.length === 0 ? Number.NaN : samples.value(samples.length - 1);
    return forecast({ server, figure, samples, since, limit, direction, now });
  }
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
