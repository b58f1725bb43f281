import type { Comparing } from '../../domain/condition.ts';
import type { Verdict } from '../../domain/condition-verdict.ts';
import type { Track } from './track.ts';

/** An uptime needs no samples: it grows by itself, and passes its limit once. */
export class UptimeTrack implements Track {
  readonly leaf: Comparing;
  readonly sampled = false;
  readonly reference = null;
  readonly trend = null;
  readonly turnsAt: number | null;
  at = Number.NEGATIVE_INFINITY;
  verdict: Verdict = 'unknown';
  value = Number.NaN;
  private readonly born: number | null;

  /** `passes`: as passesAt says. */
  constructor(leaf: Comparing, born: number | null, passes: number | null) {
    this.leaf = leaf;
    this.born = born;
    this.turnsAt = passes;
  }

  stand(now: number): void {
    if (this.born === null) return;
    const passes = this.turnsAt ?? Infinity;
    this.at = passes <= now ? passes : this.born;
    this.value = now - this.born;
    this.verdict = passes <= now ? after(this.leaf) : opposite(after(this.leaf));
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
