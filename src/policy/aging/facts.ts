import type { AgingRule, RuleJudgement } from '../../domain/aging.ts';
import type { FigureName, OwnFigure } from '../../domain/figure.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Measurements } from '../../domain/sample.ts';
import type { Exhaustion } from '../../model/trend/exhaustion.ts';
import type { ForecastAsk } from './forecast.ts';
import type { Peers } from './peers.ts';
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

/** What a rule is judged by, for every server of a backend. */
export interface SharedFacts {
  readonly measured: Measurements;
  /** The serving servers of the backend; the one that is judged may be among them, and is passed over. */
  readonly peers: Peers;
  /** The figures that the backend's sources add. */
  readonly own: readonly OwnFigure[];
  /** Asked once per trend of the rule and server, and once more for each mean of a `for` in which it held. */
  readonly forecast: (question: TrendQuestion) => TrendAnswer;
}

/** The same, and the rule. */
export interface RuleFacts extends SharedFacts {
  readonly rule: AgingRule;
}

/** One server in its present life. */
export interface Life {
  readonly server: ServerId;
  /** When it began: the later of its start and the end of its last rejuvenation; null: unknown. */
  readonly youngSince: number | null;
}

/** What one server is judged by. */
export interface ServerFacts {
  readonly life: Life;
  /** The judgement of the same rule before this one: it carries the hysteresis. Null: there was none. */
  readonly before: Pick<RuleJudgement, 'verdict' | 'since'> | null;
  readonly now: number;
}
