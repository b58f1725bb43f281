import type { Leaf } from '../../domain/condition.ts';
import type { Verdict } from '../../domain/condition-verdict.ts';
import type { TrendAnswer } from './facts.ts';
import type { Reference } from './yardstick.ts';

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
