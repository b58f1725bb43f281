import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekdays, type Window } from '../../../src/domain/calendar.ts';
import { deferToTrough, type TroughFacts } from '../../../src/policy/calendar/trough.ts';
import { startOf } from '../../../src/policy/calendar/jitter.ts';

const hourMs = 3_600_000;
const due = Date.parse('2026-11-25T01:00:00Z');
const night: Window = { days: weekdays, fromMs: 0, untilMs: 6 * hourMs, timeZone: 'UTC' };

/** By the hour of the day, UTC. */
const demand =
  (byHour: Readonly<Record<number, number>>) =>
  (at: number): number | null =>
    byHour[new Date(at).getUTCHours()] ?? null;

const quietAtFour = demand({ 0: 50, 1: 40, 2: 30, 3: 20, 4: 10, 5: 15 });
const facts = (change: Partial<TroughFacts> = {}): TroughFacts => ({
  ...{ windows: [[night]], demandAt: quietAtFour, lastsMs: 0 },
  ...change,
});
const start = (change: Partial<TroughFacts> = {}, next: number | null = null, at = due): string =>
  new Date(startOf('shop', at, 0, next, deferToTrough(facts(change)))).toISOString().slice(11, 16);

describe('a run that waits for the low of the day', () => {
  it('starts in the quietest hour of its window', () => {
    expect(start()).toBe('04:00');
    expect(start({}, null, Date.parse('2026-11-25T04:20Z'))).toBe('04:20');
  });

  it('starts early enough to end within the window, and before it is due again', () => {
    expect(start({ lastsMs: 2.5 * hourMs })).toBe('03:00');
    expect(start({}, due + 2 * hourMs)).toBe('02:00');
  });

  it('starts when it is due outside a window, and where past weeks say too little', () => {
    expect(start({}, null, Date.parse('2026-11-25T07:00Z'))).toBe('07:00');
    expect(start({ demandAt: () => null })).toBe('01:00');
    expect(start({ demandAt: demand({ 4: 10 }) })).toBe('01:00');
  });

  it('never starts before it is due, outside its window, or after the next one', () => {
    const hours = fc.array(fc.option(fc.nat({ max: 100 }), { nil: undefined }), {
      minLength: 24,
      maxLength: 24,
    });
    fc.assert(
      fc.property(
        hours,
        fc.nat({ max: 5 * 60 }),
        fc.integer({ min: 1, max: 600 }),
        (byHour, minute, nextIn) => {
          const at = Date.parse('2026-11-25T00:00Z') + minute * 60_000;
          const next = at + nextIn * 60_000;
          const demandAt = (when: number): number | null => byHour[new Date(when).getUTCHours()] ?? null;
          const startAt = startOf('shop', at, 0, next, deferToTrough(facts({ demandAt })));
          expect(startAt).toBeGreaterThanOrEqual(at);
          expect(startAt).toBeLessThan(next);
          expect(startAt === at || new Date(startAt).getUTCHours() < 6).toBe(true);
        },
      ),
    );
  });
});
