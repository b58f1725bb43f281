import { RejuvError } from '../../domain/errors.ts';
import type { BackendSettings, ServerSettings } from '../../domain/settings.ts';
import { rowOf, type ServerRow, type Snapshot } from '../../domain/snapshot.ts';
import type { ServerWords } from '../../io/haproxy-config/server-words.ts';
import { failed, found, type Finding } from './finding.ts';
import type { ReadProxy } from './haproxy-options.ts';

/** The server lines of one backend: what they mean for a server that leaves, and whether HAProxy runs with them. */
export function examineConfiguredServers(
  backend: BackendSettings,
  read: readonly ReadProxy[],
  snapshot: Snapshot,
): Finding[] {
  return backend.servers.flatMap((server) => {
    const lines = read.flatMap(({ loadBalancer, proxy }) => {
      const view = snapshot.views.find(({ name }) => name === loadBalancer);
      const row = view && rowOf(view, { backend: backend.name, server: server.name });
      const words = proxy.servers.get(server.name);
      return row === undefined ? [] : [{ loadBalancer, words, row }];
    });
    return examineServer(backend, server, lines);
  });
}

/** Right after maint both figures of the check's health are equal, whatever its result. */
export const fallOne = {
  message:
    'with `fall 1` a dead server reads like a good one right after maint, so each return takes 10 s longer',
  fix: 'write `fall 2` or more',
};

interface ServerLine {
  readonly loadBalancer: string;
  /** Null: HAProxy has the server, its file does not. */
  readonly words: ServerWords | undefined;
  readonly row: ServerRow;
}

function examineServer(
  backend: BackendSettings,
  server: ServerSettings,
  lines: readonly ServerLine[],
): Finding[] {
  const group = `backend ${backend.name}`;
  const on = (holds: (line: ServerLine, words: ServerWords) => boolean): string =>
    lines
      .filter((line) => line.words !== undefined && holds(line, line.words))
      .map(({ loadBalancer }) => loadBalancer)
      .join(', ');
  const each = (severity: Finding['severity'], where: string, message: string, fix: string): Finding[] =>
    where === '' ? [] : [found(severity, group, server.name, `${message} (${where})`, fix)];
  const added = lines.filter(({ words }) => words === undefined).map(({ loadBalancer }) => loadBalancer);
  return [
    ...each(
      'warning',
      added.join(', '),
      'it was added at run time and is not in the configuration: the next reload forgets it',
      'add its `server` line to the backend',
    ),
    ...uncheckedInMaint(backend, server, lines),
    ...each(
      'warning',
      // Of the others the running HAProxy tells.
      on(({ row }, { fall, check }) => row.check.fall === null && check && fall === 1),
      fallOne.message,
      fallOne.fix,
    ),
    ...each(
      'warning',
      on((_, { cutsWhenDown }) => cutsWhenDown),
      '`on-marked-down shutdown-sessions` cuts every request still running when the server goes to maint after the grace for bound clients',
      'remove it, or accept that `drain.persistence` is the time those requests have',
    ),
    ...each(
      'warning',
      server.role === 'spare' ? on((_, { disabled }) => !disabled) : '',
      'it is a spare, and its `server` line is not `disabled`: each start of HAProxy sends clients to it',
      'add `disabled` to its `server` line',
    ),
    ...each(
      'warning',
      server.role === 'primary' ? on((_, { disabled }) => disabled) : '',
      'it is a primary, and its `server` line is `disabled`: each start of HAProxy leaves it out',
      'remove `disabled` from its `server` line, or make it a spare in the config file',
    ),
    ...reloadPending(lines).flatMap(([message, where]) =>
      each('warning', where, message, 'reload HAProxy, then check again'),
    ),
  ];
}

/** A server in maint shows at run time no check, whatever is configured; its line tells. */
function uncheckedInMaint(
  backend: BackendSettings,
  server: ServerSettings,
  lines: readonly ServerLine[],
): Finding[] {
  if (backend.allowUnchecked) return [];
  return lines
    .filter(({ row, words }) => row.admin === 'maint' && words !== undefined && !words.check && !words.tracks)
    .map(({ loadBalancer }) => {
      const facts = { backend: backend.name, server: server.name, loadBalancer };
      return failed(`backend ${backend.name}`, server.name, new RejuvError('no-checks', facts));
    });
}

/** Where the running HAProxy has other figures than its file: in maint it shows none. Sentence and places. */
function reloadPending(lines: readonly ServerLine[]): [message: string, where: string][] {
  const places = new Map<string, string>();
  for (const { loadBalancer, words, row } of lines) {
    const { rise, fall } = row.check;
    if (words === undefined || rise === null || fall === null) continue;
    if (rise === words.rise && fall === words.fall) continue;
    const message = `it runs with rise ${rise} and fall ${fall}, and its configuration says rise ${words.rise} and fall ${words.fall}`;
    const before = places.get(message);
    places.set(message, before === undefined ? loadBalancer : `${before}, ${loadBalancer}`);
  }
  return [...places];
}
