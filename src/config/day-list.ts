import { weekdays, type Weekday } from '../domain/calendar.ts';
import { textKind, type Reading } from './text-kind.ts';

const right = 'write days such as mon-fri, or sat,sun';
const pattern = /^[a-z]{3}(-[a-z]{3})?(,\s*[a-z]{3}(-[a-z]{3})?)*$/;

/** Reads `mon-fri`, `sat,sun`, `fri-mon`: days of the week, in the order of the week. */
export function readDayList(text: string): Reading<readonly Weekday[]> {
  const found = new Set<Weekday>();
  for (const part of text.split(',')) {
    const [first, last = first, ...more] = part.trim().split('-').map(weekday);
    if (first === undefined || first === null || last === undefined || last === null || more.length > 0) {
      return { wrong: 'which is not a list of days', right };
    }
    for (let index = first; ; index = (index + 1) % weekdays.length) {
      found.add(weekdays[index] ?? 'sun');
      if (index === last) break;
    }
  }
  return { value: weekdays.filter((day) => found.has(day)) };
}

function weekday(name: string): number | null {
  const index = weekdays.findIndex((day) => day === name.toLowerCase());
  return index === -1 ? null : index;
}

export const dayList = textKind(readDayList, { title: 'days of the week', right, pattern });
