import { describe, expect, it } from 'vitest';
import { cronLines } from '../../../src/cli/advise/cron-lines.ts';
import type { Openings } from '../../../src/cli/advise/present.ts';
import type { Window } from '../../../src/domain/calendar.ts';
import { createCron, cronRules } from '../../../src/io/cron.ts';
import { dues } from '../../../src/policy/calendar/dues.ts';
import { isOpen } from '../../../src/policy/calendar/windows.ts';

const cron = createCron();
const now = Date.parse('2026-11-21T03:30:00Z');
const hour = 3_600_000;
const year = 8760 * hour;
const always: Openings = { windows: [], freezes: [], freezeFiles: false };
const berlin = 'Europe/Berlin';

const nights: Window = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  fromMs: 1 * hour,
  untilMs: 3 * hour,
  timeZone: berlin,
};

describe('the cron lines that are suggested', () => {
  it.each([
    [0.2, '0,10,20,30,40,50 * * * *'],
    [1, '30 * * * *'],
    [7.5, '30 3,11,19 * * *'],
    [12, '30 3,15 * * *'],
    [25, '30 3 * * *'],
    [60, '30 3 * * 0,2,4'],
    [84, '30 3 * * 0,3'],
    [168, '30 3 * * 0'],
    [360, '30 3 1,15 * *'],
    [730, '30 3 1 * *'],
    [2200, '30 3 1 1,4,7,10 *'],
    [9000, '30 3 1 1 *'],
  ])('for a run every %s h begin with %s', (hours, line) => {
    expect(cronLines(cron, { openings: always, timeZone: berlin, now }, hours, 0)[0]?.line).toBe(line);
  });

  it('are lines that the config file takes, and come as often as they say', () => {
    for (const hours of [0.1, 0.5, 2, 5, 10, 24, 40, 100, 200, 500, 1500, 5000, 20_000]) {
      for (const { line, runsPerYear, meanHours, shortestHours, longestHours } of cronLines(
        cron,
        { openings: always, timeZone: berlin, now },
        hours,
        0,
      )) {
        expect(cronRules.problem(line, berlin)).toBeNull();
        const due = [...dues({ pattern: cron.pattern(line), timeZone: berlin }, now, now + year)];
        expect(due).toHaveLength(runsPerYear);
        expect(meanHours * runsPerYear).toBeGreaterThan(8760 - 2 * longestHours);
        expect(meanHours * runsPerYear).toBeLessThan(8760 + 2 * longestHours);
        const gaps = due.slice(1).map((at, n) => (at - due[n]!) / hour);
        if (gaps.length > 0) {
          expect(Math.min(...gaps)).toBe(shortestHours);
          expect(Math.max(...gaps)).toBe(longestHours);
        }
      }
    }
  });

  it('come evenly: no two gaps of a line differ by more than two days a week, or a few days a month', () => {
    for (const hours of [3, 24, 56, 84, 168]) {
      const [{ shortestHours, longestHours } = { shortestHours: 0, longestHours: 99 }] = cronLines(
        cron,
        { openings: always, timeZone: 'UTC', now },
        hours,
        0,
      );
      expect(longestHours - shortestHours).toBeLessThanOrEqual(24);
    }
  });

  it('keep to the windows, days included', () => {
    const openings = { ...always, windows: [[nights], []] };
    for (const hours of [1, 12, 24, 60, 168, 700]) {
      const lines = cronLines(cron, { openings, timeZone: berlin, now }, hours, 0);
      expect(lines.length).toBeGreaterThan(0);
      for (const { line } of lines) {
        const due = [...dues({ pattern: cron.pattern(line), timeZone: berlin }, now, now + year)];
        expect(due.filter((at) => !isOpen([nights], at))).toEqual([]);
      }
    }
    const at = { openings, timeZone: berlin, now };
    expect(cronLines(cron, at, 24, 0)[0]?.line).toBe('0 1 * * 1,2,3,4,5');
    // Twice a night, where a run every twelve hours cannot be had; and not if the two would come too close.
    expect(cronLines(cron, at, 12, 0)[0]?.line).toBe('0 1,2 * * 1,2,3,4,5');
    expect(cronLines(cron, at, 12, 1.5)[0]?.line).toBe('0 1 * * 1,2,3,4,5');
  });

  it('are none where two windows never open together', () => {
    const noon: Window = { ...nights, fromMs: 12 * hour, untilMs: 13 * hour };
    const openings = { ...always, windows: [[nights], [noon]] };
    expect(cronLines(cron, { openings, timeZone: berlin, now }, 24, 0)).toEqual([]);
  });
});
