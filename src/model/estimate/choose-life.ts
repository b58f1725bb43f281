import { count } from '../refuse.ts';
import { fitExponential, type ExponentialFit } from './exponential.ts';
import type { ObservedLife, NotEnoughSeen } from './observed-life.ts';
import { fitTwoStage, type TwoStageFit } from './two-stage.ts';
import { fitWeibull, type WeibullFit } from './weibull.ts';

/**
 * Fewer failures than this say nothing about aging: the standard error of ln shape is about 0.78 / sqrt(failures)
 * (Lawless 2003), so that a shape of 2, plain aging, becomes significant at five failures.
 */
export const usualFailures = 5;

/** Akaike's 1974 criterion, 2 × parameters - 2 × log-likelihood: the smaller the better. Null: no such fit. */
export interface Criteria {
  readonly exponential: number;
  readonly weibull: number | null;
  readonly twoStage: number | null;
}

/** Which law the lives follow, and whether they show aging at all. */
export interface LifeFits {
  readonly kind: 'fits';
  readonly exponential: ExponentialFit;
  readonly weibull: WeibullFit | NotEnoughSeen;
  readonly twoStage: TwoStageFit | NotEnoughSeen;
  readonly criteria: Criteria;
  /** True when a Weibull shape above 1 is significant: without it no schedule is justified by these lives. */
  readonly agingSeen: boolean;
  /** The law to plan with: exponential unless aging is seen, then the one with the smaller criterion. */
  readonly best: 'exponential' | 'weibull' | 'two-stage';
}

/** Too few failures; the rate with its bounds is what can be said. */
export interface TooFewFailures extends NotEnoughSeen {
  /** Null without any life. */
  readonly exponential: ExponentialFit | null;
}

/**
 * Fits all three laws and chooses. Lives that ended by a rejuvenation *because of* a symptom do not belong here: their
 * end says that a failure was near, which censoring must not.
 * @param least failures below which nothing is said about aging.
 * @throws RejuvError `model-input` as `requireLives` does.
 */
export function chooseLife(
  lives: readonly ObservedLife[],
  confidence: number,
  least = usualFailures,
): LifeFits | TooFewFailures {
  count('least', least, 1);
  const exponential = fitExponential(lives, confidence);
  if (exponential.kind === 'not-enough-data') {
    return { ...exponential, missing: least, exponential: null };
  }
  const failures = exponential.events;
  if (failures < least) {
    const why = `${failures} of the ${least} failures that a statement on aging needs`;
    return { kind: 'not-enough-data', seen: failures, missing: least - failures, why, exponential };
  }
  const weibull = fitWeibull(lives, confidence);
  const twoStage = fitTwoStage(lives, confidence);
  const criteria: Criteria = {
    exponential: 2 - 2 * exponential.logLikelihood,
    weibull: weibull.kind === 'weibull' ? 4 - 2 * weibull.logLikelihood : null,
    twoStage: twoStage.kind === 'two-stage' ? 4 - 2 * twoStage.logLikelihood : null,
  };
  const agingSeen =
    weibull.kind === 'weibull' && weibull.shape.value > 1 && weibull.againstExponential.p < 1 - confidence;
  return {
    kind: 'fits',
    exponential,
    weibull,
    twoStage,
    criteria,
    agingSeen,
    best: agingSeen ? bestAging(twoStage, criteria) : 'exponential',
  };
}

/** Two stages whose rates came out equal stand at the edge of what they can be; then the Weibull is preferred. */
function bestAging(
  twoStage: TwoStageFit | NotEnoughSeen,
  { weibull, twoStage: stages }: Criteria,
): 'weibull' | 'two-stage' {
  if (twoStage.kind !== 'two-stage' || twoStage.finding === 'equal-rates') return 'weibull';
  return weibull !== null && stages !== null && stages < weibull ? 'two-stage' : 'weibull';
}
