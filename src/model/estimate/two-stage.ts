import { chiSquaredTail } from '../special/chi-squared.ts';
import { findRoot } from '../special/find-root.ts';
import {
  failuresIn,
  requireConfidence,
  requireLives,
  totalHours,
  type Band,
  type ObservedLife,
  type NotEnoughSeen,
} from './observed-life.ts';
import { profileBands } from './two-stage-bands.ts';
import { logLikelihood, ratesOf, scoreOfGap, scoreOfSum, type TwoStages } from './two-stage-likelihood.ts';

/**
 * Lives that are healthy for an exponential time and unstable for another (hypoexponential). Which of the two is the
 * slow one cannot be seen from lives alone.
 */
export interface TwoStageFit {
  readonly kind: 'two-stage';
  readonly failures: number;
  readonly slowPerHour: Band;
  /** The upper bound is infinite where one stage alone explains the lives as well. */
  readonly fastPerHour: Band;
  readonly meanHours: Band;
  readonly logLikelihood: number;
  /**
   * two-stages: both are seen · one-stage: no aging is seen, do not schedule from this fit · equal-rates: the lives
   * vary even less than two equal stages, a Weibull fits better.
   */
  readonly finding: 'two-stages' | 'one-stage' | 'equal-rates';
  /** Likelihood-ratio test of one stage, which lies on the edge: half a chi-squared tail (Self and Liang 1987). */
  readonly againstExponential: { readonly statistic: number; readonly p: number };
}

/** Distance of the points, in ln ratio, between which a change of sign is looked for. */
const pace = 0.25;

/**
 * The maximum-likelihood fit to censored lives, with intervals from the profile likelihood.
 * @throws RejuvError `model-input` as `requireLives` does.
 */
export function fitTwoStage(lives: readonly ObservedLife[], confidence: number): TwoStageFit | NotEnoughSeen {
  requireLives(lives);
  requireConfidence(confidence);
  const failures = failuresIn(lives);
  if (failures === 0) {
    return { kind: 'not-enough-data', seen: failures, missing: 1, why: 'no failure has been seen' };
  }
  const mean = totalHours(lives) / failures;
  const least = leastRatio(lives, mean);
  const best = candidates(lives, mean, least)
    .map((stages) => ({ stages, value: logLikelihood(lives, stages) }))
    .reduce((a, b) => (b.value > a.value ? b : a));
  const { slow, fast } = ratesOf(best.stages);
  const exponential = failures * (Math.log(failures / totalHours(lives)) - 1);
  const statistic = Math.max(0, 2 * (best.value - exponential));
  const p = chiSquaredTail(statistic, 1) / 2;
  const equal = best.stages.ratio === 1;
  return {
    kind: 'two-stage',
    failures,
    ...profileBands(lives, { slow, fast, logLikelihood: best.value, exponential, least }, confidence),
    logLikelihood: best.value,
    finding: equal ? 'equal-rates' : p < 1 - confidence ? 'two-stages' : 'one-stage',
    againstExponential: { statistic, p },
  };
}

/**
 * A ratio below every maximum: where the fast stage is over long before the first failure, each life gains from a
 * larger ratio (r1/r2 to first order).
 */
function leastRatio(lives: readonly ObservedLife[], mean: number): number {
  const first = lives.reduce(
    (least, { hours, failed }) => (failed ? Math.min(least, hours) : least),
    Infinity,
  );
  return Math.max(1e-9, Math.min(1e-3, (0.01 * first) / mean));
}

/** Every maximum of the profile over the ratio: its inner ones, and its ends. */
function candidates(lives: readonly ObservedLife[], mean: number, least: number): TwoStages[] {
  const stagesAt = (lnRatio: number): TwoStages => bestSum(lives, Math.exp(lnRatio), mean);
  const score = (lnRatio: number): number => scoreOfGap(lives, stagesAt(lnRatio));
  const steps = Math.ceil(-Math.log(least) / pace);
  const found = [stagesAt(Math.log(least)), stagesAt(0)];
  let before = Math.log(least);
  let scoreBefore = score(before);
  for (let k = steps - 1; k >= 0; k--) {
    const here = (k * Math.log(least)) / steps;
    const scoreHere = score(here);
    // A growing gap is worth less than nothing before and more than nothing after: a maximum in between.
    if (scoreBefore < 0 && scoreHere > 0) found.push(stagesAt(findRoot(score, before, here, 1e-13)));
    before = here;
    scoreBefore = scoreHere;
  }
  return found;
}

/** The most likely sum of the rates for a given ratio. */
function bestSum(lives: readonly ObservedLife[], ratio: number, mean: number): TwoStages {
  const score = (lnSum: number): number => scoreOfSum(lives, { sum: Math.exp(lnSum), ratio });
  // Where both stages together last as long as the lives do on average.
  const start = Math.log((1 + ratio) ** 2 / (ratio * mean));
  let low = start;
  let high = start;
  while (score(low) < 0) low -= 0.5;
  while (score(high) > 0) high += 0.5;
  return { sum: Math.exp(findRoot(score, low, high, 1e-15)), ratio };
}
