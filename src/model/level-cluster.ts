import {
  exponentialStay,
  healthyAt,
  rejuvenatingAt,
  solveLevels,
  unstableAt,
  type UnstableStay,
} from './levels.ts';
import { rateOrAtOnce } from './refuse.ts';
import { serviceState, type ServiceState, type Visit } from './service-state.ts';
import { checkSpareCluster, gateOpen, serversOf, slotsOf, type SpareCluster } from './spare-cluster.ts';

/**
 * Model L: the patent's chain of levels with spares, a minimum, a gate and switch-over, in closed form. All working
 * servers share one age, and nothing is repaired while they are unstable: with a gate, that makes this model far too
 * pessimistic. Decide about gates with model S. (Fig. 3 of the patent, extended: docs/model.md 3.)
 */
export function levelCluster(cluster: SpareCluster, rejuvenationPerHour: number): ServiceState {
  checkSpareCluster(cluster);
  rateOrAtOnce('rejuvenationPerHour', rejuvenationPerHour);
  const [top, slots] = [serversOf(cluster), slotsOf(cluster)];
  const rateAt = (level: number): number => (gateOpen(cluster, level) ? rejuvenationPerHour : 0);
  const stay = (level: number): UnstableStay =>
    exponentialStay(rateAt(level), Math.min(level, slots) * cluster.failurePerHour);
  const { probabilities } = solveLevels({ ...cluster, top, stay });
  return serviceState(cluster, slots, visits(top, cluster.agingPerHour, probabilities, stay));
}

function* visits(
  top: number,
  agingPerHour: number,
  probabilities: Float64Array,
  stay: (level: number) => UnstableStay,
): Generator<Visit> {
  const at = (state: number): number => probabilities[state] ?? 0;
  for (let level = top; level >= 0; level -= 1) {
    const failed = top - level;
    const calm = { failed, rejuvenating: 0, unstable: 0, failuresPerHour: 0, rejuvenationsPerHour: 0 };
    const healthy = at(healthyAt(top, level));
    yield { ...calm, share: healthy, working: level };
    if (level === 0) return;
    if (healthy === 0) continue; // never unstable here
    const { fails, rejuvenates } = stay(level);
    yield {
      share: at(unstableAt(top, level)),
      working: level,
      rejuvenating: 0,
      unstable: level,
      failed,
      // What leaves u_j is what enters it, so this holds for a stay of no length as well.
      failuresPerHour: agingPerHour * healthy * fails,
      rejuvenationsPerHour: agingPerHour * healthy * rejuvenates,
    };
    yield { ...calm, share: at(rejuvenatingAt(top, level)), working: level - 1, rejuvenating: 1 };
  }
}
