import { chiSquaredTail } from '../special/chi-squared.ts';
import { findRoot } from '../special/find-root.ts';
import { gamma } from '../special/log-gamma.ts';
import { twoSidedQuantile } from '../special/normal.ts';
import {
  failuresIn,
  requireConfidence,
  requireLives,
  totalHours,
  type Band,
  type ObservedLife,
  type NotEnoughSeen,
} from './observed-life.ts';

/** Lives with R(t) = exp(-(t/scale)^shape): they age where the shape is above 1. */
export interface WeibullFit {
  readonly kind: 'weibull';
  readonly failures: number;
  readonly shape: Band;
  readonly scaleHours: Band;
  readonly meanHours: number;
  readonly logLikelihood: number;
  /** Of (ln shape, ln scale), from the observed information. */
  readonly covariance: { readonly lnShape: number; readonly lnScale: number; readonly both: number };
  /** Likelihood-ratio test of shape 1. A small p with a shape above 1 says that the server ages. */
  readonly againstExponential: { readonly statistic: number; readonly p: number };
}

/**
 * The maximum-likelihood fit to censored lives (Cohen 1965): the shape is the root of a function that only grows, the
 * scale follows. Intervals from the observed information in (ln shape, ln scale), so no bound is negative.
 * @throws RejuvError `model-input` as `requireLives` does.
 */
export function fitWeibull(lives: readonly ObservedLife[], confidence: number): WeibullFit | NotEnoughSeen {
  requireLives(lives);
  requireConfidence(confidence);
  const failures = failuresIn(lives);
  const longest = lives.reduce((most, { hours }) => Math.max(most, hours), 0);
  const early = lives.some(({ hours, failed }) => failed && hours < longest);
  if (failures === 0 || !early) {
    const why =
      failures === 0
        ? 'no failure has been seen'
        : 'every failure came at the longest life observed, so the shape has no upper end';
    return { kind: 'not-enough-data', seen: failures, missing: 1, why };
  }
  const logs = lives.map(({ hours, failed }) => ({ ln: Math.log(hours / longest), failed }));
  const shape = shapeOf(logs, failures);
  const power = logs.reduce((total, { ln }) => total + Math.exp(shape * ln), 0);
  const lnScale = Math.log(power / failures) / shape;
  const scale = longest * Math.exp(lnScale);
  const covariance = covarianceOf(logs, shape, lnScale, failures);
  const sumLnFailures = logs.reduce((total, { ln, failed }) => total + (failed ? ln : 0), 0);
  // The powers (t/scale)^shape sum up to the number of failures at the maximum.
  const logLikelihood =
    failures * (Math.log(shape / scale) - (shape - 1) * lnScale - 1) + (shape - 1) * sumLnFailures;
  const exponential = failures * (Math.log(failures / totalHours(lives)) - 1);
  const statistic = Math.max(0, 2 * (logLikelihood - exponential));
  const z = twoSidedQuantile(confidence);
  return {
    kind: 'weibull',
    failures,
    shape: bandInLogs(shape, z * Math.sqrt(covariance.lnShape)),
    scaleHours: bandInLogs(scale, z * Math.sqrt(covariance.lnScale)),
    meanHours: scale * gamma(1 + 1 / shape),
    logLikelihood,
    covariance,
    againstExponential: { statistic, p: chiSquaredTail(statistic, 1) },
  };
}

interface LogLife {
  /** ln(t / longest t), at most 0: no power of it overflows. */
  readonly ln: number;
  readonly failed: boolean;
}

function shapeOf(logs: readonly LogLife[], failures: number): number {
  const meanLnFailures = logs.reduce((sum, { ln, failed }) => sum + (failed ? ln : 0), 0) / failures;
  const score = (lnShape: number): number => {
    const shape = Math.exp(lnShape);
    let power = 0;
    let powerLn = 0;
    for (const { ln } of logs) {
      const term = Math.exp(shape * ln);
      power += term;
      powerLn += term * ln;
    }
    return powerLn / power - 1 / shape - meanLnFailures;
  };
  let low = 0;
  let high = 0;
  while (score(low) > 0) low -= 1;
  while (score(high) < 0) high += 1;
  return Math.exp(findRoot(score, low, high, 1e-14));
}

/** The inverse of the observed information, which at the maximum is [[d + Σwu², -bΣwu], [-bΣwu, b²d]], w = e^u. */
function covarianceOf(
  logs: readonly LogLife[],
  shape: number,
  lnScale: number,
  failures: number,
): WeibullFit['covariance'] {
  let first = 0;
  let second = 0;
  for (const { ln } of logs) {
    const u = shape * (ln - lnScale);
    first += Math.exp(u) * u;
    second += Math.exp(u) * u * u;
  }
  const ofShape = failures + second;
  const ofScale = shape * shape * failures;
  const ofBoth = -shape * first;
  const determinant = ofShape * ofScale - ofBoth * ofBoth;
  return { lnShape: ofScale / determinant, lnScale: ofShape / determinant, both: -ofBoth / determinant };
}

function bandInLogs(value: number, spread: number): Band {
  return { value, lower: value * Math.exp(-spread), upper: value * Math.exp(spread) };
}
