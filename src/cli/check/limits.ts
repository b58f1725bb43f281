import { found, type Finding } from './finding.ts';

const group = 'load balancers';

/** What one load balancer may carry, and carries. `maxconn` 0: no limit of its own. */
export interface Carries {
  readonly name: string;
  readonly maxconn: number;
  readonly connections: number;
}

/** From this share of its connections on there is no room for what a failing neighbour leaves behind. */
const nearlyFull = 0.8;

/** How many connections each load balancer may carry: the same on both, and with room. */
export function examineLimits(pair: readonly Carries[]): Finding[] {
  return [
    ...unequal(pair),
    ...pair.flatMap(({ name, maxconn, connections }) => {
      if (maxconn === 0 || connections < maxconn * nearlyFull) return [];
      const message = `${connections} of ${maxconn} connections are taken, which leaves little for what the other one carries`;
      const fix = 'raise `maxconn` in its `global` section, and the limit of open files with it';
      return [found('warning', group, name, message, fix)];
    }),
  ];
}

/** HAProxy takes its limit from that of open files when none is written, and then a server more or less shows. */
const nearlyEqual = 0.9;

function unequal(pair: readonly Carries[]): Finding[] {
  const values = pair.map(({ maxconn }) => maxconn).filter((maxconn) => maxconn > 0);
  if (Math.min(...values) >= Math.max(...values) * nearlyEqual) return [];
  const each = pair.map(({ name, maxconn }) => `${maxconn} on ${name}`).join(', ');
  const message = `the most connections differ (${each}): the smaller one cannot carry what the other leaves behind`;
  return [found('warning', group, 'pair', message, 'set the same `maxconn` in both `global` sections')];
}
