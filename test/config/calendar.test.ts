import { describe, expect, it } from 'vitest';
import { findProblems, readConfig } from '../../src/config/read-config.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { cronRules } from '../../src/io/cron.ts';
import { goodFile, spoil } from './good-file.ts';

function settingsWith(calendar: string, schedule = ''): Settings {
  const text = `${goodFile.replace('timeZone: Europe/Berlin }', `timeZone: Europe/Berlin${schedule} }`)}${calendar}`;
  return readConfig(text, { path: 'rejuv.yaml', cron: cronRules });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

describe('a calendar', () => {
  it('holds nothing up unless it says so, and lets a backend do one at a time', () => {
    const { calendar, backends } = settingsWith('');
    const open = { windows: [], freezes: [], freezeFiles: [], spacingMs: 0, jitterMs: null };
    expect(calendar).toEqual({ ...open, maxAtOnce: null });
    expect(backends[0]?.calendar).toEqual({ ...open, maxAtOnce: 1 });
  });

  it('has windows on days of the week, in its own zone or theirs', () => {
    const { calendar } = settingsWith(`calendar:
  timeZone: Europe/Berlin
  windows:
    - { from: "02:00", to: "05:30" }
    - { days: "fri-mon, wed", from: "22:00", to: "4:00", timeZone: UTC }
  spacing: 30m
  jitter: 10m
  maxAtOnce: 2
`);
    const hourMs = 3_600_000;
    expect(calendar.windows).toEqual([
      {
        days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
        ...{ fromMs: 2 * hourMs, untilMs: 5.5 * hourMs, timeZone: 'Europe/Berlin' },
      },
      {
        days: ['sun', 'mon', 'wed', 'fri', 'sat'],
        ...{ fromMs: 22 * hourMs, untilMs: 4 * hourMs, timeZone: 'UTC' },
      },
    ]);
    expect(calendar).toMatchObject({ spacingMs: 1_800_000, jitterMs: 600_000, maxAtOnce: 2 });
  });

  it('has freezes of days, ranges and files, as instants', () => {
    const { calendar } = settingsWith(`calendar:
  timeZone: Europe/Berlin
  freeze:
    - 2026-12-31
    - { from: 2026-11-26, to: 2026-11-30, reason: Black Friday }
    - { from: "2026-03-28 18:00", to: "2026-03-29 12:00", timeZone: America/New_York }
    - { ical: /etc/rejuv/freeze.ics }
    - { ical: /etc/rejuv/fairs.ics, timeZone: UTC }
`);
    expect(
      calendar.freezes.map(({ fromAt, untilAt, reason }) => [iso(fromAt), iso(untilAt), reason]),
    ).toEqual([
      ['2026-12-30T23:00:00.000Z', '2026-12-31T23:00:00.000Z', 'a freeze of the config file'],
      ['2026-11-25T23:00:00.000Z', '2026-11-30T23:00:00.000Z', 'Black Friday'],
      ['2026-03-28T22:00:00.000Z', '2026-03-29T16:00:00.000Z', 'a freeze of the config file'],
    ]);
    expect(calendar.freezeFiles).toEqual([
      { path: '/etc/rejuv/freeze.ics', timeZone: 'Europe/Berlin' },
      { path: '/etc/rejuv/fairs.ics', timeZone: 'UTC' },
    ]);
  });

  it('lets a schedule have a condition and a way to catch up', () => {
    const { backends } = settingsWith('', ', when: "sessions < 50 and uptime > 30d", catchUp: within 1h');
    expect(backends[0]?.schedule[0]).toMatchObject({
      when: {
        kind: 'and',
        parts: [
          { figure: 'sessions', comparison: '<', limit: { value: 50 } },
          { figure: 'uptime', comparison: '>', limit: { value: 30 * 86_400_000 } },
        ],
      },
      catchUpMs: 3_600_000,
    });
  });
});

describe('a calendar that cannot be meant', () => {
  const top = 'poll: 2s';
  it.each([
    [
      'calendar: { windows: [{ from: ‸"25:00", to: "05:00" }] }',
      'calendar.windows[0].from is "25:00", which is not a time of day; write a time of day such as "02:00", in quotes',
    ],
    [
      'calendar: { windows: [{ from: "02:00", to: ‸"02:00" }] }',
      'a window from a time to the same time says neither "never" nor "all day"; for a whole day write from "00:00" to "24:00"',
    ],
    [
      'calendar: { windows: [{ days: ‸weekend, from: "02:00", to: "03:00" }] }',
      'calendar.windows[0].days is "weekend", which is not a list of days; write days such as mon-fri, or sat,sun',
    ],
    [
      'calendar: { timeZone: ‸Berlin }',
      '"Berlin" is not a time zone; write a name of the tz database, such as Europe/Berlin or UTC',
    ],
    [
      'calendar: { freeze: [‸2026-02-30] }',
      'calendar.freeze[0] is "2026-02-30", a day that no calendar has; write a day such as 2026-12-24, or with a time as "2026-12-24 18:00"',
    ],
    [
      'calendar: { freeze: [{ from: 2026-12-24, to: ‸2026-12-23 }] }',
      'the freeze ends before it begins; write a `to` after its `from`',
    ],
    [
      'calendar: { freeze: [‸{ reason: sale }] }',
      'calendar.freeze[0] is a section, which names not exactly one of `from` and `ical`; write a day, a section with `from` and `to`, or one with `ical`',
    ],
    ['calendar: { maxAtOnce: ‸0 }', 'calendar.maxAtOnce is 0; write a whole number from 1 to 1000'],
    ['calendar: { ‸freezes: [] }', 'there is no key `freezes` in calendar; write `freeze`'],
  ])('%s', (calendar, sentence) => {
    const { text, line, column } = spoil(top, `${top}\n${calendar}`);
    const result = findProblems(text, cronRules);
    expect('problems' in result && result.problems.map((one) => `${one.message}; ${one.fix}`)).toEqual([
      sentence,
    ]);
    expect('problems' in result && result.problems[0]).toMatchObject({ line, column });
  });

  it.each([
    [
      'when: ‸"session < 5"',
      'backends.shop.schedule[0].when is "session < 5", where "session" is not a figure; write `sessions`',
    ],
    [
      'catchUp: ‸1h',
      'backends.shop.schedule[0].catchUp is "1h", which does not say how late; write no, or such as `within 1h`',
    ],
  ])('a schedule with %s', (entry, sentence) => {
    const { text, line, column } = spoil('timeZone: Europe/Berlin }', `timeZone: Europe/Berlin, ${entry} }`);
    const result = findProblems(text, cronRules);
    expect('problems' in result && result.problems.map((one) => `${one.message}; ${one.fix}`)).toEqual([
      sentence,
    ]);
    expect('problems' in result && result.problems[0]).toMatchObject({ line, column });
  });

  it('the same schedule twice would start everything twice', () => {
    const twice = '- { cron: "30 3 * * *", timeZone: Europe/Berlin }';
    const { text, line, column } = spoil(
      twice,
      `${twice}\n      ‸- { cron: "30  3 * * *", timeZone: Europe/Berlin }`,
    );
    const result = findProblems(text, cronRules);
    expect('problems' in result && result.problems).toMatchObject([
      {
        line,
        column: column + 2,
        message: 'the same schedule stands here twice, for the same server at the same times',
        fix: 'remove one of them',
      },
    ]);
  });
});
