import { costPerHour } from './cost.ts';
import { healthyAt, rejuvenatingAt } from './levels.ts';
import { patentCluster, type AgingCluster } from './patent.ts';

/** What downtime costs; costs per event are not part of the patent's model. */
export interface DownCosts {
  readonly failureDownPerHour: number;
  readonly rejuvenationDownPerHour: number;
}

/** The cost per hour of the patent's cluster at one rejuvenation rate. */
export interface RateCost {
  readonly cost: number;
  /** Its logarithm, which is known even where the cost is below the range of a double. */
  readonly lnCost: number;
  /** Derivative of `lnCost` over the rate, not for an infinite rate. */
  readonly lnSlope: number;
}

/**
 * Cost and slope at a rejuvenation rate x (Infinity: at once). With P_1 taken out of the cost,
 * cost = q(x) P_1, q = [C_f (lf/mu) l + C_r (lf/mu_r) x] / (x + l), and P_1 = w_1/z, so
 * (ln cost)' = q'/q + g_1 - z'/z, where g_j = w_j'/w_j = -(sum over i > j of 1/(x + i l)) and z = 1/P_n. All in
 * probabilities, so that nothing overflows.
 */
export function costAtRate(cluster: AgingCluster, costs: DownCosts, x: number): RateCost {
  const { servers: n, agingPerHour: lf, failurePerHour: l, repairPerHour: mu, restartPerHour: mur } = cluster;
  const state = patentCluster(cluster, { perHour: x });
  const [byFailure, byRejuvenation] = [
    Math.log(costs.failureDownPerHour) + state.ln(healthyAt(n, 0)),
    Math.log(costs.rejuvenationDownPerHour) + state.ln(rejuvenatingAt(n, 1)),
  ];
  let [g, growth, g1] = [0, 0, 0];
  for (let j = n; j >= 1; j -= 1) {
    const p = state.probabilities[healthyAt(n, j)] ?? 0;
    const out = x + j * l;
    // (w_j + u_j + r_j)' / z, with u_j + r_j = (1 + x/mu_r) lf/(x + j l) w_j.
    const both = (1 + x / mur) / out;
    growth += p * (g + lf * (g * both + 1 / (mur * out) - both / out));
    g1 = g;
    g -= 1 / out;
  }
  growth += state.downByFailure * g;
  const [failure, rejuvenation] = [
    costs.failureDownPerHour * (lf / mu),
    costs.rejuvenationDownPerHour * (lf / mur),
  ];
  const qSlope = (((rejuvenation - failure) / (x + l)) * l) / (failure * l + rejuvenation * x);
  return {
    cost: costPerHour(state, costs),
    lnCost: lnOfSum(byFailure, byRejuvenation),
    lnSlope: qSlope + g1 - growth,
  };
}

/** ln(e^a + e^b). */
function lnOfSum(a: number, b: number): number {
  const [high, low] = [Math.max(a, b), Math.min(a, b)];
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high));
}
