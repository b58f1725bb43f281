import type { CronLine } from './cron-lines.ts';
import { likely, outcomeOf, type Cluster } from './place.ts';

/** The cron line that comes nearest to the best interval, by what it costs. */
export interface SuggestedLine {
  readonly cron: string;
  readonly timeZone: string;
  readonly runsPerYear: number;
  /** From one run on a server to the next on the same. */
  readonly everyHours: number;
  /** From one run to the next, on whatever server. */
  readonly shortestGapHours: number;
  readonly longestGapHours: number;
  readonly costPerYear: number;
  /** Over the best interval, which no line may hit. */
  readonly extraCostPerYear: number;
}

/**
 * The cheapest of the lines, at its mean interval; null when each costs at least what never rejuvenating does.
 */
export function suggestLine(
  cluster: Cluster,
  lines: readonly CronLine[],
  rules: {
    readonly timeZone: string;
    readonly bestCost: number;
    readonly neverCost: number;
  },
): SuggestedLine | null {
  const [best] = lines
    .map((line) => {
      const everyHours = line.meanHours * cluster.servers;
      return { line, everyHours, cost: outcomeOf(cluster, likely(cluster), everyHours).cost };
    })
    .toSorted((a, b) => a.cost - b.cost);
  if (best === undefined || best.cost >= rules.neverCost) return null;
  return {
    cron: best.line.line,
    timeZone: rules.timeZone,
    runsPerYear: best.line.runsPerYear,
    everyHours: best.everyHours,
    shortestGapHours: best.line.shortestHours,
    longestGapHours: best.line.longestHours,
    costPerYear: best.cost,
    extraCostPerYear: Math.max(0, best.cost - rules.bestCost),
  };
}
