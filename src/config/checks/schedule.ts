import { scheduleKey } from '../../domain/calendar.ts';
import type { CronRules } from '../cron-rules.ts';
import type { BackendDraft, Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';

/** Schedules fire at times that exist, for servers that exist, and have something to do. */
export function checkSchedules(draft: Draft, cron: CronRules): Finding[] {
  return Object.entries(draft.backends).flatMap(([name, backend]) => [
    ...checkSomethingToDo(name, backend),
    ...checkDoubles(name, backend),
    ...backend.schedule.flatMap((entry, index) => {
      const path: Path = ['backends', name, 'schedule', index];
      return [...checkTimes(path, entry, cron), ...checkPick(path, name, backend, entry.pick)];
    }),
  ]);
}

function checkSomethingToDo(name: string, { schedule, actions }: BackendDraft): Finding[] {
  if (schedule.length === 0 || actions.length > 0) return [];
  return [
    {
      path: ['backends', name, 'schedule'],
      at: 'key',
      message: `backend ${name} has a \`schedule\` but no \`actions\`, so nothing would be done`,
      fix: 'add `actions:`, such as `- reboot:`',
      reliesOn: [['backends', name, 'actions']],
    },
  ];
}

/** Two alike would be one in the records, and what the one did would count for the other. */
function checkDoubles(name: string, { schedule }: BackendDraft): Finding[] {
  const keys = schedule.map((entry) => scheduleKey(name, entry));
  return keys.flatMap((key, index) => {
    if (keys.indexOf(key) === index) return [];
    const message = 'the same schedule stands here twice, for the same server at the same times';
    const path: Path = ['backends', name, 'schedule', index];
    return [{ path, at: 'value', message, fix: 'remove one of them' }];
  });
}

// Good in any time zone, so what is said about it is about the zone.
export const everyMidnight = '0 0 * * *';

function checkTimes(path: Path, entry: { cron: string; timeZone: string }, cron: CronRules): Finding[] {
  const expression = cron.problem(entry.cron, 'UTC');
  const timeZone = cron.problem(everyMidnight, entry.timeZone);
  const both = expression === null && timeZone === null ? cron.problem(entry.cron, entry.timeZone) : null;
  return [...asFinding([...path, 'cron'], expression ?? both), ...asFinding([...path, 'timeZone'], timeZone)];
}

export function asFinding(path: Path, problem: string | null): Finding[] {
  if (problem === null) return [];
  // The last one: what was written may hold another.
  const border = problem.lastIndexOf('; ');
  return [{ path, at: 'value', message: problem.slice(0, border), fix: problem.slice(border + 2) }];
}

function checkPick(path: Path, name: string, { servers }: BackendDraft, pick: string): Finding[] {
  if (pick === 'longest-running' || Object.hasOwn(servers, pick)) return [];
  const names = Object.keys(servers);
  const some = names.length > 5 ? `${names.slice(0, 5).join(', ')} and so on` : names.join(', ');
  return [
    {
      path: [...path, 'pick'],
      at: 'value',
      message: `${JSON.stringify(pick)} is not a server of backend ${name}`,
      fix: `write longest-running, or a server: ${some}`,
      reliesOn: [
        [...path, 'pick'],
        ['backends', name, 'servers'],
      ],
    },
  ];
}
