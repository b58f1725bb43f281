import type { BackendDraft, Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';

/** Enough primaries for `minServing`, and a spare, or one server more, where one is needed. */
export function checkCapacity(draft: Draft): Finding[] {
  const backends = Object.entries(draft.backends);
  if (backends.length === 0) {
    const fix = 'name at least one backend of haproxy.cfg';
    return [{ path: ['backends'], at: 'key', message: 'there is no backend', fix }];
  }
  return backends.flatMap(([name, backend]) => [
    ...checkPrimaries(name, backend),
    ...(backend.mode === 'active-active' ? checkRoom(name, backend) : checkSpares(name, backend)),
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

/** Without a spare, one server more than `minServing` has to serve, or none can ever leave. */
function checkRoom(name: string, { servers, minServing, actions, schedule }: BackendDraft): Finding[] {
  const wanting = actions.length > 0 ? 'actions' : schedule.length > 0 ? 'schedule' : null;
  const count = Object.keys(servers).length;
  if (wanting === null || count !== minServing) return [];
  const path: Path = ['backends', name, 'minServing'];
  return [
    {
      path,
      at: 'value',
      message: `backend ${name} has ${count} server(s) that all have to serve, so none could ever leave for its \`${wanting}\``,
      fix: 'lower minServing, or name more servers',
      reliesOn: [path, ['backends', name, 'servers'], ['backends', name, wanting]],
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
