import { describe, expect, it } from 'vitest';
import { finiteTimerExists } from '../../src/model/age-existence.ts';
import { ageCost, ageUnavailability } from '../../src/model/age-policy.ts';
import { bestAge } from '../../src/model/best-age.ts';
import { bestCalendar } from '../../src/model/best-calendar.ts';
import { calendarCluster, calendarModel } from '../../src/model/calendar.ts';
import { costPerHour } from '../../src/model/cost.ts';
import { bestDetectionRule, ruleInWords } from '../../src/model/detection.ts';
import { intervalInWords } from '../../src/model/interval.ts';
import { hypoexponentialLife } from '../../src/model/life/hypoexponential.ts';
import { serverCluster } from '../../src/model/server-cluster.ts';
import type { ServerCluster } from '../../src/model/spare-cluster.ts';

const year = 8760;
const costs = { failureDownPerHour: 1000, rejuvenationDownPerHour: 40 };

describe('the worked example of docs/model.md', () => {
  const server = { life: hypoexponentialLife(1 / 250, 1 / 500), repairHours: 8, rejuvenationHours: 0.2 };

  it('for one server: 92 hours down a year without, 40 with the best timer', () => {
    expect(finiteTimerExists({ ...server, agingPerHour: 1 / 250, failurePerHour: 1 / 500 }).exists).toBe(
      true,
    );
    const best = bestAge(server);
    expect(intervalInWords(best)).toBe('every 3 d 23 h');
    expect(ageUnavailability(server, Infinity) * year).toBeCloseTo(92.454, 3);
    expect(ageUnavailability(server, 168) * year).toBeCloseTo(44.645, 3);
    expect(best.costPerHour * year).toBeCloseTo(40.216, 3);
  });

  it('for one server: failures that cost 25 times as much per hour call for a shorter one', () => {
    const priced = { ...server, costs };
    const best = bestAge(priced);
    expect(intervalInWords(best)).toBe('every 16 h 8 min');
    expect(best.costPerHour * year).toBeCloseTo(8610.68, 2);
    const yearly = [24, 168, Infinity].map((hours) => Math.round(ageCost(priced, hours) * year));
    expect(yearly).toEqual([9250, 35_218, 92_454]);
  });

  it('for two servers and a spare: a blind cron line, one that asks a monitor, and detection', () => {
    const cluster: ServerCluster = {
      primaries: 2,
      spares: 1,
      leastServing: 2,
      mode: 'active-standby',
      gate: 'spare',
      agingPerHour: 1 / 250,
      failurePerHour: 1 / 500,
      healthyFailurePerHour: 0,
      repairPerHour: 1 / 8,
      restartPerHour: 5,
      crews: 1,
      rejuvenatedAtOnce: 1,
      switchover: {
        coverage: 0.95,
        failoverHours: 30 / 3600,
        uncoveredHours: 0.5,
        handoverHours: 5 / 3600,
        scope: 'service',
      },
    };
    const range = { shortestHours: 0.5, longestHours: 20_000 };
    const weekly = calendarCluster(calendarModel(cluster, 'uniform'), 168);
    const [blind, first] = [
      bestCalendar(cluster, 'uniform', costs, range),
      bestCalendar(cluster, 'unstable-first', costs, range),
    ];
    const rule = bestDetectionRule(cluster, costs, 2);
    expect(costPerHour(serverCluster(cluster, 0), costs) * year).toBeCloseTo(2852.85, 2);
    expect(costPerHour(weekly, costs) * year).toBeCloseTo(1212.33, 2);
    expect(intervalInWords(blind)).toBe('every 7 h 27 min');
    expect(blind.costPerHour * year).toBeCloseTo(130.08, 2);
    expect(intervalInWords(first)).toBe('every 11 h 45 min');
    expect(first.costPerHour * year).toBeCloseTo(78.89, 2);
    expect(ruleInWords(rule, 3)).toBe('rejuvenate an unstable server as soon as it is noticed');
    expect(rule.costPerHour * year).toBeCloseTo(6.75, 2);
  });
});
