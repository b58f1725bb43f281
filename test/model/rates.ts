import fc from 'fast-check';
import type { AgingCluster } from '../../src/model/patent.ts';

/** A rate anywhere from 1e-9 to 1e6 per hour, each order of magnitude as likely as the others. */
export const anyRate = fc.double({ min: -9, max: 6, noNaN: true }).map((exponent) => 10 ** exponent);

/** A cluster of the patent with any such rates. */
export const anyCluster = (servers: fc.Arbitrary<number>): fc.Arbitrary<AgingCluster> =>
  fc.record({
    servers,
    agingPerHour: anyRate,
    failurePerHour: anyRate,
    repairPerHour: anyRate,
    restartPerHour: anyRate,
  });

/** |a - b| relative to the larger. What a double can only hold with fewer digits (below 1e-290) counts as zero. */
export function relative(a: number, b: number): number {
  return a === b || (Math.abs(a) < 1e-290 && Math.abs(b) < 1e-290)
    ? 0
    : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}
