import type { GivenRates } from '../../config/given-rates.ts';
import type { LifeFits } from '../../model/estimate/choose-life.ts';
import { plannedLife } from '../../model/estimate/planned-life.ts';
import { exponentialLife } from '../../model/life/exponential.ts';
import { hypoexponentialLife } from '../../model/life/hypoexponential.ts';
import type { Life } from '../../model/life/life.ts';
import { weibullLife } from '../../model/life/weibull.ts';

/** The law of a server's life to plan with, and both ends of its band. */
export interface PlannedLife {
  readonly law: 'exponential' | 'weibull' | 'two-stage';
  readonly value: Life;
  readonly shorter: Life;
  readonly longer: Life;
  /** What a monitor could see: the rates into and out of the unstable stage. Null: the law has no such stage. */
  readonly stages: { readonly agingPerHour: number; readonly failurePerHour: number } | null;
  /** Of the Weibull law. */
  readonly shape: number | null;
}

/** From the file; a life is uncertain by a factor, both ways. */
export function lifeOfFile(life: NonNullable<GivenRates['life']>, uncertainty: number): PlannedLife {
  const { twoStage, weibull, exponential } = life;
  const ends = (make: (faster: number) => Life): Pick<PlannedLife, 'value' | 'shorter' | 'longer'> => ({
    value: make(1),
    shorter: make(uncertainty),
    longer: make(1 / uncertainty),
  });
  if (twoStage !== undefined) {
    const { agingPerHour: aging, failurePerHour: failure } = twoStage;
    const made = ends((faster) => hypoexponentialLife(aging * faster, failure * faster));
    return { law: 'two-stage', ...made, stages: twoStage, shape: null };
  }
  if (weibull !== undefined) {
    const made = ends((faster) => weibullLife(weibull.shape, weibull.scale / faster));
    return { law: 'weibull', ...made, stages: null, shape: weibull.shape };
  }
  const perHour = exponential?.failurePerHour ?? 0;
  return {
    law: 'exponential',
    ...ends((faster) => exponentialLife(perHour * faster)),
    stages: null,
    shape: null,
  };
}

/** From the lives that the records show, with the ends of their confidence interval. */
export function lifeOfRecords(fits: LifeFits): PlannedLife {
  const { best, twoStage, weibull } = fits;
  return {
    law: best,
    value: plannedLife(fits),
    shorter: plannedLife(fits, 'shorter'),
    longer: plannedLife(fits, 'longer'),
    stages:
      best === 'two-stage' && twoStage.kind === 'two-stage'
        ? { agingPerHour: twoStage.slowPerHour.value, failurePerHour: twoStage.fastPerHour.value }
        : null,
    shape: best === 'weibull' && weibull.kind === 'weibull' ? weibull.shape.value : null,
  };
}
