import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steadyState } from '../../src/model/gth.ts';
import { healthyAt, rejuvenatingAt, unstableAt } from '../../src/model/levels.ts';
import { patentOutlooks } from '../../src/model/outlook.ts';
import { patentChain } from '../../src/model/patent-chain.ts';
import { patentCluster, type AgingCluster } from '../../src/model/patent.ts';
import { anyCluster, anyRate, relative } from './rates.ts';

const cluster: AgingCluster = {
  servers: 2,
  agingPerHour: 0.006,
  failurePerHour: 0.0001,
  repairPerHour: 0.25,
  restartPerHour: 6,
};

describe('the steady state of the patent’s cluster', () => {
  it('of one server is what a page of algebra gives', () => {
    fc.assert(
      fc.property(anyCluster(fc.constant(1)), anyRate, (one, lr) => {
        const { agingPerHour: lf, failurePerHour: l, repairPerHour: mu, restartPerHour: mur } = one;
        const d = lr + l;
        const z = 1 + (lf / d) * (1 + lr / mur + l / mu);
        const state = patentCluster(one, { perHour: lr });
        expect(relative(state.downByFailure, (lf * l) / (d * mu) / z)).toBeLessThan(1e-13);
        expect(relative(state.downByRejuvenation, (lf * lr) / (d * mur) / z)).toBeLessThan(1e-13);
        expect(relative(state.availability, (1 + lf / d) / z)).toBeLessThan(1e-13);
      }),
    );
  });

  it('of two servers keeps the ratios of the levels', () => {
    const { probabilities: p } = patentCluster(cluster, { perHour: 0.003 });
    const [two, one, none] = [0, 1, 2].map((n) => p[3 * n]!);
    expect(one! / two!).toBeCloseTo((2 * 0.0001 * 0.006) / (0.25 * (0.003 + 0.0002)), 15);
    expect(none! / one!).toBeCloseTo((0.0001 * 0.006) / (0.25 * (0.003 + 0.0001)), 15);
  });

  it('is a distribution of positive probabilities, whatever the rates', () => {
    fc.assert(
      fc.property(anyCluster(fc.integer({ min: 1, max: 2000 })), anyRate, (any, lr) => {
        const state = patentCluster(any, { perHour: lr });
        const sum = state.probabilities.reduce((total, p) => total + p, 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
        // A probability below the range of a double is 0, and yet its logarithm is known.
        const wrong = [...state.probabilities].filter((p, index) => {
          const ln = state.ln(index);
          return !(p >= 0 && Number.isFinite(ln) && (p > 0 || ln < -700));
        });
        expect(wrong).toEqual([]);
        expect(Math.abs(state.availability + state.unavailability - 1)).toBeLessThan(1e-12);
      }),
      { numRuns: 40 },
    );
  });

  it('by the closed form is that of the general solver, for up to 500 servers and any rates', () => {
    fc.assert(
      fc.property(anyCluster(fc.integer({ min: 1, max: 500 })), anyRate, (any, lr) => {
        expect(largestDifference(any, lr)).toBeLessThan(1e-10);
      }),
      { numRuns: 60 },
    );
  });

  it('by the closed form is that of the general solver for 10,000 servers', () => {
    fc.assert(
      fc.property(anyCluster(fc.constant(10_000)), anyRate, (any, lr) => {
        expect(largestDifference(any, lr)).toBeLessThan(1e-10);
      }),
      { numRuns: 5 },
    );
  });

  it('does not depend on the unit of time', () => {
    fc.assert(
      fc.property(
        anyCluster(fc.integer({ min: 1, max: 50 })),
        anyRate,
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (any, lr, c) => {
          const faster = {
            servers: any.servers,
            agingPerHour: any.agingPerHour * c,
            failurePerHour: any.failurePerHour * c,
            repairPerHour: any.repairPerHour * c,
            restartPerHour: any.restartPerHour * c,
          };
          const [slow, fast] = [
            patentCluster(any, { perHour: lr }),
            patentCluster(faster, { perHour: lr * c }),
          ];
          expect(relative(slow.unavailability, fast.unavailability)).toBeLessThan(1e-11);
          expect(relative(slow.failuresPerHour * c, fast.failuresPerHour)).toBeLessThan(1e-11);
          expect(relative(slow.outagesPerHour * c, fast.outagesPerHour)).toBeLessThan(1e-11);
        },
      ),
    );
  });

  it('tends to that of rejuvenation at once as the rate grows', () => {
    const fast = patentCluster({ ...cluster, servers: 1 }, { perHour: 1e12 });
    const atOnce = patentCluster({ ...cluster, servers: 1 }, { perHour: Infinity });
    expect(relative(fast.unavailability, atOnce.unavailability)).toBeLessThan(1e-9);
    expect(atOnce.unavailability).toBeCloseTo(0.006 / (6 + 0.006), 15);
    expect(patentCluster(cluster, { perHour: Infinity }).unavailability).toBe(0);
  });

  it('under a fixed dwell time lies between none and at once', () => {
    const dwell = (hours: number): number => patentCluster(cluster, { afterHours: hours }).unavailability;
    expect(dwell(0)).toBe(patentCluster(cluster, { perHour: Infinity }).unavailability);
    expect(dwell(Infinity)).toBe(patentCluster(cluster, { perHour: 0 }).unavailability);
    expect(relative(dwell(1e9), dwell(Infinity))).toBeLessThan(1e-12);
    expect(dwell(10)).toBeLessThan(dwell(100));
  });
});

describe('the cluster over a year', () => {
  const costs = { failureDownPerHour: 5000, rejuvenationDownPerHour: 50 };

  it('stands beside the same cluster without rejuvenation', () => {
    const { present, without } = patentOutlooks(cluster, { perHour: 0.003 }, costs, 8640);
    expect(present.cost).toBeCloseTo(17.6349944213, 9);
    expect(present.downtimeHours).toBeCloseTo(0.00783777529837, 12);
    expect(without.cost).toBeCloseTo(766.472354359, 8);
    expect(without.availability).toBeCloseTo(0.999982257584, 12);
  });

  it.each([
    ['servers', { servers: 0 }],
    ['servers', { servers: 2.5 }],
    ['agingPerHour', { agingPerHour: -1 }],
    ['agingPerHour', { agingPerHour: NaN }],
    ['agingPerHour', { agingPerHour: Infinity }],
    ['failurePerHour', { failurePerHour: -1e-3 }],
    ['repairPerHour', { repairPerHour: 0 }],
    ['repairPerHour', { repairPerHour: Infinity }],
    ['restartPerHour', { restartPerHour: 0 }],
    ['restartPerHour', { restartPerHour: 1e-300 }],
  ])('is refused, naming %s, for %o', (field, wrong) => {
    const call = (): unknown => patentCluster({ ...cluster, ...wrong }, { perHour: 1 });
    expect(call).toThrow(expect.objectContaining({ code: 'model-input', where: field }));
  });

  it('is refused for triggers, periods and costs that mean nothing', () => {
    const refusal = (field: string): unknown =>
      expect.objectContaining({ code: 'model-input', where: field });
    expect(() => patentCluster(cluster, { perHour: NaN })).toThrow(refusal('rejuvenationPerHour'));
    expect(() => patentCluster(cluster, { perHour: -1 })).toThrow(refusal('rejuvenationPerHour'));
    expect(() => patentCluster(cluster, { afterHours: -1 })).toThrow(refusal('dwellHours'));
    expect(() => patentOutlooks(cluster, { perHour: 1 }, costs, 0)).toThrow(refusal('hours'));
    const negative = { ...costs, rejuvenationDownPerHour: -1 };
    expect(() => patentOutlooks(cluster, { perHour: 1 }, negative, 1)).toThrow(
      refusal('rejuvenationDownPerHour'),
    );
    const free = { failureDownPerHour: 0, rejuvenationDownPerHour: 0 };
    expect(() => patentOutlooks(cluster, { perHour: 1 }, free, 1)).toThrow(refusal('costs'));
  });

  it('is refused if an unstable server neither fails nor is rejuvenated', () => {
    const immortal = { ...cluster, failurePerHour: 0 };
    const stuck: unknown = expect.objectContaining({ code: 'model-reducible' });
    expect(() => patentCluster(immortal, { perHour: 0 })).toThrow(stuck);
    expect(() => patentCluster(immortal, { afterHours: Infinity })).toThrow(stuck);
    expect(() => steadyState(patentChain(immortal, 0))).toThrow(stuck);
    expect(patentCluster({ ...immortal, agingPerHour: 0 }, { perHour: 0 }).availability).toBe(1);
  });
});

/** The largest relative difference of a probability between closed form and elimination; of its logarithm below 1e-290. */
function largestDifference(any: AgingCluster, lr: number): number {
  const closed = patentCluster(any, { perHour: lr });
  const general = steadyState(patentChain(any, lr));
  const { servers } = any;
  expect(general.probabilities).toHaveLength(3 * servers + 1);
  let largest = 0;
  for (let level = servers; level >= 0; level -= 1) {
    const states = [healthyAt(servers, level)];
    if (level > 0) states.push(unstableAt(servers, level), rejuvenatingAt(servers, level));
    for (const state of states) {
      const [p, q] = [closed.probabilities[state]!, general.probabilities[state]!];
      largest = Math.max(
        largest,
        p > 1e-290 ? relative(p, q) : relative(closed.ln(state), general.ln(state)),
      );
    }
  }
  return largest;
}
