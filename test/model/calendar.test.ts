import { describe, expect, it } from 'vitest';
import { ageCost, downtimeOnly } from '../../src/model/age-policy.ts';
import { bestAge } from '../../src/model/best-age.ts';
import { bestCalendar } from '../../src/model/best-calendar.ts';
import { calendarCluster, calendarModel } from '../../src/model/calendar.ts';
import { costPerHour } from '../../src/model/cost.ts';
import { hypoexponentialLife } from '../../src/model/life/hypoexponential.ts';
import { serverCluster } from '../../src/model/server-cluster.ts';
import { instantSwitchover, type ServerCluster } from '../../src/model/spare-cluster.ts';
import { tickOf } from '../../src/model/tick.ts';
import { relative } from './rates.ts';

const single: ServerCluster = {
  primaries: 1,
  spares: 0,
  leastServing: 1,
  mode: 'active-standby',
  gate: 'none',
  agingPerHour: 0.01,
  failurePerHour: 0.02,
  healthyFailurePerHour: 0,
  repairPerHour: 0.25,
  restartPerHour: 6,
  crews: 1,
  rejuvenatedAtOnce: 1,
  switchover: instantSwitchover,
};
const costs = { failureDownPerHour: 100, rejuvenationDownPerHour: 40 };
const range = { shortestHours: 1, longestHours: 400 };
const guarded: ServerCluster = { ...single, primaries: 2, spares: 1, leastServing: 2, gate: 'spare' };

describe('a cron line', () => {
  it('costs about what a timer costs, and a monitor beats both', () => {
    const timer = {
      life: hypoexponentialLife(0.01, 0.02),
      repairHours: 4,
      rejuvenationHours: 1 / 6,
      costs,
    };
    const blind = calendarModel(single, 'uniform');
    const asking = calendarModel(single, 'unstable-only');
    const table = [6, 12, 24, 48].map((hours) => [
      ageCost(timer, hours),
      costPerHour(calendarCluster(blind, hours), costs),
      costPerHour(calendarCluster(asking, hours), costs),
    ]);
    const expected = [
      [1.29611, 1.32204, 0.285861],
      [0.961623, 0.966831, 0.480073],
      [1.02586, 1.02576, 0.806054],
      [1.38421, 1.3696, 1.27328],
    ];
    for (const [row, cells] of table.entries()) {
      for (const [column, cell] of cells.entries()) {
        expect(relative(cell, expected[row]![column]!)).toBeLessThan(1e-5);
      }
    }
    expect(bestAge(timer).hours).toBeCloseTo(14.8338, 4);
    expect(bestCalendar(single, 'uniform', costs, range).hours).toBeCloseTo(14.9894, 4);
  });

  it('that fires hardly ever is like none', () => {
    const never = serverCluster(guarded, 0);
    const rare = calendarCluster(calendarModel(guarded, 'uniform'), 1e7);
    for (const field of ['unavailability', 'servingServers', 'allFailed', 'failuresPerHour'] as const) {
      expect(relative(rare[field], never[field])).toBeLessThan(1e-4);
    }
  });

  it('that fires all the time and asks the monitor is like detection', () => {
    const detected = serverCluster({ ...guarded, gate: 'none' }, 1e7);
    const often = calendarCluster(calendarModel({ ...guarded, gate: 'none' }, 'unstable-only'), 1e-5);
    expect(relative(often.unavailability, detected.unavailability)).toBeLessThan(1e-3);
    expect(relative(often.rejuvenationsPerHour, detected.rejuvenationsPerHour)).toBeLessThan(1e-3);
  });

  it('keeps its digits over many doublings of a short step', () => {
    const model = calendarModel(guarded, 'unstable-first');
    const { availability, unavailability } = calendarCluster(model, 20_000);
    expect(availability + unavailability).toBeCloseTo(1, 12);
  });

  it('does not depend on the unit of time', () => {
    const faster = {
      ...guarded,
      agingPerHour: 0.6,
      failurePerHour: 1.2,
      repairPerHour: 15,
      restartPerHour: 360,
    };
    const slow = calendarCluster(calendarModel(guarded, 'uniform'), 24);
    const fast = calendarCluster(calendarModel(faster, 'uniform'), 0.4);
    expect(relative(slow.unavailability, fast.unavailability)).toBeLessThan(1e-12);
  });
});

describe('the best cron line', () => {
  it('is not beaten by any other on a fine grid', () => {
    for (const selection of ['uniform', 'unstable-first'] as const) {
      const withEvents = { ...costs, perRejuvenation: 2.5 };
      const best = bestCalendar(guarded, selection, withEvents, range);
      expect(best.kind).toBe('interior');
      const model = calendarModel(guarded, selection);
      for (let hours = 1; hours < 400; hours *= 1.05) {
        const cost = costPerHour(calendarCluster(model, hours), withEvents);
        expect(cost).toBeGreaterThanOrEqual(best.costPerHour * (1 - 1e-12));
      }
    }
  });

  it('with a spare that waits and nothing to pay per rejuvenation is as often as possible', () => {
    const best = bestCalendar(guarded, 'unstable-only', costs, range);
    expect(best).toMatchObject({ kind: 'immediate', hours: 1 });
  });

  it('is none where a rejuvenation takes as long as a repair', () => {
    const slow = { ...single, restartPerHour: 0.25 };
    const best = bestCalendar(slow, 'uniform', downtimeOnly, { shortestHours: 1, longestHours: 1e5 });
    expect(best.kind).toBe('never');
    expect(best.costPerHour).toBe(serverCluster(slow, 0).unavailability);
  });

  it('is none where the gate is never open', () => {
    const best = bestCalendar({ ...guarded, spares: 0 }, 'uniform', costs, range);
    expect(best.kind).toBe('never');
  });

  it('is not the longest of a range in which the cost still falls: that is refused', () => {
    const short = { shortestHours: 0.5, longestHours: 5 };
    expect(() => bestCalendar(single, 'uniform', costs, short)).toThrow(
      expect.objectContaining({ code: 'model-input', where: 'longestHours' }),
    );
  });

  it('refuses ranges, intervals and costs that mean nothing, and too many states', () => {
    const refusal = (where: string): unknown => expect.objectContaining({ code: 'model-input', where });
    expect(() => bestCalendar(single, 'uniform', costs, { ...range, shortestHours: 0 })).toThrow(
      refusal('shortestHours'),
    );
    expect(() => bestCalendar(single, 'uniform', costs, { ...range, longestHours: 1 })).toThrow(
      refusal('longestHours'),
    );
    const free = { failureDownPerHour: 0, rejuvenationDownPerHour: 0 };
    expect(() => bestCalendar(single, 'uniform', free, range)).toThrow(refusal('costs'));
    expect(() => calendarCluster(calendarModel(single, 'uniform'), NaN)).toThrow(refusal('hours'));
    expect(() => calendarModel({ ...single, primaries: 40, mode: 'active-active' }, 'uniform')).toThrow(
      expect.objectContaining({ code: 'model-too-large' }),
    );
  });
});

describe('a tick', () => {
  const three: ServerCluster = { ...single, primaries: 3, leastServing: 1 };
  const counts = (healthy: number, unstable: number, rejuvenating: number) => ({
    healthy,
    unstable,
    rejuvenating,
  });

  it('without a monitor hits any server that serves', () => {
    expect(tickOf(three, 'uniform', counts(1, 2, 0)).outcomes).toEqual([
      [counts(1, 1, 1), 2 / 3],
      [counts(0, 2, 1), 1 / 3],
    ]);
  });

  it('with a monitor takes an unstable server first, or only', () => {
    expect(tickOf(three, 'unstable-first', counts(1, 2, 0)).outcomes).toEqual([[counts(1, 1, 1), 1]]);
    expect(tickOf(three, 'unstable-first', counts(3, 0, 0)).outcomes).toEqual([[counts(2, 0, 1), 1]]);
    expect(tickOf(three, 'unstable-only', counts(3, 0, 0)).outcomes).toEqual([]);
  });

  it('does nothing while enough servers rejuvenate, or without a spare', () => {
    expect(tickOf(three, 'uniform', counts(1, 1, 1)).outcomes).toEqual([]);
    expect(tickOf(guarded, 'uniform', counts(1, 1, 0)).outcomes).toEqual([]);
    expect(tickOf(guarded, 'uniform', counts(2, 1, 0)).outcomes).not.toEqual([]);
  });

  it('never takes a cold spare', () => {
    expect(tickOf({ ...guarded, gate: 'none' }, 'uniform', counts(1, 2, 0)).outcomes).toEqual([
      [counts(1, 1, 1), 1],
    ]);
  });
});
