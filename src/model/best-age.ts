import { costOfCycle, cycleCosts, type AgePolicy, type CycleCosts } from './age-policy.ts';
import type { Interval } from './interval.ts';
import type { Life } from './life/life.ts';
import { refuse } from './refuse.ts';
import { findRoot } from './special/find-root.ts';

/**
 * The timer with the least cost per hour. The cost has its minima where G, which has the sign of its slope, turns from
 * falling to rising; all such places are found on a grid and then exactly, and compared with "at once" and "never". G
 * and not the cost is searched, since a minimum is flat and shows half the digits only (docs/model.md 4.1).
 */
export function bestAge(policy: AgePolicy): Interval {
  const cycle = cycleCosts(policy);
  if (cycle.perFailure === 0 && cycle.degradedPerHour === 0) {
    refuse('costs', 'must make a failure cost something: without that, nothing speaks for rejuvenation');
  }
  const { life } = policy;
  const cost = (hours: number): number => costOfCycle(life, cycle, hours);
  const ends: Interval[] = [
    { kind: 'never', hours: Infinity, costPerHour: cost(Infinity) },
    { kind: 'immediate', hours: 0, costPerHour: cost(0) },
  ];
  // A steady or falling hazard has no inner minimum: G' = h' [...] never turns G from falling to rising.
  const inner = life.hazardRises ? turningPoints(life, cycle) : [];
  const found = inner.map((hours): Interval => ({ kind: 'interior', hours, costPerHour: cost(hours) }));
  return [...ends, ...found].reduce((best, one) => (one.costPerHour < best.costPerHour ? one : best));
}

/** Of the mean life: shorter timers would be seconds a century, longer ones are "never" to all digits. */
const shortest = 1e-12;
const longest = 1e4;
const stepsPerDecade = 16;

function turningPoints(life: Life, cycle: CycleCosts): number[] {
  const slope = (ln: number): number => slopeSign(life, cycle, Math.exp(ln));
  const start = Math.log(life.meanHours * shortest);
  const steps = Math.round(Math.log10(longest / shortest) * stepsPerDecade);
  const step = Math.LN10 / stepsPerDecade;
  const found: number[] = [];
  let before = slope(start);
  for (let n = 1; n <= steps; n += 1) {
    const after = slope(start + n * step);
    if (before < 0 && after >= 0) {
      found.push(Math.exp(findRoot(slope, start + (n - 1) * step, start + n * step, 1e-14)));
    }
    before = after;
  }
  return found;
}

/**
 * G(T) = h [(k_f - k_r)(m_0 + M) + k_f t_r - k_r t_f] - (k_f - k_r) F - k_r
 *        + c_u [v (m_0 + M + t_f F + t_r R) - (1 + (t_f - t_r) h) V],
 * the slope of the cost times the squared length of a cycle, divided by R; with F + R = 1 put in, which removes the terms
 * that would cancel.
 */
function slopeSign(life: Life, cycle: CycleCosts, hours: number): number {
  const { perFailure: kf, perRejuvenation: kr, repairHours: tf, rejuvenationHours: tr } = cycle;
  const [hazard, failed, lived] = [life.hazard(hours), life.failed(hours), life.lived(hours)];
  const clock = cycle.clockFreeHours + lived;
  const timer = hazard * ((kf - kr) * clock + kf * tr - kr * tf) - (kf - kr) * failed - kr;
  if (cycle.degradedPerHour === 0 || life.degraded === null) return timer;
  const { share, hours: degradedHours } = life.degraded;
  const length = clock + tf * failed + tr * life.survives(hours);
  return (
    timer + cycle.degradedPerHour * (share(hours) * length - (1 + (tf - tr) * hazard) * degradedHours(hours))
  );
}
