import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { ageUnavailability } from '../../src/model/age-policy.ts';
import { guardedUnavailability } from '../../src/model/guarded-servers.ts';
import { independentUnavailability } from '../../src/model/independent-servers.ts';
import { exponentialLife } from '../../src/model/life/exponential.ts';
import { weibullLife } from '../../src/model/life/weibull.ts';
import { serverCluster } from '../../src/model/server-cluster.ts';
import { instantSwitchover } from '../../src/model/spare-cluster.ts';

const policy = { life: weibullLife(2, 500), repairHours: 8, rejuvenationHours: 0.2 };

describe('servers with a guard against rejuvenations that would leave too few', () => {
  it('are down like a single server, where there is one', () => {
    for (const hours of [10, 100, Infinity]) {
      expect(guardedUnavailability(policy, hours, 1, 1)).toBeCloseTo(ageUnavailability(policy, hours), 15);
    }
  });

  it('are down as independent ones are, where nothing is rejuvenated', () => {
    for (const least of [1, 2, 3, 4]) {
      const independent = independentUnavailability(policy, Infinity, 4, least);
      expect(guardedUnavailability(policy, Infinity, 4, least) / independent).toBeCloseTo(1, 12);
    }
  });

  it('are nearly always down where nearly all places are empty, and never more than always', () => {
    const hopeless = { life: exponentialLife(10), repairHours: 1000, rejuvenationHours: 1 };
    expect(guardedUnavailability(hopeless, Infinity, 1000, 990)).toBe(1);
    expect(guardedUnavailability(hopeless, Infinity, 3, 1)).toBeCloseTo((10_000 / 10_001) ** 3, 12);
  });

  it('are never down more than without the guard, nor less than by failures alone', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 5000, noNaN: true }),
        fc.integer({ min: 2, max: 8 }),
        (hours, n) => {
          const least = n - 1;
          const found = guardedUnavailability(policy, hours, n, least);
          expect(found).toBeLessThanOrEqual(independentUnavailability(policy, hours, n, least) * (1 + 1e-9));
          const failuresOnly = independentUnavailability(
            { ...policy, rejuvenationHours: 0 },
            hours,
            n,
            least,
          );
          expect(found).toBeGreaterThan(failuresOnly * 0.9);
        },
      ),
    );
  });

  it('agree to first order with the exact chain of two servers, one of which must serve', () => {
    // Rejuvenated at a rate of 1/50 per hour while they fail at 1/500: the same law by a timer's mean and by model S.
    const exact = serverCluster(
      {
        ...{ primaries: 2, spares: 0, leastServing: 1, mode: 'active-active', gate: 'spare' },
        ...{ agingPerHour: 1e6, failurePerHour: 1 / 500, healthyFailurePerHour: 0 },
        ...{ repairPerHour: 1 / 8, restartPerHour: 5, crews: 2, rejuvenatedAtOnce: 1 },
        switchover: instantSwitchover,
      },
      1 / 50,
    );
    // The timer that takes out as many as the rate does: R / M = 1/50.
    const life = exponentialLife(1 / 500);
    let [low, high] = [1, 500];
    for (let n = 0; n < 60; n += 1) {
      const middle = (low + high) / 2;
      if (life.survives(middle) / life.lived(middle) > 1 / 50) low = middle;
      else high = middle;
    }
    const found = guardedUnavailability({ life, repairHours: 8, rejuvenationHours: 0.2 }, low, 2, 1);
    expect(found / exact.unavailability).toBeGreaterThan(0.95);
    expect(found / exact.unavailability).toBeLessThan(1.05);
  });

  it('refuses a minimum above their number', () => {
    expect(() => guardedUnavailability(policy, 10, 2, 3)).toThrow(/there are only 2 servers/);
  });
});
