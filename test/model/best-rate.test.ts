import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestPatentRate, lastServerRule, rateInWords } from '../../src/model/best-patent-rate.ts';
import { bestSharedRate } from '../../src/model/best-shared-rate.ts';
import { bestDetectionRule, ruleInWords, type DetectionRule } from '../../src/model/detection.ts';
import { costPerHour } from '../../src/model/cost.ts';
import { costAtRate } from '../../src/model/patent-slope.ts';
import type { AgingCluster } from '../../src/model/patent.ts';
import { serverCluster } from '../../src/model/server-cluster.ts';
import { instantSwitchover, type ServerCluster } from '../../src/model/spare-cluster.ts';
import { relative } from './rates.ts';

const one: AgingCluster = {
  servers: 1,
  agingPerHour: 0.004,
  failurePerHour: 0.0005,
  repairPerHour: 0.5,
  restartPerHour: 6,
};
const equalCosts = { failureDownPerHour: 1, rejuvenationDownPerHour: 1 };
const rate = fc.double({ min: -4, max: 1, noNaN: true }).map((exponent) => 10 ** exponent);
const anyCosts = fc.record({ failureDownPerHour: rate, rejuvenationDownPerHour: rate });
const anyCluster = fc.record({
  servers: fc.integer({ min: 1, max: 8 }),
  agingPerHour: rate,
  failurePerHour: rate,
  repairPerHour: rate,
  restartPerHour: rate,
});

describe('the best exponential rate of the patent’s cluster', () => {
  it('is never one in between: 0 or the cap is at least as good as any', () => {
    fc.assert(
      fc.property(anyCluster, anyCosts, fc.oneof(rate, fc.constant(Infinity)), (cluster, costs, cap) => {
        const best = bestPatentRate(cluster, costs, cap);
        for (let n = -60; n <= 60; n += 1) {
          const perHour = 10 ** (n / 12);
          if (perHour > cap) break;
          expect(costAtRate(cluster, costs, perHour).cost).toBeGreaterThanOrEqual(
            best.costPerHour * (1 - 1e-11),
          );
        }
      }),
    );
  });

  it('has a slope that the differences of the cost confirm', () => {
    fc.assert(
      fc.property(anyCluster, anyCosts, rate, (cluster, costs, x) => {
        const at = (perHour: number): number => costAtRate(cluster, costs, perHour).lnCost;
        const h = x * 1e-3;
        const slope = (at(x - 2 * h) - at(x + 2 * h) + 8 * (at(x + h) - at(x - h))) / (12 * h);
        expect(Math.abs(slope - costAtRate(cluster, costs, x).lnSlope) * x).toBeLessThan(1e-8);
      }),
    );
  });

  it('of one server is at once exactly if mu_r/mu > 1 + lf/l, for availability', () => {
    const verdict = (restartPerHour: number): string =>
      bestPatentRate({ ...one, restartPerHour }, equalCosts, Infinity).best;
    expect(verdict(4.6)).toBe('at once');
    expect(verdict(4.5)).toBe('any');
    expect(verdict(4.4)).toBe('never');
  });

  it('of many servers is at once, even where the cost is below the range of a double', () => {
    const many = { ...one, servers: 1000 };
    const best = bestPatentRate(many, equalCosts, 10);
    expect(best).toMatchObject({ best: 'at the cap', perHour: 10, costAtZero: 0, costPerHour: 0 });
    expect(bestPatentRate(many, equalCosts, Infinity).best).toBe('at once');
  });

  it('rises to a maximum first where repair is fast and rejuvenation slow', () => {
    const cluster = {
      servers: 2,
      agingPerHour: 0.006,
      failurePerHour: 0.01,
      repairPerHour: 20,
      restartPerHour: 0.05,
    };
    const costs = { failureDownPerHour: 10, rejuvenationDownPerHour: 50 };
    const best = bestPatentRate(cluster, costs, Infinity);
    expect(best.worst?.perHour).toBeCloseTo(0.0152285981, 9);
    expect(best.breakEvenPerHour).toBeCloseTo(46.4124972143, 8);
    expect(bestPatentRate(cluster, costs, 46).best).toBe('never');
    expect(bestPatentRate(cluster, costs, 47).best).toBe('at the cap');
    expect(lastServerRule(cluster, costs, 47).rejuvenate).toBe(false);
  });

  it('decides about the last server as comparing both costs does', () => {
    fc.assert(
      fc.property(anyCluster, anyCosts, rate, (cluster, costs, perHour) => {
        const { rejuvenate, costIfOn, costIfOff } = lastServerRule(cluster, costs, perHour);
        fc.pre(relative(costIfOn, costIfOff) > 1e-9);
        expect(rejuvenate).toBe(costIfOn < costIfOff);
      }),
    );
  });

  it('is at once where only rounding says that the cost rises first', () => {
    const even = { ...one, servers: 2, agingPerHour: 1 + 2 ** -51, failurePerHour: 1, repairPerHour: 1 };
    const best = bestPatentRate({ ...even, restartPerHour: 1 }, equalCosts, Infinity);
    expect(best).toMatchObject({ shape: 'decreasing', best: 'at once', worst: null });
  });

  it('is said in words', () => {
    const words = (restartPerHour: number): string =>
      rateInWords(bestPatentRate({ ...one, restartPerHour }, equalCosts, Infinity));
    expect(words(5)).toBe('rejuvenate an unstable server as soon as possible');
    expect(words(4.5)).toBe('rejuvenation makes no difference');
    expect(words(4)).toBe('do not rejuvenate');
  });

  it.each([
    ['agingPerHour', { ...one, agingPerHour: 0 }, equalCosts, 1],
    ['failurePerHour', { ...one, failurePerHour: 0 }, equalCosts, 1],
    ['costs', one, { failureDownPerHour: 0, rejuvenationDownPerHour: 0 }, 1],
    ['failureDownPerHour', one, { failureDownPerHour: 0, rejuvenationDownPerHour: 1 }, 1],
    ['rejuvenationDownPerHour', one, { failureDownPerHour: 1, rejuvenationDownPerHour: NaN }, 1],
    ['capPerHour', one, equalCosts, NaN],
  ])('is refused, naming %s', (field, cluster, costs, cap) => {
    expect(() => bestPatentRate(cluster, costs, cap)).toThrow(
      expect.objectContaining({ code: 'model-input', where: field }),
    );
  });
});

const pair: ServerCluster = {
  primaries: 2,
  spares: 0,
  leastServing: 1,
  mode: 'active-active',
  gate: 'none',
  agingPerHour: 0.02,
  failurePerHour: 0.01,
  healthyFailurePerHour: 0,
  repairPerHour: 0.4,
  restartPerHour: 0.5,
  crews: 1,
  rejuvenatedAtOnce: Infinity,
  switchover: instantSwitchover,
};
const costs = { failureDownPerHour: 10, rejuvenationDownPerHour: 1 };

describe('rejuvenation on detection', () => {
  it('by number of working servers is many times better than the best shared rate', () => {
    const shared = bestSharedRate(pair, costs, 1e-6, 1e6);
    const rule = bestDetectionRule(pair, costs, 1e4);
    expect(shared).toMatchObject({ kind: 'interior' });
    expect(shared.costPerHour / rule.costPerHour).toBeCloseTo(41.4, 0);
    expect(rule.costPerHour).toBeCloseTo(3.26e-5, 7);
    expect(rule.rejuvenateWith).toEqual([2]);
    expect(ruleInWords(rule, 2)).toBe('rejuvenate an unstable server while all 2 servers work');
  });

  it.each([
    [
      65,
      1e6,
      {
        primaries: 1,
        spares: 1,
        mode: 'active-standby',
        agingPerHour: 0.01,
        failurePerHour: 0.04,
        repairPerHour: 1.2,
        restartPerHour: 12,
      },
      { failureDownPerHour: 1, rejuvenationDownPerHour: 1 },
    ],
    [
      8,
      1e6,
      {
        spares: 1,
        leastServing: 2,
        agingPerHour: 0.1,
        failurePerHour: 0.27,
        repairPerHour: 2.6,
        restartPerHour: 1.9,
      },
      costs,
    ],
  ] as const)(
    'is %d times better than the best shared rate for another cluster',
    (times, cap, change, money) => {
      const cluster: ServerCluster = { ...pair, ...change };
      const shared = bestSharedRate(cluster, money, 1e-6, 1e6);
      const rule = bestDetectionRule(cluster, money, cap);
      expect(shared.costPerHour / rule.costPerHour).toBeGreaterThan(times * 0.97);
    },
  );

  it('is the best of all rules by number of working servers', () => {
    const speed = fc.double({ min: -1, max: 3, noNaN: true }).map((exponent) => 10 ** exponent);
    const three = { ...pair, spares: 1 };
    fc.assert(
      fc.property(rate, rate, rate, rate, anyCosts, speed, (a, b, c, d, money, detectedPerHour) => {
        const cluster = { ...three, agingPerHour: a, failurePerHour: b, repairPerHour: c, restartPerHour: d };
        const found = bestDetectionRule(cluster, money, detectedPerHour);
        for (let rule = 0; rule < 16; rule += 2) {
          const on = (working: number): boolean => (rule & (1 << working)) !== 0;
          const state = serverCluster(cluster, ({ healthy, unstable }) =>
            on(healthy + unstable) ? detectedPerHour : 0,
          );
          expect(found.costPerHour).toBeLessThanOrEqual(costPerHour(state, money) * (1 + 1e-9));
        }
      }),
    );
  });

  it('does nothing where a rejuvenation costs more than a failure', () => {
    const rule = bestDetectionRule({ ...pair, restartPerHour: 0.01 }, { ...costs, perRejuvenation: 1e6 }, 10);
    expect(rule.rejuvenateWith).toEqual([]);
    expect(ruleInWords(rule, 2)).toBe('do not rejuvenate');
  });

  it('is said in words', () => {
    const rule = (rejuvenateWith: number[]): DetectionRule => {
      const { solved } = bestDetectionRule(pair, costs, 1);
      return { rejuvenateWith, costPerHour: 0, solved };
    };
    expect(ruleInWords(rule([1, 2, 3]), 3)).toBe('rejuvenate an unstable server as soon as it is noticed');
    expect(ruleInWords(rule([2, 3]), 3)).toBe(
      'rejuvenate an unstable server while at least 2 of 3 servers work',
    );
    expect(ruleInWords(rule([1, 3]), 3)).toBe('rejuvenate an unstable server while 1 or 3 of 3 servers work');
  });

  it('refuses rates and costs that mean nothing', () => {
    expect(() => bestDetectionRule(pair, costs, 0)).toThrow(
      expect.objectContaining({ where: 'detectedPerHour' }),
    );
    expect(() => bestDetectionRule({ ...pair, primaries: 40 }, costs, 1)).toThrow(
      expect.objectContaining({ where: 'primaries' }),
    );
    expect(() => bestSharedRate(pair, costs, 1, 1)).toThrow(
      expect.objectContaining({ where: 'fastestPerHour' }),
    );
    expect(() => bestSharedRate(pair, costs, NaN, 1)).toThrow(
      expect.objectContaining({ where: 'slowestPerHour' }),
    );
  });
});
