import { describe, expect, it } from 'vitest';
import type { CalendarSettings, Window } from '../../../src/domain/calendar.ts';
import { calendarProblems, type CalendarFacts } from '../../../src/policy/calendar/gates.ts';
import { openings } from '../../../src/policy/calendar/openings.ts';
import { isOpen, nextOpening } from '../../../src/policy/calendar/windows.ts';
import { operationId, serverName } from '../../../src/domain/names.ts';
import { openCalendar } from '../../fakes/world.ts';

const hourMs = 3_600_000;
const night: Window = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  fromMs: 22 * hourMs,
  untilMs: 4 * hourMs,
  timeZone: 'Europe/Berlin',
};

describe('a window over midnight', () => {
  it.each([
    ['2026-05-04T21:59+02:00', false, 'before it, on Monday'],
    ['2026-05-04T22:00+02:00', true, 'at its beginning'],
    ['2026-05-05T03:59+02:00', true, 'in the morning after'],
    ['2026-05-05T04:00+02:00', false, 'at its end'],
    ['2026-05-09T03:00+02:00', true, 'on Saturday morning, which belongs to Friday'],
    ['2026-05-09T23:00+02:00', false, 'on Saturday night'],
    ['2026-05-04T03:00+02:00', false, 'on Monday morning, which belongs to Sunday'],
  ])('%s: open is %s, %s', (time, open) => {
    expect(isOpen([night], Date.parse(time))).toBe(open);
  });

  it('says when it opens next', () => {
    expect(nextOpening([night], Date.parse('2026-05-09T04:00+02:00'))).toBe(
      Date.parse('2026-05-11T22:00+02:00'),
    );
    expect(nextOpening([night], Date.parse('2026-05-05T01:00+02:00'))).toBe(
      Date.parse('2026-05-05T01:00+02:00'),
    );
  });

  it('is never open without days', () => {
    expect(nextOpening([{ ...night, days: [] }], 0)).toBeNull();
  });
});

describe('a window and the clock', () => {
  const two: Window = {
    days: ['sun'],
    fromMs: 2 * hourMs,
    untilMs: 3 * hourMs,
    timeZone: 'Europe/Berlin',
  };

  it('that the clock is set forward over does not open that day', () => {
    const sunday = [Date.parse('2026-03-29T00:00Z'), Date.parse('2026-03-29T12:00Z')] as const;
    expect(openings([[two]], ...sunday)).toEqual([]);
  });

  it('that is repeated is open twice', () => {
    const [span] = openings([[two]], Date.parse('2026-10-25T00:00Z') - 1, Date.parse('2026-10-25T12:00Z'));
    expect(span).toEqual({
      fromAt: Date.parse('2026-10-25T00:00Z'),
      untilAt: Date.parse('2026-10-25T02:00Z'),
    });
  });

  it('openings are those instants at which every calendar is open', () => {
    const day: Window = { days: ['tue'], fromMs: 2 * hourMs, untilMs: 6 * hourMs, timeZone: 'UTC' };
    const [from, until] = [Date.parse('2026-05-04T00:00Z'), Date.parse('2026-05-11T00:00Z')];
    const spans = openings([[night], [], [day]], from, until);
    expect(spans).toEqual([]);
    const wider = openings([[night], [{ ...day, fromMs: 0 }]], from, until);
    expect(wider).toEqual([
      { fromAt: Date.parse('2026-05-05T00:00Z'), untilAt: Date.parse('2026-05-05T02:00Z') },
    ]);
    for (let at = from; at < until; at += 60_000) {
      const inSpan = wider.some((span) => span.fromAt <= at && at < span.untilAt);
      expect(inSpan).toBe(isOpen([night], at) && isOpen([{ ...day, fromMs: 0 }], at));
    }
  });
});

const now = Date.parse('2026-11-27T03:00Z');
const operation = {
  id: operationId('op-1'),
  kind: 'rejuvenation' as const,
  server: serverName('web1'),
  startedAt: now - hourMs,
  endedAt: now - 10 * 60_000,
};

function codes(
  start: Parameters<typeof calendarProblems>[0],
  calendar: Partial<CalendarSettings>,
  change: Partial<CalendarFacts> = {},
): string[] {
  const facts = { now, scope: 'backend shop', freezes: [], operations: [operation], ...change };
  return calendarProblems(start, null, [{ ...facts, calendar: { ...openCalendar, ...calendar } }]).map(
    ({ code }) => code,
  );
}

describe('what holds up a start', () => {
  const schedule = { trigger: 'schedule', force: false, because: null } as const;
  const person = { trigger: 'operator', force: false, because: null } as const;
  const forced = { trigger: 'operator', force: true, because: null } as const;
  const fault = { trigger: 'fault', force: false, because: null } as const;
  const freezes = [{ fromAt: now - 1, untilAt: now + 1, reason: 'Black Friday' }];
  const shut = { windows: [night] };

  it('a freeze holds up a schedule and a person, but neither a person with --force nor a fault', () => {
    expect(codes(schedule, {}, { freezes })).toEqual(['frozen']);
    expect(codes(person, {}, { freezes })).toEqual(['frozen']);
    expect(codes(forced, {}, { freezes })).toEqual([]);
    expect(codes(fault, {}, { freezes })).toEqual([]);
    expect(codes(schedule, {}, { freezes: [{ ...freezes[0]!, untilAt: now }] })).toEqual([]);
  });

  it('a window and spacing hold up a schedule only', () => {
    const noon = { now: Date.parse('2026-11-27T11:00Z') };
    expect(codes(schedule, shut, noon)).toEqual(['outside-window']);
    expect(codes(person, shut, noon)).toEqual([]);
    expect(codes(schedule, { spacingMs: 30 * 60_000 })).toEqual(['spacing']);
    expect(codes(schedule, { spacingMs: 10 * 60_000 })).toEqual([]);
    expect(codes(person, { spacingMs: 30 * 60_000 })).toEqual([]);
  });

  it('what is aging waits for a window, what is unstable does not; spacing and freezes hold up both', () => {
    const noon = { now: Date.parse('2026-11-27T11:00Z') };
    const because = (severity: 'aging' | 'unstable'): Parameters<typeof calendarProblems>[0] => ({
      trigger: 'threshold',
      force: false,
      because: { severity, rule: 'memory.used > 85%', evidence: 'memory.used 91 %', confirmMs: 0 },
    });
    expect(codes(because('aging'), shut, noon)).toEqual(['outside-window']);
    expect(codes(because('unstable'), shut, noon)).toEqual([]);
    expect(codes(because('unstable'), { spacingMs: 30 * 60_000 })).toEqual(['spacing']);
    expect(codes(because('aging'), {}, { freezes })).toEqual(['frozen']);
    expect(codes(because('unstable'), {}, { freezes })).toEqual(['frozen']);
  });

  it('as many at once as may be hold up a person as well, even with --force', () => {
    const operations = [{ ...operation, endedAt: null }];
    expect(codes(schedule, { maxAtOnce: 1 }, { operations })).toEqual(['at-once']);
    expect(codes(forced, { maxAtOnce: 1 }, { operations })).toEqual(['at-once']);
    expect(codes(schedule, { maxAtOnce: 2 }, { operations })).toEqual([]);
    expect(codes(schedule, { maxAtOnce: null }, { operations })).toEqual([]);
  });

  it('a clock that was set back does not stretch the spacing', () => {
    const operations = [{ ...operation, endedAt: now + 24 * hourMs }];
    expect(codes(schedule, { spacingMs: hourMs }, { operations })).toEqual([]);
  });
});
