import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finiteTimerExists } from '../../src/model/age-existence.ts';
import { ageCost, ageShares, ageUnavailability, type AgePolicy } from '../../src/model/age-policy.ts';
import { bestAge } from '../../src/model/best-age.ts';
import { independentUnavailability } from '../../src/model/independent-servers.ts';
import { exponentialLife } from '../../src/model/life/exponential.ts';
import { hypoexponentialLife } from '../../src/model/life/hypoexponential.ts';
import { weibullLife } from '../../src/model/life/weibull.ts';
import { slotPolicy } from '../../src/model/spare-timer.ts';

const within = (low: number, high: number): fc.Arbitrary<number> =>
  fc.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map((ln) => Math.exp(ln));

const anyPolicy: fc.Arbitrary<AgePolicy> = fc.record({
  life: fc.oneof(
    fc.tuple(within(1e-5, 1), within(1e-5, 1)).map(([a, b]) => hypoexponentialLife(a, b)),
    fc.tuple(within(0.4, 6), within(1, 1e4)).map(([shape, scale]) => weibullLife(shape, scale)),
    within(1e-5, 1).map(exponentialLife),
  ),
  repairHours: within(0.01, 100),
  rejuvenationHours: within(0.001, 10),
  clockFreeHours: fc.oneof(fc.constant(0), within(0.1, 1000)),
  costs: fc.record({
    failureDownPerHour: within(1, 1e4),
    rejuvenationDownPerHour: within(1, 1e3),
    perFailure: fc.oneof(fc.constant(0), within(1, 1e4)),
    perRejuvenation: fc.oneof(fc.constant(0), within(1, 1e3)),
  }),
});

describe('the best timer', () => {
  it('is not beaten by any other, for any life and costs', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        const best = bestAge(policy);
        const ages = Array.from({ length: 200 }, (_, n) => policy.life.meanHours * 10 ** (-6 + n / 20));
        for (const hours of [0, ...ages, Infinity]) {
          expect(ageCost(policy, hours)).toBeGreaterThanOrEqual(best.costPerHour * (1 - 1e-12));
        }
        expect(ageCost(policy, best.hours)).toBe(best.costPerHour);
      }),
      { numRuns: 200 },
    );
  });

  it('is not beaten on a life with costs of its degraded phase either', () => {
    fc.assert(
      fc.property(anyPolicy, within(1e-4, 10), within(1e-4, 1), within(1e-4, 1), (policy, cu, a, b) => {
        const life = hypoexponentialLife(a, b);
        const costs = { failureDownPerHour: 100, rejuvenationDownPerHour: 10, degradedPerHour: cu };
        const worn = { ...policy, life, costs };
        const best = bestAge(worn);
        for (let n = 0; n < 200; n += 1) {
          const hours = life.meanHours * 10 ** (-6 + n / 20);
          expect(ageCost(worn, hours)).toBeGreaterThanOrEqual(best.costPerHour * (1 - 1e-12));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('exists for two phases exactly if the published condition holds', () => {
    const rate = within(1e-4, 1);
    fc.assert(
      fc.property(anyPolicy, rate, rate, (policy, agingPerHour, failurePerHour) => {
        const server = { ...policy, clockFreeHours: 0 };
        const { exists, forIt, againstIt } = finiteTimerExists({ ...server, agingPerHour, failurePerHour });
        const { kind } = bestAge({ ...server, life: hypoexponentialLife(agingPerHour, failurePerHour) });
        // Near the boundary the best timer is so long that it costs what none costs, to all digits.
        if (forIt > 1.1 * againstIt) expect(kind).toBe('interior');
        if (!exists) expect(kind).not.toBe('interior');
      }),
      { numRuns: 200 },
    );
  });

  it('for availability alone compares t_r / t_f with rho / (1 + rho)', () => {
    const server = { agingPerHour: 0.004, failurePerHour: 0.0005, rejuvenationHours: 0.2 };
    const limit = 0.125 / 1.125;
    expect(finiteTimerExists({ ...server, repairHours: 0.2 / limit / 0.999 }).exists).toBe(true);
    expect(finiteTimerExists({ ...server, repairHours: (0.2 / limit) * 0.999 }).exists).toBe(false);
  });

  it('with a falling hazard is never, or at once if that is cheaper', () => {
    const policy = { life: weibullLife(0.7, 400), repairHours: 3, rejuvenationHours: 0.2 };
    expect(bestAge(policy).kind).toBe('never');
    const costs = { failureDownPerHour: 1000, rejuvenationDownPerHour: 1e-3 };
    expect(bestAge({ ...policy, costs }).kind).toBe('immediate');
  });

  it('with free and instant rejuvenation is as often as possible', () => {
    const policy = { life: weibullLife(2, 400), repairHours: 3, rejuvenationHours: 0 };
    expect(bestAge(policy)).toEqual({ kind: 'immediate', hours: 0, costPerHour: 0 });
    const steady = { ...policy, life: exponentialLife(0.01) };
    expect(bestAge(steady).kind).not.toBe('interior');
  });

  it('refuses costs by which failures cost nothing, and inputs that mean nothing', () => {
    const policy: AgePolicy = { life: weibullLife(2, 400), repairHours: 3, rejuvenationHours: 1 };
    const refusal = (field: string): unknown =>
      expect.objectContaining({ code: 'model-input', where: field });
    const free = { failureDownPerHour: 0, rejuvenationDownPerHour: 1 };
    expect(() => bestAge({ ...policy, costs: free })).toThrow(refusal('costs'));
    expect(() => bestAge({ ...policy, repairHours: 0 })).toThrow(refusal('costs'));
    expect(() => bestAge({ ...policy, repairHours: -1 })).toThrow(refusal('repairHours'));
    expect(() => bestAge({ ...policy, rejuvenationHours: NaN })).toThrow(refusal('rejuvenationHours'));
    expect(() => bestAge({ ...policy, clockFreeHours: Infinity })).toThrow(refusal('clockFreeHours'));
    expect(() => ageCost(policy, -1)).toThrow(refusal('hours'));
    expect(() => ageCost(policy, NaN)).toThrow(refusal('hours'));
    const worn = { failureDownPerHour: 1, rejuvenationDownPerHour: 1, degradedPerHour: 1 };
    expect(() => bestAge({ ...policy, costs: worn })).toThrow(refusal('degradedPerHour'));
    expect(() => ageShares(policy, 1)).toThrow(refusal('life'));
  });
});

describe('a server under a timer', () => {
  const policy: AgePolicy = {
    life: hypoexponentialLife(1 / 240, 1 / 2160),
    repairHours: 6,
    rejuvenationHours: 1 / 6,
  };

  it('spends its time in five ways, as German 2000 (figure 17.9) has it', () => {
    const shares = ageShares(policy, 336);
    // Printed by two independent tools (PRISM-GSMP, ORIS) to 16 digits.
    expect(shares.failed).toBeCloseTo(0.0012418344431225946, 14);
    expect(shares.rejuvenatingDegraded).toBeCloseTo(0.00034829916412600667, 14);
    expect(shares.degraded).toBeCloseTo(0.4470603995241338, 13);
    expect(shares.rejuvenatingHealthy).toBeCloseTo(0.00012529280226432975, 14);
    expect(shares.healthy).toBeCloseTo(0.5512241740663533, 13);
    const down = shares.failed + shares.rejuvenatingDegraded + shares.rejuvenatingHealthy;
    expect(down).toBeCloseTo(ageUnavailability(policy, 336), 15);
  });

  it('shares the fate of several independent ones', () => {
    const one = ageUnavailability(policy, 336);
    expect(independentUnavailability(policy, 336, 1, 1)).toBe(one);
    expect(independentUnavailability(policy, 336, 3, 1)).toBeCloseTo(one ** 3, 20);
    expect(independentUnavailability(policy, 336, 3, 3)).toBeCloseTo(1 - (1 - one) ** 3, 14);
    expect(() => independentUnavailability(policy, 336, 3, 4)).toThrow(
      expect.objectContaining({ where: 'leastServing' }),
    );
  });

  it('with a spare always ready pays for switch-overs only', () => {
    const switchover = {
      coverage: 0.9,
      failoverHours: 0.01,
      uncoveredHours: 1,
      handoverHours: 0.002,
      scope: 'service',
    } as const;
    const costs = { failureDownPerHour: 1, rejuvenationDownPerHour: 1 };
    const slot = slotPolicy(policy.life, switchover, costs);
    expect(slot.repairHours).toBeCloseTo(0.109, 15);
    expect(slot.rejuvenationHours).toBe(0.002);
    expect(bestAge(slot).kind).toBe('interior');
  });
});
