import { describe, expect, it } from 'vitest';
import type { CalendarSettings, Schedule } from '../../src/domain/calendar.ts';
import { examineCalendar } from '../../src/cli/check/calendar.ts';
import { createCron } from '../../src/io/cron.ts';
import { FakeClock } from '../fakes/clock.ts';
import { FakeFreezeFiles } from '../fakes/freeze-files.ts';
import { fakeWorld, openCalendar } from '../fakes/world.ts';

const hourMs = 3_600_000;

const noSource = (): never => {
  throw new Error('the calendar has no sources');
};
const now = Date.parse('2026-05-04T12:00Z');

async function examine(
  cron: string,
  own: Partial<CalendarSettings> = {},
  files = new FakeFreezeFiles(),
): Promise<string[]> {
  const schedule: Schedule = {
    cron,
    timeZone: 'UTC',
    pick: 'longest-running',
    when: null,
    catchUpMs: 0,
    defer: null,
  };
  const { settings, world } = fakeWorld({
    backend: { schedule: [schedule], calendar: { ...openCalendar, maxAtOnce: 1, ...own } },
  });
  const subject = {
    ...{ settings, loadBalancers: [], masters: [], limits: [], hosts: world.hosts, probe: world.probe },
    ...{ runner: world.runner, clock: new FakeClock({ now }), cron: createCron(), freezeFiles: files },
    ...{ sourceOf: noSource, alerts: world.alerts, markers: world.markers },
  };
  const findings = await examineCalendar(subject);
  return findings.map(({ severity, where, message }) => `${severity} ${where}: ${message}`);
}

describe('the calendar, examined', () => {
  it('says when each schedule may start next', async () => {
    expect(await examine('0 3 * * *')).toEqual([
      'ok schedule 0 3 * * *: may start next at 2026-05-05T03:00:00.000Z',
    ]);
  });

  it('is an error that leaves no window', async () => {
    const windows = [{ days: ['mon'] as const, fromMs: 4 * hourMs, untilMs: 5 * hourMs, timeZone: 'UTC' }];
    expect(await examine('0 3 * * *', { windows })).toEqual([
      'error schedule 0 3 * * *: none of its 366 runs of a year meets an open window',
    ]);
  });

  it('counts the runs that are held up until then', async () => {
    const freezes = [{ fromAt: now, untilAt: now + 72 * hourMs, reason: 'sale' }];
    expect(await examine('0 3 * * *', { freezes })).toEqual([
      'ok schedule 0 3 * * *: may start next at 2026-05-08T03:00:00.000Z; 3 run(s) before it are held up by windows or freezes',
    ]);
  });

  it('notes a schedule of a leap day', async () => {
    expect(await examine('0 3 29 2 *')).toEqual([
      'note schedule 0 3 29 2 *: it is due next in more than a year: 2028-02-29T03:00:00.000Z',
    ]);
  });

  it('is an error with a calendar file that cannot be read, and counts the freezes of one that can', async () => {
    const files = new FakeFreezeFiles();
    files.files.set('/here.ics', [{ fromAt: now + 1, untilAt: now + hourMs, reason: 'fair' }]);
    const freezeFiles = ['/here.ics', '/gone.ics'].map((path) => ({ path, timeZone: 'UTC' }));
    expect(await examine('0 3 * * *', { freezeFiles }, files)).toEqual([
      'ok /here.ics: 1 freeze(s) in the next year',
      'error /gone.ics: cannot read the freezes in /gone.ics: there is no such file',
      'ok schedule 0 3 * * *: may start next at 2026-05-05T03:00:00.000Z',
    ]);
  });
});
