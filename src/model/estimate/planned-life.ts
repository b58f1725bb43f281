import { exponentialLife } from '../life/exponential.ts';
import { hypoexponentialLife } from '../life/hypoexponential.ts';
import type { Life } from '../life/life.ts';
import { weibullLife } from '../life/weibull.ts';
import type { LifeFits } from './choose-life.ts';

/** From here on lives are as good as fixed; a few failures at almost the same age would ask for more. */
const mostShape = 200;

/**
 * The law that was chosen, to plan with; and the same with a shorter or a longer life, at the ends of its interval. The
 * band moves the length of a life and keeps its shape: which of two stages is the unstable one cannot be seen, so the
 * slow one is taken as the aging.
 */
export function plannedLife(fits: LifeFits, end: 'shorter' | 'value' | 'longer' = 'value'): Life {
  const { best, exponential, weibull, twoStage } = fits;
  if (best === 'weibull' && weibull.kind === 'weibull') {
    const { value, lower, upper } = weibull.scaleHours;
    return weibullLife(
      Math.min(mostShape, weibull.shape.value),
      { shorter: lower, value, longer: upper }[end],
    );
  }
  if (best === 'two-stage' && twoStage.kind === 'two-stage') {
    const { value, lower, upper } = twoStage.meanHours;
    const faster = value / { shorter: lower, value, longer: upper }[end];
    return hypoexponentialLife(twoStage.slowPerHour.value * faster, twoStage.fastPerHour.value * faster);
  }
  const { value, lower, upper } = exponential.perHour;
  return exponentialLife({ shorter: upper, value, longer: lower }[end]);
}
