import { describe, expect, it } from 'vitest';
import {
  followStates,
  stateRates,
  type StateEvent,
  type StateEventKind,
} from '../../../src/model/estimate/state-history.ts';

function events(...rows: [number, string, StateEventKind][]): StateEvent[] {
  return rows.map(([atHours, server, event]) => ({ atHours, server, event }));
}

const week = events(
  [0, 'web1', 'start'],
  [0, 'web2', 'start'],
  [50, 'web1', 'unstable'],
  [70, 'web1', 'rejuv_start'],
  [71, 'web1', 'rejuv_end'],
  [90, 'web2', 'fail'],
  [94, 'web2', 'repair_end'],
);

describe('a log of what happened to the servers', () => {
  it('becomes time per state, moves and lives, with what is open censored at the end', () => {
    expect(followStates(week, 168)).toEqual({
      hours: { healthy: 50 + 97 + 90 + 74, unstable: 20, failed: 4, rejuvenating: 1 },
      moves: {
        'healthy to unstable': 1,
        'unstable to rejuvenating': 1,
        'rejuvenating to healthy': 1,
        'healthy to failed': 1,
        'failed to healthy': 1,
      },
      lives: [
        { hours: 70, failed: false },
        { hours: 97, failed: false },
        { hours: 90, failed: true },
        { hours: 74, failed: false },
      ],
    });
  });

  it('becomes rates with bounds, and null where no time was spent in a state', () => {
    const rates = stateRates(followStates(week, 168), 0.95);
    expect(rates.repair?.perHour.value).toBe(0.25);
    expect(rates.failure?.perHour).toMatchObject({ value: 0, lower: 0 });
    expect(rates.aging!.perHour.lower).toBeLessThan(1 / 311);
    const quiet = stateRates(followStates(week.slice(0, 2), 168), 0.95);
    expect([quiet.failure, quiet.repair, quiet.rejuvenation]).toEqual([null, null, null]);
  });

  it('counts no life of no length', () => {
    const atOnce = events([0, 'web1', 'start'], [0, 'web1', 'fail'], [2, 'web1', 'repair_end']);
    expect(followStates(atOnce, 10).lives).toEqual([{ hours: 8, failed: false }]);
  });

  it('never splits the time of a server in two: the hours of all states are the hours observed', () => {
    const { hours } = followStates(week, 168);
    expect(Object.values(hours).reduce((a, b) => a + b)).toBe(2 * 168);
  });

  it.each([
    [
      'a clock running backwards',
      [
        [5, 'a', 'start'],
        [4, 'a', 'fail'],
      ],
      'events[1].at',
    ],
    [
      'an event after the end',
      [
        [0, 'a', 'start'],
        [101, 'a', 'fail'],
      ],
      'events[1].at',
    ],
    ['an instant that is none', [[NaN, 'a', 'start']], 'events[0].at'],
    [
      'a repair without a failure',
      [
        [0, 'a', 'start'],
        [4, 'a', 'repair_end'],
      ],
      'events[1].event',
    ],
    [
      'a failure while it is rejuvenated',
      [
        [0, 'a', 'start'],
        [4, 'a', 'rejuv_start'],
        [5, 'a', 'fail'],
      ],
      'events[2].event',
    ],
    [
      'a second start',
      [
        [0, 'a', 'start'],
        [4, 'a', 'start'],
      ],
      'events[1].event',
    ],
    ['a server that never started', [[4, 'a', 'fail']], 'events[0].server'],
  ] as [string, [number, string, StateEventKind][], string][])('is refused for %s', (_, rows, field) => {
    expect(() => followStates(events(...rows), 100)).toThrow(
      expect.objectContaining({ code: 'model-input', where: field }),
    );
  });
});
