import { checkCosts, costPerHour, type Costs } from './cost.ts';
import { positiveRate, refuse } from './refuse.ts';
import { serverCluster, type SolvedCluster } from './server-cluster.ts';
import { serversOf, type ServerCluster } from './spare-cluster.ts';

/**
 * Rejuvenation on detection: an unstable server is rejuvenated as soon as a monitor has noticed it, or not, depending on
 * how many servers work.
 */
export interface DetectionRule {
  /** The numbers of working servers (this one included) at which an unstable one is rejuvenated, rising. */
  readonly rejuvenateWith: readonly number[];
  readonly costPerHour: number;
  readonly solved: SolvedCluster;
}

/**
 * The best on/off rule by the number of working servers. In a finite chain the cost is monotone in the rate of each single
 * state (matrix-tree theorem), so that some on/off rule by state is best; this one is coarser, since it can be followed
 * knowing only how many servers work. Starts from the best rule "from w working servers on" and switches single numbers
 * as long as that is cheaper. The gate of the cluster still holds.
 * `detectedPerHour` is 1 / mean time from unstable to out of service.
 */
export function bestDetectionRule(
  cluster: ServerCluster,
  costs: Costs,
  detectedPerHour: number,
): DetectionRule {
  checkCosts(costs);
  positiveRate('detectedPerHour', detectedPerHour);
  const all = serversOf(cluster);
  if (all > mostServers)
    refuse('primaries', `and spares must be at most ${mostServers} for a rule by number`);
  const solve = (on: readonly boolean[]): Candidate => {
    const solved = serverCluster(cluster, ({ healthy, unstable }) =>
      on[healthy + unstable] === true ? detectedPerHour : 0,
    );
    return { on, solved, costPerHour: costPerHour(solved, costs) };
  };
  const from = Array.from({ length: all + 1 }, (_, least) =>
    solve(Array.from({ length: all + 1 }, (__, working) => working > least)),
  );
  let best = from.reduce(cheaper);
  for (let better = true; better;) {
    const switched = best.on.map((_, n) => solve(best.on.map((on, at) => (at === n && n > 0 ? !on : on))));
    const next = switched.reduce(cheaper, best);
    better = next.costPerHour < best.costPerHour * (1 - leastGain);
    if (better) best = next;
  }
  return {
    rejuvenateWith: best.on.flatMap((on, working) => (on ? [working] : [])),
    costPerHour: best.costPerHour,
    solved: best.solved,
  };
}

interface Candidate {
  readonly on: readonly boolean[];
  readonly solved: SolvedCluster;
  readonly costPerHour: number;
}

const cheaper = (best: Candidate, one: Candidate): Candidate =>
  one.costPerHour < best.costPerHour ? one : best;

const mostServers = 30;
/** Differences below this are rounding. */
const leastGain = 1e-12;

/** "rejuvenate an unstable server while at least 2 servers work" */
export function ruleInWords({ rejuvenateWith }: DetectionRule, servers: number): string {
  const [least] = rejuvenateWith;
  if (least === undefined) return 'do not rejuvenate';
  const whenever = 'rejuvenate an unstable server';
  if (rejuvenateWith.length < servers - least + 1) {
    return `${whenever} while ${rejuvenateWith.join(' or ')} of ${servers} servers work`;
  }
  if (least === 1) return `${whenever} as soon as it is noticed`;
  return least === servers
    ? `${whenever} while all ${servers} servers work`
    : `${whenever} while at least ${least} of ${servers} servers work`;
}
