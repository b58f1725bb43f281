import type { AgingRule, RuleJudgement } from '../../domain/aging.ts';
import type { Reaching } from '../../domain/condition.ts';
import type { FigureName, OwnFigure } from '../../domain/figure.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Measurements, Samples } from '../../domain/sample.ts';
import type { Exhaustion } from '../../model/trend/exhaustion.ts';
import type { ForecastAsk } from './forecast.ts';
import type { Basis } from './window.ts';

/** What `reaches` asks of a trend: of which series, beside what the forecast itself asks. */
export interface TrendQuestion extends ForecastAsk {
  readonly server: ServerId;
  readonly figure: FigureName;
}

/** What a trend answers, as far as a rule needs to know; `basis`: what it rests on, null: on the value alone. */
export type TrendAnswer =
  | { readonly kind: 'not-enough-data' }
  | { readonly kind: 'steady'; readonly basis: Basis | null }
  /** `exhaustion`: milliseconds from now until the limit is reached. */
  | { readonly kind: 'ages'; readonly basis: Basis | null; readonly exhaustion: Exhaustion };

/** A server that another one is compared with. */
export interface Peer {
  readonly server: ServerId;
  /** As `youngSince` of the facts; null: unknown, and then it is never the freshest of several. */
  readonly youngSince: number | null;
}

/** What one rule is judged by, for one server. */
export interface AgingFacts {
  readonly server: ServerId;
  /** The serving servers of the backend; the server itself may be among them, and is passed over. */
  readonly peers: readonly Peer[];
  readonly measured: Measurements;
  /** When its present life began: the later of its start and the end of its last rejuvenation; null: unknown. */
  readonly youngSince: number | null;
  /** The figures that the backend's sources add. */
  readonly own: readonly OwnFigure[];
  /** Asked once per trend of the rule. */
  readonly forecast: (question: TrendQuestion) => TrendAnswer;
  /** The judgement before this one: it carries the hysteresis. Null: there was none. */
  readonly before: Pick<RuleJudgement, 'verdict' | 'since'> | null;
  readonly now: number;
}

/** Facts of one judgement of one rule. */
export interface RuleFacts extends AgingFacts {
  readonly rule: AgingRule;
  /** What trends have answered in this judgement, and when: the same samples tell the same instant later. */
  readonly told: { readonly leaf: Reaching; readonly answer: TrendAnswer; readonly at: number }[];
}

/**
 * Up to here a rule looks at the samples as they came, which are kept for two hours; a longer `for` at the means of five
 * minutes.
 */
const longestRawMs = 90 * 60_000;

/** The samples by which a rule judges a figure of a server. */
export function seriesOf({ measured, rule }: RuleFacts, server: ServerId, figure: string): Samples {
  return rule.forMs > longestRawMs ? measured.aggregated(server, figure) : measured.recent(server, figure);
}

/**
 * What two figures, or two servers, have at the same moment: their values are at most so far apart. A figure that gave no
 * value for longer counts as missing at that moment.
 */
export function alignedMs({ rule }: RuleFacts): number {
  return rule.forMs > longestRawMs ? 15 * 60_000 : 5 * 60_000;
}
