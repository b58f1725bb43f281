import type { Chain } from './chain.ts';
import { healthyAt, rejuvenatingAt, unstableAt } from './levels.ts';
import { checkCluster, type AgingCluster } from './patent.ts';
import { rateOrZero } from './refuse.ts';

/**
 * Fig. 3 of the patent as a list of transitions, for the general solver; the states are in the order of the closed form.
 * Takes finite rates only: an infinite one has no generator.
 */
export function patentChain(cluster: AgingCluster, rejuvenationPerHour: number): Chain {
  checkCluster(cluster);
  rateOrZero('rejuvenationPerHour', rejuvenationPerHour);
  const { servers: top, agingPerHour, failurePerHour, repairPerHour, restartPerHour } = cluster;
  const [from, to, perHour]: [number[], number[], number[]] = [[], [], []];
  const add = (source: number, target: number, rate: number): void => {
    if (rate === 0) return;
    from.push(source);
    to.push(target);
    perHour.push(rate);
  };
  for (let j = top; j >= 1; j -= 1) {
    add(healthyAt(top, j), unstableAt(top, j), agingPerHour);
    add(unstableAt(top, j), rejuvenatingAt(top, j), rejuvenationPerHour);
    add(unstableAt(top, j), healthyAt(top, j - 1), j * failurePerHour);
    add(rejuvenatingAt(top, j), healthyAt(top, j), restartPerHour);
    add(healthyAt(top, j - 1), healthyAt(top, j), repairPerHour);
  }
  return { size: 3 * top + 1, from, to, perHour, name: (state) => stateName(top, state) };
}

function stateName(top: number, state: number): string {
  const level = top - Math.floor(state / 3);
  const kinds = ['healthy', 'unstable', 'rejuvenating'];
  return `level ${level} ${level === 0 ? '(all failed)' : (kinds[state % 3] ?? '')}`;
}
