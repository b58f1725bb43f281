import { readFileSync } from 'node:fs';
import { startOfDay } from '../../src/domain/zone.ts';
import { createCron } from '../../src/io/cron.ts';
import { dues } from '../../src/policy/calendar/dues.ts';
import { table } from './table.ts';

const hourMs = 3_600_000;

/** The example from its calendar on, since what comes before is the same everywhere. */
export function calendarExamplePart(): string {
  const text = readFileSync(new URL('../../examples/calendar.yaml', import.meta.url), 'utf8');
  return `\`\`\`yaml\n${text.slice(text.indexOf('\ncalendar:') + 1).trim()}\n\`\`\``;
}

const clockChanges = [
  ['30 2 * * *', 'Europe/Berlin', '2026-03-28', 'an ordinary day'],
  ['30 2 * * *', 'Europe/Berlin', '2026-03-29', '02:00 to 03:00 is left out'],
  ['30 2,3 * * *', 'Europe/Berlin', '2026-03-29', 'the same; two times, two instants'],
  ['30 2 * * *', 'Europe/Berlin', '2026-10-25', '02:00 to 03:00 is repeated'],
  ['30 * * * *', 'Europe/Berlin', '2026-10-25', 'the same, every hour'],
  ['0 0 * * *', 'Africa/Cairo', '2026-04-24', '00:00 to 01:00 is left out'],
] as const;

/** When schedules are due on days on which the clock changes, from the code that fires them. */
export function clockChangesPart(): string {
  const cron = createCron();
  return table(
    ['cron', 'zone', 'day', 'what happens', 'due (UTC)'],
    clockChanges.map(([expression, timeZone, day, what]) => {
      const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
      const from = startOfDay(year, month, date, timeZone);
      const until = Math.min(startOfDay(year, month, date + 1, timeZone) - 1, from + 4 * hourMs);
      const found = [...dues({ pattern: cron.pattern(expression), timeZone }, from - 1, until)];
      const shown = found.map((at) => new Date(at).toISOString().slice(0, 16).replace('T', ' '));
      return [`\`${expression}\``, timeZone, day, what, shown.join(', ')];
    }),
  );
}
