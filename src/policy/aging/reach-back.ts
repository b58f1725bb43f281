import type { AgingRule } from '../../domain/aging.ts';
import type { FigureName } from '../../domain/figure.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Measurements, Samples } from '../../domain/sample.ts';

/** What a rule looks at: the samples as they came, or the means of five minutes. */
export type Reach = 'recent' | 'aggregated';

/** Up to here at the samples as they came, which are kept for two hours; a longer `for` at the means. */
const longestRawMs = 90 * 60_000;

export function reachOf({ forMs }: AgingRule): Reach {
  return forMs > longestRawMs ? 'aggregated' : 'recent';
}

/** The samples by which a rule judges a figure of a server. */
export function seriesOf(
  measured: Measurements,
  server: ServerId,
  figure: FigureName,
  reach: Reach,
): Samples {
  return reach === 'recent' ? measured.recent(server, figure) : measured.aggregated(server, figure);
}

/**
 * What two figures, or two servers, have at the same moment: their values are at most so far apart. A figure that gave no
 * value for longer counts as missing at that moment.
 */
export function alignedMs(reach: Reach): number {
  return reach === 'aggregated' ? 15 * 60_000 : 5 * 60_000;
}
