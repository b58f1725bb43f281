import { z } from 'zod';
import { catchUp } from './catch-up.ts';
import { condition } from './condition.ts';
import { dayList } from './day-list.ts';
import { duration } from './duration.ts';
import { filePath } from './file-path.ts';
import { oneOf, section, whole } from './section.ts';
import { moment, timeOfDay } from './wall-time.ts';

const zoneRight = 'write a time zone such as Europe/Berlin or UTC';
const zone = z.string({ error: zoneRight }).meta({ title: 'time zone' });

const aList = { error: 'write a list, each item with a dash before it' };

const window = section({
  days: dayList.prefault('mon-sun').meta({ description: 'The days on which it opens.' }),
  from: timeOfDay.meta({ description: 'When it opens.' }),
  to: timeOfDay.meta({ description: 'When it closes; up to `from`: on the next day.' }),
  timeZone: zone.optional().meta({ description: 'Of its times; else that of the calendar.' }),
});

const freezeRange = section({
  from: moment.optional().meta({ description: 'First day, or the moment it begins.' }),
  to: moment
    .optional()
    .meta({ description: 'Last day, included, or the moment it ends; else the day of `from`.' }),
  reason: z
    .string({ error: 'write why, in quotes if it is a number' })
    .optional()
    .meta({ description: 'Shown wherever it blocks.' }),
  ical: filePath
    .optional()
    .meta({ description: 'An iCalendar file on this machine: each of its events is a freeze.' }),
  timeZone: zone.optional().meta({ description: 'Of its times; else that of the calendar.' }),
}).refine(({ from, ical }) => (from === undefined) !== (ical === undefined), {
  error: 'which names not exactly one of `from` and `ical`',
  params: { right: 'write a day, a section with `from` and `to`, or one with `ical`' },
});

/** When automatic work may start. `limit` says what is special about `maxAtOnce` there. */
function calendar(limit: { readonly default: number | null; readonly description: string }) {
  const many = whole(1, 1_000);
  return section({
    timeZone: zone
      .optional()
      .meta({ description: 'For all times of this calendar that name none; else UTC.' }),
    windows: z.array(window, aList).default([]).meta({
      description: 'A scheduled run may start only inside one of them; none: at any time.',
    }),
    freeze: z
      .array(z.union([moment, freezeRange]), aList)
      .default([])
      .meta({
        title: 'list of days and ranges',
        description: 'No rejuvenation and no switchover starts in it, but with --force --reason.',
      }),
    spacing: duration
      .prefault('0s')
      .meta({ description: 'From the end of one rejuvenation to the start of the next scheduled one.' }),
    jitter: duration
      .optional()
      .meta({ description: 'A scheduled run starts up to so much later than it is due.' }),
    maxAtOnce: (limit.default === null ? many.optional() : many.default(limit.default)).meta({
      description: limit.description,
    }),
  });
}

/** The calendar of all backends together. */
export const calendarOfAll = calendar({
  default: null,
  description: 'How many rejuvenations and switchovers run at once, over all backends; else no limit.',
});

/** The calendar of one backend; that of all backends holds as well. */
export const calendarOfBackend = calendar({
  default: 1,
  description: 'How many rejuvenations and switchovers run at once in this backend.',
});

export const schedule = section({
  cron: z
    .string({ error: 'write a cron expression such as "30 3 * * *", in quotes' })
    .meta({ title: 'cron expression', description: 'Five fields, or six with seconds first.' }),
  timeZone: z
    .string({ error: zoneRight })
    .meta({ title: 'time zone', description: 'The time zone whose clock the expression means.' }),
  pick: z
    .string({ error: 'write longest-running or the name of a server, in quotes if it is a number' })
    .default('longest-running')
    .meta({ title: 'longest-running or a server', description: 'Which server it is.' }),
  when: condition.optional().meta({
    description: 'What has to hold for the server then; see [conditions](aging.md#conditions).',
  }),
  defer: oneOf(['trough']).optional().meta({
    description: 'trough: it waits for the low of the day inside its window, by the traffic of past weeks.',
  }),
  catchUp: catchUp
    .prefault('no')
    .meta({ description: 'Whether a run missed while the sidecar was down starts late, and how late.' }),
});
