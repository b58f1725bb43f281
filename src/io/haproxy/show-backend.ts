import { backendName, isHaproxyName, type BackendName } from '../../domain/names.ts';
import { notHaproxy, type Place } from './place.ts';
import { isInternal } from './server-row.ts';

/** Reads `show backend`, the names of all backends. Raises: not-haproxy. */
export function parseShowBackend(place: Place, reply: string): BackendName[] {
  const [header, ...names] = reply.replace(/\n$/, '').split('\n');
  if (header !== '# name') throw notHaproxy(place, '`show backend` has no header line');
  return names
    .filter((name) => !isInternal(name))
    .map((name) => {
      if (!isHaproxyName(name)) throw notHaproxy(place, `${JSON.stringify(name)} is no name of a backend`);
      return backendName(name);
    });
}
