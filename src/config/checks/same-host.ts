import { formatServerId, type ServerId } from '../../domain/names.ts';
import type { Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';

/** What `sameHost` names exists in another backend, once, and names this server in return where it reboots. */
export function checkSameHost(draft: Draft): Finding[] {
  return Object.entries(draft.backends).flatMap(([backend, { servers }]) =>
    Object.entries(servers).flatMap(([server, { sameHost }]) =>
      sameHost.flatMap((other, index): Finding[] => {
        const path: Path = ['backends', backend, 'servers', server, 'sameHost', index];
        const earlier = sameHost.slice(0, index).map(formatServerId);
        const wrong = earlier.includes(formatServerId(other))
          ? { message: `${formatServerId(other)} is named twice`, fix: 'name it once' }
          : wrongWith(draft, { backend, server }, other);
        if (wrong === null) return [];
        const reliesOn = [
          path,
          ['backends', other.backend, 'servers', other.server],
          ['backends', other.backend, 'actions'],
        ];
        return [{ path, at: 'value', ...wrong, reliesOn }];
      }),
    ),
  );
}

function wrongWith(
  draft: Draft,
  self: { readonly backend: string; readonly server: string },
  other: ServerId,
): { message: string; fix: string } | null {
  const id = formatServerId(other);
  if (other.backend === self.backend) {
    const fix = 'name servers of other backends; within one backend each server has its own host';
    return { message: `${id} is in the same backend ${self.backend}`, fix };
  }
  const backend = own(draft.backends, other.backend);
  const named = backend === undefined ? undefined : own(backend.servers, other.server);
  if (backend === undefined || named === undefined) {
    const what = backend === undefined ? `backend ${other.backend}` : `server ${id}`;
    return { message: `there is no ${what} in this file`, fix: 'correct the name, or add it' };
  }
  const namesBack = named.sameHost.some(
    (back) => back.backend === self.backend && back.server === self.server,
  );
  if (namesBack || backend.actions.length === 0) return null;
  const fix = `add \`sameHost: [${self.backend}/${self.server}]\` to ${id}`;
  return {
    message: `${id} has actions of its own and does not name ${self.backend}/${self.server} in return`,
    fix,
  };
}

/** A name such as `constructor` is nobody's unless it was written. */
function own<Value>(section: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(section, name) ? section[name] : undefined;
}
