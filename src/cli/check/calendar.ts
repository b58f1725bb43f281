import type { CalendarSettings, Freeze, Schedule } from '../../domain/calendar.ts';
import { asRejuvError } from '../../domain/errors.ts';
import type { BackendSettings } from '../../domain/settings.ts';
import { dues, nextDue } from '../../policy/calendar/dues.ts';
import { freezeAt } from '../../policy/calendar/gates.ts';
import { isOpen } from '../../policy/calendar/windows.ts';
import { failed, found, type Finding } from './finding.ts';
import type { Subject } from './subject.ts';

const dayMs = 86_400_000;

/** How far ahead a calendar is looked at: a year, and a leap day. */
const aheadDays = 366;

/** Do the schedules ever meet an open window, and can the freezes be read? */
export async function examineCalendar(subject: Subject): Promise<Finding[]> {
  const now = subject.clock.now();
  const all = await readFreezes(subject, subject.settings.calendar, now, 'calendar');
  const backends = await Promise.all(
    subject.settings.backends.map(async (backend) => {
      const group = `backend ${backend.name}`;
      const own = await readFreezes(subject, backend.calendar, now, group);
      const freezes = [...all.freezes, ...own.freezes];
      return [
        ...own.findings,
        ...backend.schedule.map((schedule) => examineSchedule(subject, backend, schedule, freezes, now)),
      ];
    }),
  );
  return [...all.findings, ...backends.flat()];
}

async function readFreezes(
  { freezeFiles }: Subject,
  { freezes, freezeFiles: files }: CalendarSettings,
  now: number,
  group: string,
): Promise<{ readonly freezes: readonly Freeze[]; readonly findings: Finding[] }> {
  const read = await Promise.all(
    files.map(async (file) => {
      try {
        const events = await freezeFiles.read(file, now, now + aheadDays * dayMs);
        return {
          events,
          finding: found('ok', group, file.path, `${events.length} freeze(s) in the next year`),
        };
      } catch (thrown) {
        return { events: [], finding: failed(group, file.path, asRejuvError(thrown)) };
      }
    }),
  );
  return {
    freezes: [...freezes, ...read.flatMap(({ events }) => events)],
    findings: read.map(({ finding }) => finding),
  };
}

function examineSchedule(
  { settings, cron }: Subject,
  backend: BackendSettings,
  schedule: Schedule,
  freezes: readonly Freeze[],
  now: number,
): Finding {
  const group = `backend ${backend.name}`;
  const where = `schedule ${schedule.cron}`;
  const timetable = { pattern: cron.pattern(schedule.cron), timeZone: schedule.timeZone };
  const first = nextDue(timetable, now);
  if (first === null) {
    const fix = 'write a day that exists';
    return found('error', group, where, 'it is never due in the next eight years', fix);
  }
  const windows = [settings.calendar.windows, backend.calendar.windows];
  let shut = 0;
  for (const due of dues(timetable, now, now + aheadDays * dayMs)) {
    const open = windows.every((one) => isOpen(one, due));
    if (open && freezeAt(freezes, due) === null) {
      const when = new Date(due).toISOString();
      const before = shut === 0 ? '' : `; ${shut} run(s) before it are held up by windows or freezes`;
      return found('ok', group, where, `may start next at ${when}${before}`);
    }
    shut += 1;
  }
  if (shut === 0) {
    const when = new Date(first).toISOString();
    return found('note', group, where, `it is due next in more than a year: ${when}`);
  }
  const fix = 'let the schedule and the windows meet; `rejuv plan --days 30` shows both';
  return found('error', group, where, `none of its ${shut} runs of a year meets an open window`, fix);
}
