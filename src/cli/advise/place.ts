import { ageCost, ageUnavailability, type AgePolicy } from '../../model/age-policy.ts';
import { bestAge } from '../../model/best-age.ts';
import type { Costs } from '../../model/cost.ts';
import type { Band } from '../../model/estimate/observed-life.ts';
import { guardedUnavailability } from '../../model/guarded-servers.ts';
import type { Interval } from '../../model/interval.ts';
import { exponentialLife } from '../../model/life/exponential.ts';
import type { Life } from '../../model/life/life.ts';
import type { PlannedLife } from './planned.ts';

/** All that the advice rests on. Times in hours. */
export interface Cluster {
  readonly servers: number;
  readonly spares: number;
  readonly leastServing: number;
  readonly life: PlannedLife;
  readonly repair: Band;
  readonly rejuvenation: Band;
  /** With spares: how long a place is empty in a planned hand-over. */
  readonly handOverHours: number;
  /** From unstable until a monitor has the server out of service. */
  readonly detectionHours: number;
  readonly costs: Required<Costs>;
}

/** One corner of what is uncertain. */
interface Corner {
  readonly life: Life;
  readonly repairHours: number;
  readonly rejuvenationHours: number;
}

/** What one interval means over a year of 8,760 hours. */
export interface Outcome {
  /** Share of time in which at least minServing places serve. */
  readonly availability: number;
  /** Hours a year in which fewer do. */
  readonly downtimeHours: number;
  /** Hours a year in which one place is empty. */
  readonly placeDowntimeHours: number;
  readonly cost: number;
}

export const yearHours = 8760;

/**
 * One place of the cluster as the model of a timer sees it (docs/model.md 4.1). When its server fails, it is empty
 * until the repair; nobody puts a spare there by himself. Without a spare it is empty while its server is out for
 * rejuvenation, too. With one it is empty for the hand-over only, and an hour out for rejuvenation is an hour without that
 * reserve, which is paid per rejuvenation.
 */
export function placePolicy(cluster: Cluster, corner: Corner): AgePolicy {
  const { spares, handOverHours, costs } = cluster;
  const { life, repairHours, rejuvenationHours } = corner;
  if (spares === 0) return { life, repairHours, rejuvenationHours, costs };
  return {
    life,
    repairHours,
    rejuvenationHours: handOverHours,
    costs: {
      ...costs,
      perRejuvenation: costs.perRejuvenation + costs.rejuvenationDownPerHour * rejuvenationHours,
      rejuvenationDownPerHour: costs.failureDownPerHour,
    },
  };
}

export function likely({ life, repair, rejuvenation }: Cluster): Corner {
  return { life: life.value, repairHours: repair.value, rejuvenationHours: rejuvenation.value };
}

/** The ends of all intervals, in every combination. */
export function corners({ life, repair, rejuvenation }: Cluster): Corner[] {
  return [life.shorter, life.longer].flatMap((one) =>
    [repair.lower, repair.upper].flatMap((repairHours) =>
      [rejuvenation.lower, rejuvenation.upper].map((rejuvenationHours) => ({
        life: one,
        repairHours,
        rejuvenationHours,
      })),
    ),
  );
}

/** The long run if each server is rejuvenated when it has served for `everyHours`; Infinity: never. */
export function outcomeOf(cluster: Cluster, corner: Corner, everyHours: number): Outcome {
  const policy = placePolicy(cluster, corner);
  const { servers, leastServing } = cluster;
  const down = guardedUnavailability(policy, everyHours, servers, leastServing);
  return {
    availability: 1 - down,
    downtimeHours: down * yearHours,
    placeDowntimeHours: ageUnavailability(policy, everyHours) * yearHours,
    cost: ageCost(policy, everyHours) * yearHours * servers,
  };
}

export function bestOf(cluster: Cluster, corner: Corner): Interval {
  return bestAge(placePolicy(cluster, corner));
}

/** The interval with the least downtime of a place, whatever anything costs. */
export function mostAvailable(cluster: Cluster): Interval {
  const { life, repairHours, rejuvenationHours } = placePolicy(cluster, likely(cluster));
  return bestAge({ life, repairHours, rejuvenationHours });
}

/**
 * A year if a monitor takes each server out so long after it became unstable, and no clock does: the life begins with
 * a healthy time without a clock. Null where the law knows no unstable stage.
 */
export function detected(
  cluster: Cluster,
): { readonly cost: number; readonly placeDowntimeHours: number } | null {
  const { stages } = cluster.life;
  if (stages === null) return null;
  const life = exponentialLife(stages.failurePerHour);
  const policy = {
    ...placePolicy(cluster, { ...likely(cluster), life }),
    clockFreeHours: 1 / stages.agingPerHour,
  };
  return {
    cost: ageCost(policy, cluster.detectionHours) * yearHours * cluster.servers,
    placeDowntimeHours: ageUnavailability(policy, cluster.detectionHours) * yearHours,
  };
}
