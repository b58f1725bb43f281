import type { BackendDraft, Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';

/** Enough primaries for `minServing`, and a spare where one is needed. */
export function checkCapacity(draft: Draft): Finding[] {
  const backends = Object.entries(draft.backends);
  if (backends.length === 0) {
    const fix = 'name at least one backend of haproxy.cfg';
    return [{ path: ['backends'], at: 'key', message: 'there is no backend', fix }];
  }
  return backends.flatMap(([name, backend]) => [
    ...checkPrimaries(name, backend),
    ...checkSpares(name, backend),
  ]);
}

function checkPrimaries(name: string, { servers, minServing }: BackendDraft): Finding[] {
  const primaries = Object.values(servers).filter(({ role }) => role === 'primary').length;
  if (primaries >= minServing) return [];
  const path: Path = ['backends', name, 'minServing'];
  return [
    {
      path,
      at: 'value',
      message: `backend ${name} has ${primaries} primary server(s), and minServing is ${minServing}`,
      fix: 'lower minServing, or name more servers without `role: spare`',
      reliesOn: [path, ['backends', name, 'servers']],
    },
  ];
}

function checkSpares(name: string, { servers, actions, schedule }: BackendDraft): Finding[] {
  const wanting = actions.length > 0 ? 'actions' : schedule.length > 0 ? 'schedule' : null;
  if (wanting === null || Object.values(servers).some(({ role }) => role === 'spare')) return [];
  return [
    {
      path: ['backends', name, wanting],
      at: 'key',
      message: `backend ${name} has \`${wanting}\` but no spare to take over meanwhile`,
      fix: 'give one server `role: spare`',
      reliesOn: [['backends', name, 'servers']],
    },
  ];
}
