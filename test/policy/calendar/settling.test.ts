import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle, type SettlingFacts } from '../../../src/policy/calendar/settling.ts';
import { dues } from '../../../src/policy/calendar/dues.ts';
import { startOf } from '../../../src/policy/calendar/jitter.ts';
import { createCron } from '../../../src/io/cron.ts';

const cron = createCron();
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const at = (text: string): number => Date.parse(`2026-05-04T${text}Z`);

function facts(change: Partial<SettlingFacts> = {}): SettlingFacts {
  return {
    timetable: { pattern: cron.pattern('0 3 * * *'), timeZone: 'UTC' },
    key: 'shop',
    jitterMs: 0,
    catchUpMs: 0,
    defer: null,
    settledAt: at('02:00'),
    watchingSince: at('02:00'),
    now: at('02:59'),
    ...change,
  };
}

describe('a run', () => {
  it('does not start before it is due, and says when to look again', () => {
    expect(settle(facts())).toEqual({ missed: null, run: null, nextCheckAt: at('03:00') });
  });

  it('starts when it is due', () => {
    const { run, missed } = settle(facts({ now: at('03:00') }));
    expect(run).toEqual({ due: at('03:00'), startAt: at('03:00') });
    expect(missed).toBeNull();
  });

  it('starts late when the event loop stalled or the machine slept: the process was there', () => {
    expect(settle(facts({ now: at('09:00') })).run?.due).toBe(at('03:00'));
  });

  it('is missed, not late, when no sidecar was running', () => {
    const { run, missed } = settle(facts({ now: at('03:05'), watchingSince: at('03:04') }));
    expect(run).toBeNull();
    expect(missed).toEqual({ due: at('03:00'), count: 1, why: 'no sidecar was running' });
  });

  it('is caught up with where the schedule wants that, but no later than it says', () => {
    const back = { watchingSince: at('03:04'), catchUpMs: hourMs };
    expect(settle(facts({ ...back, now: at('03:05') })).run?.due).toBe(at('03:00'));
    expect(settle(facts({ ...back, now: at('04:01') })).missed?.due).toBe(at('03:00'));
  });

  it('that a later one has overtaken is missed, so that a long sleep leads to one start', () => {
    const timetable = { pattern: cron.pattern('*/15 * * * *'), timeZone: 'UTC' };
    const { run, missed } = settle(facts({ timetable, now: at('03:07') }));
    expect(run?.due).toBe(at('03:00'));
    expect(missed).toMatchObject({ due: at('02:45'), count: 3 });
  });

  it('is not doubled when the clock is set back after it was settled', () => {
    expect(settle(facts({ settledAt: at('03:00'), now: at('02:30') })).run).toBeNull();
    expect(settle(facts({ settledAt: at('03:00'), now: at('03:10') })).run).toBeNull();
  });

  it('waits for its jitter, the same for every question', () => {
    const jitterMs = 10 * minuteMs;
    const startAt = startOf('shop', at('03:00'), jitterMs, null);
    expect(startAt).toBeGreaterThan(at('03:00'));
    expect(startAt).toBeLessThanOrEqual(at('03:10'));
    expect(settle(facts({ jitterMs, now: startAt - 1 }))).toMatchObject({ run: null, nextCheckAt: startAt });
    expect(settle(facts({ jitterMs, now: startAt })).run).toEqual({ due: at('03:00'), startAt });
    // A restart within the jitter is no reason to miss it.
    expect(settle(facts({ jitterMs, now: startAt, watchingSince: startAt - 1 })).run?.due).toBe(at('03:00'));
  });
});

describe('jitter', () => {
  it('spreads over its whole span', () => {
    const starts = Array.from({ length: 2_000 }, (_, day) => startOf('shop', day * 24 * hourMs, 999, null));
    const thirds = [0, 1, 2].map(
      (third) => starts.filter((start) => Math.floor((start % (24 * hourMs)) / 334) === third).length,
    );
    for (const count of thirds) expect(count).toBeGreaterThan(550);
  });
});

describe('however often and however late the loop turns', () => {
  it('every due run is either run or counted as missed, once, as long as the clock does not go back', () => {
    const expressions = fc.constantFrom('0 3 * * *', '*/15 * * * *', '30 2 * * *', '0 0 1 * *');
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe');
    const jitters = fc.constantFrom(0, 7 * minuteMs, 5 * hourMs);
    const steps = fc.array(fc.integer({ min: 1_000, max: 30 * hourMs }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(expressions, zones, jitters, steps, (expression, timeZone, jitterMs, gaps) => {
        const timetable = { pattern: cron.pattern(expression), timeZone };
        const start = Date.parse('2026-03-20T00:00Z');
        let settledAt = start;
        let now = start;
        let handled = 0;
        const ran: number[] = [];
        for (const gap of gaps) {
          now += gap;
          const { missed, run } = settle(
            facts({ timetable, jitterMs, settledAt, watchingSince: start, now }),
          );
          if (missed !== null) {
            handled += missed.count;
            settledAt = Math.max(settledAt, missed.due);
          }
          if (run !== null) {
            handled += 1;
            ran.push(run.due);
            settledAt = Math.max(settledAt, run.due);
            expect(run.startAt).toBeLessThanOrEqual(now);
          }
        }
        const past = [...dues(timetable, start, now)];
        const pending = past.filter((due) => due > settledAt).length;
        expect(new Set(ran).size).toBe(ran.length);
        expect(handled + pending).toBe(past.length);
      }),
      { numRuns: 200 },
    );
  });
});
