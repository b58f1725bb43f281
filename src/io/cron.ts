import { createTask, parse, validateDetailed } from 'node-cron';
import type { CronPattern } from '../domain/calendar.ts';
import type { Cron } from '../domain/seams.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** What node-cron makes of expressions. It keeps each task that it makes, so each expression is asked for once. */
export function createCron(): Cron {
  const patterns = new Map<string, CronPattern>();
  return {
    pattern(expression) {
      const trimmed = expression.trim();
      const pattern = patterns.get(trimmed) ?? patternOf(trimmed);
      patterns.set(trimmed, pattern);
      return pattern;
    },
  };
}

/** Its matcher is asked about wall-clock times, written as if in UTC. */
function patternOf(trimmed: string): CronPattern {
  const { hour, minute, second } = parse(trimmed);
  const timesOfDayMs = ascending(hour).flatMap((h) =>
    ascending(minute).flatMap((m) => ascending(second).map((s) => h * hourMs + m * minuteMs + s * 1000)),
  );
  const [time = 0] = timesOfDayMs;
  const task = createTask(trimmed, () => undefined, { timezone: 'UTC' });
  const days = new Map<number, boolean>();
  return {
    timesOfDayMs,
    everyHour: new Set(hour).size === 24,
    matchesDay(year, month, day) {
      const at = Date.UTC(year, month - 1, day) + time;
      const known = days.get(at);
      if (known !== undefined) return known;
      if (days.size >= keptDays) days.clear();
      const matches = task.match(new Date(at));
      days.set(at, matches);
      return matches;
    },
  };
}

/** Its matcher formats a date for each question; a plan asks for the same days again and again. */
const keptDays = 4_000;

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** What of cron is accepted for a schedule; node-cron decides what matches, less what would surprise. */
export const cronRules = {
  /** `what is wrong; what would be right`, or null. Five fields, or six with seconds first. */
  problem(expression: string, timeZone: string): string | null {
    return expressionProblem(expression.trim()) ?? timeZoneProblem(timeZone);
  },
};

interface Field {
  readonly name: string;
  readonly lowest: number;
  readonly highest: number;
}

const seconds: Field = { name: 'second', lowest: 0, highest: 59 };
const dayOfMonth: Field = { name: 'day of month', lowest: 1, highest: 31 };
const fiveFields: readonly Field[] = [
  { name: 'minute', lowest: 0, highest: 59 },
  { name: 'hour', lowest: 0, highest: 23 },
  dayOfMonth,
  { name: 'month', lowest: 1, highest: 12 },
  { name: 'day of week', lowest: 0, highest: 7 },
];

function expressionProblem(expression: string): string | null {
  const shown = JSON.stringify(expression);
  const texts = expression.split(/\s+/);
  if (expression.startsWith('@')) {
    return `${shown} is a nickname, not a cron expression; write it out, such as "0 3 * * *" for daily at three`;
  }
  if (expression === '' || (texts.length !== 5 && texts.length !== 6)) {
    const count = expression === '' ? 0 : texts.length;
    return `${shown} has ${count} field(s); write five (minute, hour, day of month, month, day of week), or six with seconds first`;
  }
  const fields = texts.length === 6 ? [seconds, ...fiveFields] : fiveFields;
  for (const [index, field] of fields.entries()) {
    const problem = stepProblem(texts[index] ?? '', field);
    if (problem !== null) return problem;
  }
  const { valid, errors, fields: parsed } = validateDetailed(expression);
  if (!valid || parsed === undefined) return refusal(shown, errors[0]);
  if (restricts(parsed.dayOfMonth, 31) && restricts(parsed.dayOfWeek, 7)) {
    return (
      `${shown} restricts both day of month and day of week, which some crons read as "either" and others as "both"; ` +
      'restrict one of the two, and write * for the other'
    );
  }
  return null;
}

// node-cron takes `*/90` in minutes silently as hourly: a step beyond the field matches its first value alone.
function stepProblem(text: string, { name, lowest, highest }: Field): string | null {
  const tooLong = [...text.matchAll(/\/(\d+)/g)].find((match) => Number(match[1]) > highest - lowest);
  if (tooLong === undefined) return null;
  return `a step of ${tooLong[1] ?? ''} is longer than the ${name} field, so it would match only once; write a step of at most ${highest - lowest}, or the one value itself`;
}

function refusal(
  shown: string,
  error: { field: string; value?: string; message: string } | undefined,
): string {
  const fix = 'write an expression such as "30 3 * * *", which is daily at 03:30';
  if (error === undefined) return `${shown} is not a cron expression; ${fix}`;
  if (error.message.includes('impossible'))
    return `${shown} names a day that no such month has; write a day that exists`;
  const name = error.field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const { lowest, highest } = [seconds, ...fiveFields].find((field) => field.name === name) ?? dayOfMonth;
  return `${shown} has ${JSON.stringify(error.value ?? '')} as its ${name}; write numbers from ${lowest} to ${highest}, * or lists, ranges and steps of them`;
}

/** Numbers that are not all there are, or marks such as `L` and `5#2`. */
function restricts(values: readonly (number | string)[], all: number): boolean {
  return new Set(values).size < all || values.some((value) => typeof value === 'string');
}

function timeZoneProblem(timeZone: string): string | null {
  const fix = 'write a name of the tz database, such as Europe/Berlin or UTC';
  // Newer Nodes take `+02:00`, older ones do not; and an offset knows nothing of summer time.
  if (/^[+-]/.test(timeZone)) return `${JSON.stringify(timeZone)} is an offset, not a time zone; ${fix}`;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return null;
  } catch {
    return `${JSON.stringify(timeZone)} is not a time zone; ${fix}`;
  }
}
