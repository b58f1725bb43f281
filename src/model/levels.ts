import { RejuvError } from '../domain/errors.ts';
import { normalised, scaled, setWeight, zeroWeights, type Distribution, type Scaled } from './weights.ts';

/**
 * How the stay in the unstable state of one level ends. The law of the stay does not matter, only its mean and where it
 * leads (a semi-Markov state): an exponential rate, a fixed dwell time, and "at once" differ in these three numbers only.
 */
export interface UnstableStay {
  readonly meanHours: number;
  /** Probability that it ends with the failure of a server. */
  readonly fails: number;
  /** Probability that it ends with a rejuvenation; 1 - `fails`, but given, since a difference would lose digits. */
  readonly rejuvenates: number;
}

/** The chain of Fig. 3 of the patent: levels top..1 with an unstable and a rejuvenating state each, and level 0. */
export interface LevelChain {
  readonly top: number;
  readonly agingPerHour: number;
  readonly repairPerHour: number;
  readonly restartPerHour: number;
  readonly stay: (level: number) => UnstableStay;
}

/** Index of a state of the chain, in the order n, u_n, r_n, n-1, u_(n-1), ..., r_1, 0. */
export const healthyAt = (top: number, level: number): number => 3 * (top - level);
export const unstableAt = (top: number, level: number): number => 3 * (top - level) + 1;
export const rejuvenatingAt = (top: number, level: number): number => 3 * (top - level) + 2;

/**
 * Steady state of a chain of levels, in one pass from the top down: for each level j,
 * P(u_j) = lf M_j P(j), P(r_j) = (lf/mu_r) rho_j P(j), P(j-1) = (lf/mu) phi_j P(j), then the division by the sum
 * (patent equations 4 to 7, corrected; the third is the cut between level j and the levels below).
 */
export function solveLevels(chain: LevelChain): Distribution {
  const { top, agingPerHour, repairPerHour, restartPerHour } = chain;
  const weights = zeroWeights(3 * top + 1);
  let level: Scaled = { mantissa: 1, exponent: 0 };
  setWeight(weights, healthyAt(top, top), level);
  for (let j = top; j >= 1; j -= 1) {
    if (agingPerHour === 0) break; // never unstable, so the top level is all there is
    const { meanHours, fails, rejuvenates } = chain.stay(j);
    const times = (factor: number): Scaled => scaled(level.mantissa * factor, level.exponent);
    setWeight(weights, unstableAt(top, j), times(agingPerHour * meanHours));
    setWeight(weights, rejuvenatingAt(top, j), times((agingPerHour / restartPerHour) * rejuvenates));
    level = times((agingPerHour / repairPerHour) * fails);
    setWeight(weights, healthyAt(top, j - 1), level);
  }
  return normalised(weights);
}

/**
 * Rejuvenation and failure race, both exponential. An infinite rejuvenation rate means "at once".
 * @throws RejuvError `model-reducible` if neither can happen.
 */
export function exponentialStay(rejuvenationPerHour: number, failuresPerHour: number): UnstableStay {
  if (rejuvenationPerHour === Infinity) return { meanHours: 0, fails: 0, rejuvenates: 1 };
  if (rejuvenationPerHour === 0 && failuresPerHour === 0) {
    throw new RejuvError('model-reducible', {
      problem: 'an unstable server neither fails (failurePerHour) nor is it rejuvenated',
    });
  }
  const out = rejuvenationPerHour + failuresPerHour;
  return { meanHours: 1 / out, fails: failuresPerHour / out, rejuvenates: rejuvenationPerHour / out };
}

/**
 * Rejuvenation after a fixed time in the unstable state (claim 8 of the patent), unless a server fails before.
 * @throws RejuvError `model-reducible` if neither can happen.
 */
export function dwellStay(dwellHours: number, failuresPerHour: number): UnstableStay {
  if (dwellHours === Infinity) return exponentialStay(0, failuresPerHour);
  const fails = -Math.expm1(-failuresPerHour * dwellHours);
  return {
    meanHours: failuresPerHour === 0 ? dwellHours : fails / failuresPerHour,
    fails,
    rejuvenates: Math.exp(-failuresPerHour * dwellHours),
  };
}
