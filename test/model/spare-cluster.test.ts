import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelCluster } from '../../src/model/level-cluster.ts';
import { levelOutlooks, serverOutlooks } from '../../src/model/outlook.ts';
import { patentCluster } from '../../src/model/patent.ts';
import { serverCluster } from '../../src/model/server-cluster.ts';
import { stateSpaceSize } from '../../src/model/server-states.ts';
import { instantSwitchover, type ServerCluster } from '../../src/model/spare-cluster.ts';
import { anyCluster, anyRate, relative } from './rates.ts';

const base: ServerCluster = {
  primaries: 2,
  spares: 1,
  leastServing: 2,
  mode: 'active-standby',
  gate: 'spare',
  agingPerHour: 0.006,
  failurePerHour: 0.0005,
  healthyFailurePerHour: 0,
  repairPerHour: 0.25,
  restartPerHour: 4,
  crews: 1,
  rejuvenatedAtOnce: 1,
  switchover: instantSwitchover,
};

describe('the cluster by levels (model L)', () => {
  it('without spares, with one server as the minimum, is the patent’s', () => {
    fc.assert(
      fc.property(anyCluster(fc.integer({ min: 1, max: 200 })), anyRate, (any, lr) => {
        const patent = patentCluster(any, { perHour: lr });
        const levels = levelCluster(
          { ...base, ...any, primaries: any.servers, spares: 0, leastServing: 1, gate: 'none' },
          lr,
        );
        for (const field of [
          'unavailability',
          'availability',
          'downByFailure',
          'downByRejuvenation',
          'failuresPerHour',
          'rejuvenationsPerHour',
        ] as const) {
          expect(relative(levels[field], patent[field])).toBeLessThan(1e-13);
        }
      }),
    );
  });

  it('takes rejuvenation at once as the limit of ever faster rejuvenation', () => {
    const atOnce = levelCluster({ ...base, gate: 'none' }, Infinity);
    const fast = levelCluster({ ...base, gate: 'none' }, 1e13);
    expect(relative(atOnce.servingServers, fast.servingServers)).toBeLessThan(1e-9);
    expect(atOnce.downByFailure).toBe(0);
  });

  it('stands beside the same cluster without rejuvenation', () => {
    const costs = { failureDownPerHour: 1000, rejuvenationDownPerHour: 40 };
    const { present, without } = levelOutlooks({ ...base, gate: 'none' }, 0.02, costs, 8760);
    expect(present.unavailability).toBeCloseTo(2.57930393709e-6, 15);
    expect(without.cost).toBeGreaterThan(present.cost);
  });
});

describe('the cluster server by server (model S)', () => {
  it('of one server is the patent’s of one server', () => {
    fc.assert(
      fc.property(anyCluster(fc.constant(1)), anyRate, (any, lr) => {
        const one = { ...base, ...any, primaries: 1, spares: 0, leastServing: 1, gate: 'none' } as const;
        const [server, patent] = [serverCluster(one, lr), patentCluster(any, { perHour: lr })];
        expect(relative(server.unavailability, patent.unavailability)).toBeLessThan(1e-13);
      }),
    );
  });

  it('of independent servers is a binomial tail, for any rates', () => {
    fc.assert(
      fc.property(
        anyCluster(fc.integer({ min: 1, max: 8 })),
        anyRate,
        fc.integer({ min: 1, max: 8 }),
        (any, lr, least) => {
          const n = any.servers;
          const leastServing = Math.min(least, n);
          const { availability: up, unavailability: down } = patentCluster(
            { ...any, servers: 1 },
            { perHour: lr },
          );
          let [tail, choose] = [0, 1];
          for (let k = 0; k < leastServing; k += 1) {
            tail += choose * up ** k * down ** (n - k);
            choose *= (n - k) / (k + 1);
          }
          const independent: ServerCluster = {
            ...base,
            ...any,
            primaries: n,
            spares: 0,
            leastServing,
            mode: 'active-active',
            gate: 'none',
            crews: Infinity,
            rejuvenatedAtOnce: Infinity,
          };
          fc.pre(tail > 1e-290);
          expect(relative(serverCluster(independent, lr).unavailability, tail)).toBeLessThan(1e-12);
        },
      ),
    );
  });

  it('does not depend on the unit of time', () => {
    const slow = serverCluster(base, 0.02);
    const fast = serverCluster(
      {
        ...base,
        agingPerHour: base.agingPerHour * 60,
        failurePerHour: base.failurePerHour * 60,
        repairPerHour: base.repairPerHour * 60,
        restartPerHour: base.restartPerHour * 60,
      },
      0.02 * 60,
    );
    expect(relative(slow.unavailability, fast.unavailability)).toBeLessThan(1e-13);
    expect(relative(slow.failuresPerHour * 60, fast.failuresPerHour)).toBeLessThan(1e-13);
  });

  it('gets better with every spare, and worse the more servers must serve', () => {
    const down = (change: Partial<ServerCluster>): number =>
      serverCluster({ ...base, gate: 'none', ...change }, 0.02).unavailability;
    expect(down({ spares: 2 })).toBeLessThan(down({ spares: 1 }));
    expect(down({ spares: 1 })).toBeLessThan(down({ spares: 0 }));
    expect(down({ leastServing: 1 })).toBeLessThan(down({ leastServing: 2 }));
  });

  it('gains from a gate, while the levels of the patent suffer from it', () => {
    const open = { ...base, gate: 'none' } as const;
    expect(serverCluster(base, 0.02).unavailability).toBeLessThan(serverCluster(open, 0.02).unavailability);
    expect(levelCluster(base, 0.02).unavailability).toBeGreaterThan(
      100 * levelCluster(open, 0.02).unavailability,
    );
  });

  it('splits all time into up, planned and unplanned, whatever the switch-over costs', () => {
    for (const scope of ['service', 'slot'] as const) {
      const switchover = {
        coverage: 0.9,
        failoverHours: 0.01,
        uncoveredHours: 1,
        handoverHours: 0.002,
        scope,
      };
      for (const leastServing of [1, 2]) {
        for (const state of [
          serverCluster({ ...base, leastServing, switchover }, 0.02),
          levelCluster({ ...base, leastServing, switchover }, 0.02),
        ]) {
          const { availability, unavailability, downByFailure, downByRejuvenation } = state;
          expect(availability + unavailability).toBeCloseTo(1, 14);
          expect(relative(downByFailure + downByRejuvenation, unavailability)).toBeLessThan(1e-14);
        }
      }
    }
  });

  it('stands beside the same cluster without rejuvenation', () => {
    const costs = { failureDownPerHour: 1000, rejuvenationDownPerHour: 40 };
    const { present, without } = serverOutlooks(base, 0.02, costs, 8760);
    expect(present.downtimeHours).toBeCloseTo(0.00478462340296, 13);
    expect(without.downtimeHours).toBeCloseTo(0.0612258942002, 12);
  });

  it('counts the states before it builds them', () => {
    const wide = { ...base, primaries: 100, spares: 0, leastServing: 1, mode: 'active-active' } as const;
    expect(stateSpaceSize(wide)).toBe(10_201);
    expect(stateSpaceSize({ ...wide, rejuvenatedAtOnce: Infinity })).toBe((103 * 102 * 101) / 6);
    expect(stateSpaceSize({ ...wide, mode: 'active-standby', primaries: 95, spares: 5 })).toBe(
      stateSpaceSize({ ...wide, primaries: 95, spares: 5 }) - 15 - 10,
    );
  });

  it('refuses what is too large, at once', () => {
    const tooLarge: unknown = expect.objectContaining({ code: 'model-too-large' });
    const start = performance.now();
    const wide = { ...base, primaries: 100, mode: 'active-active', rejuvenatedAtOnce: Infinity } as const;
    expect(() => serverCluster(wide, 1)).toThrow(tooLarge);
    expect(() => serverCluster({ ...wide, primaries: 1_000_000 - 1 }, 1)).toThrow(tooLarge);
    expect(() => serverCluster({ ...wide, primaries: 300, rejuvenatedAtOnce: 1 }, 1)).toThrow(tooLarge);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('refuses a cluster that gets stuck, and says where', () => {
    const immortal = { ...base, failurePerHour: 0 };
    expect(() => serverCluster(immortal, 0)).toThrow(
      /from 2 healthy, 1 unstable, 0 rejuvenating and 0 failed there is no way back to 3 healthy/,
    );
    // The gate keeps the last two unstable servers from ever being rejuvenated.
    expect(() => serverCluster({ ...immortal, spares: 0 }, 1)).toThrow(
      expect.objectContaining({ code: 'model-reducible' }),
    );
  });

  it.each([
    ['primaries', { primaries: 0 }],
    ['primaries', { primaries: NaN }],
    ['spares', { spares: -1 }],
    ['leastServing', { leastServing: 0 }],
    ['leastServing', { leastServing: 4 }],
    ['leastServing', { leastServing: 3 }],
    ['leastServing', { leastServing: 4, mode: 'active-active' }],
    ['agingPerHour', { agingPerHour: -1 }],
    ['failurePerHour', { failurePerHour: NaN }],
    ['healthyFailurePerHour', { healthyFailurePerHour: -1 }],
    ['repairPerHour', { repairPerHour: 0 }],
    ['restartPerHour', { restartPerHour: Infinity }],
    ['crews', { crews: 0 }],
    ['rejuvenatedAtOnce', { rejuvenatedAtOnce: 0.5 }],
    ['coverage', { switchover: { ...instantSwitchover, coverage: 1.1 } }],
    ['failoverHours', { switchover: { ...instantSwitchover, failoverHours: -1 } }],
    ['uncoveredHours', { switchover: { ...instantSwitchover, uncoveredHours: Infinity } }],
    ['handoverHours', { switchover: { ...instantSwitchover, handoverHours: NaN } }],
  ] as const)('is refused, naming %s, for %o', (field, wrong) => {
    expect(() => serverCluster({ ...base, ...wrong }, 0.02)).toThrow(
      expect.objectContaining({ code: 'model-input', where: field }),
    );
  });

  it('refuses an infinite rejuvenation rate, which has no generator', () => {
    expect(() => serverCluster(base, Infinity)).toThrow(
      expect.objectContaining({ where: 'rejuvenationPerHour' }),
    );
  });
});
