import { exhaustion, isHarmful, type Anchor, type Exhaustion, type SlopeBand } from './exhaustion.ts';
import type { TrendSettings } from './trend-settings.ts';

/**
 * What a tested trend means for a limit. aging: a sure trend towards it · away: a sure trend away from it · too-slow:
 * sure and towards it, but slower than `minimumSlopePerHour` · none: what is seen may be chance.
 */
export interface Drift {
  readonly kind: 'aging' | 'away' | 'too-slow' | 'none';
  /** Two-sided. */
  readonly p: number;
  readonly perHour: SlopeBand;
  /** Where the line stands at the last sample; of several lines, the one nearest to or furthest beyond the limit. */
  readonly level: number;
  /** Hours from the last sample until the limit; only when aging. */
  readonly exhaustionHours: Exhaustion | null;
}

/**
 * @param test S for its sign, and how likely chance alone would show as much.
 * @param perHour the slope of all lines.
 * @param anchors one point per line, times in hours; at least one.
 * @param last the time of the last sample, in hours.
 */
export function driftOf(
  test: { readonly s: number; readonly p: number },
  perHour: SlopeBand,
  anchors: readonly Anchor[],
  last: number,
  settings: Omit<TrendSettings, 'confidence' | 'minimumSamples' | 'minimumSpanMs'>,
): Drift {
  const { limit } = settings;
  const kind = kindOf(test.s, test.p, perHour.slope, settings);
  const levels = anchors.map(({ time, value }) => value + perHour.slope * (last - time));
  const worst = limit.direction === 'up' ? Math.max : Math.min;
  return {
    kind,
    p: test.p,
    perHour,
    level: levels.reduce((a, b) => worst(a, b)),
    exhaustionHours: kind === 'aging' ? exhaustion(perHour, anchors, last, limit) : null,
  };
}

function kindOf(
  s: number,
  p: number,
  slope: number,
  { limit, alpha, minimumSlopePerHour }: Pick<TrendSettings, 'limit' | 'alpha' | 'minimumSlopePerHour'>,
): Drift['kind'] {
  if (p >= alpha || s === 0) return 'none';
  if (!isHarmful(s, limit)) return 'away';
  return Math.abs(slope) < minimumSlopePerHour ? 'too-slow' : 'aging';
}
