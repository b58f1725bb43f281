import { describe, expect, it } from 'vitest';
import { serverName } from '../../src/domain/names.ts';
import { never } from '../fakes/world.ts';
import { enumerate } from '../policy/calendar/minute-by-minute.ts';
import { dayMs, happened, hourMs, minuteMs, pass, schedule, scheduledShop } from './scheduled-shop.ts';

/** Zones with a change of the clock in the months that are played. */
describe('plan, firing and an enumerator that looks at each minute agree', () => {
  it.each([
    ['Europe/Berlin', '2026-10-18T00:00Z', 15],
    ['America/New_York', '2027-03-07T00:00Z', 15],
    ['Australia/Lord_Howe', '2026-09-27T00:00Z', 15],
    ['Africa/Cairo', '2026-04-18T00:00Z', 15],
    ['Antarctica/Troll', '2026-03-22T00:00Z', 15],
  ])('in %s from %s, for %i days', { timeout: 120_000 }, async (timeZone, startAt, days) => {
    const night = { days: ['sat', 'sun', 'mon', 'tue'] as const, fromMs: 0, untilMs: 6 * hourMs, timeZone };
    const world = scheduledShop({
      startAt,
      schedules: [
        schedule({ cron: '30 2 * * *', timeZone }),
        schedule({ cron: '0 0 * * sun', timeZone, pick: serverName('web2') }),
        schedule({ cron: '45 14 1,15 * *', timeZone: 'UTC' }),
      ],
      all: { windows: [night], spacingMs: 20 * hourMs },
      own: {
        jitterMs: 7 * minuteMs,
        freezes: [
          {
            fromAt: Date.parse(startAt) + 9 * dayMs,
            untilAt: Date.parse(startAt) + 12 * dayMs,
            reason: 'sale',
          },
        ],
      },
    });
    await world.control.start(never);
    const from = world.clock.now();
    const plan = await world.control.plan(days, never);
    await pass(world, days * dayMs + hourMs);
    await world.control.stop();

    const planned = plan.runs
      .map(({ due, verdict, server }) => ({ due, outcome: verdict, server }))
      .toSorted((a, b) => a.due.localeCompare(b.due));
    const until = Date.parse(plan.until);
    const fired = happened(world).filter(({ due }) => Date.parse(due) <= until - 7 * minuteMs);
    expect(planned.filter(({ due }) => Date.parse(due) <= until - 7 * minuteMs)).toEqual(fired);

    const [daily, weekly] = enumerate(
      [
        { minute: [30], hour: [2], dayOfMonth: null, month: null, dayOfWeek: null },
        { minute: [0], hour: [0], dayOfMonth: null, month: null, dayOfWeek: [0] },
      ],
      timeZone,
      Math.floor(from / minuteMs) * minuteMs + minuteMs,
      until - 7 * minuteMs,
    );
    const [monthly] = enumerate(
      [{ minute: [45], hour: [14], dayOfMonth: [1, 15], month: null, dayOfWeek: null }],
      'UTC',
      Math.floor(from / minuteMs) * minuteMs + minuteMs,
      until - 7 * minuteMs,
    );
    const expected = [...daily!, ...weekly!, ...monthly!].toSorted((a, b) => a - b);
    expect(fired.map(({ due }) => due)).toEqual(expected.map((at) => new Date(at).toISOString()));
    const outcomes = new Set(fired.map(({ outcome }) => outcome));
    expect([...outcomes].toSorted()).toEqual(expect.arrayContaining(['refused', 'runs']));
  });
});
