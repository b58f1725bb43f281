import { notHaproxy, type Place } from './place.ts';

/** How many worker processes a master has. */
export interface Workers {
  /** Current ones. */
  readonly workers: number;
  /** Those of before a reload that still finish their connections. */
  readonly oldWorkers: number;
}

/** Every `show proc` starts with it. */
export const procOpening = '#<PID>';

/** Reads `show proc` of a master. Raises: not-haproxy. */
export function parseShowProc(place: Place, reply: string): Workers {
  const count = { workers: 0, oldWorkers: 0 };
  let section: keyof typeof count | null = null;
  let master = false;
  for (const line of reply.split('\n')) {
    if (line.startsWith('# ')) {
      section = line === '# workers' ? 'workers' : line === '# old workers' ? 'oldWorkers' : null;
      continue;
    }
    const [pid = '', type] = line.trim().split(/\s+/);
    if (!/^\d+$/.test(pid)) continue;
    if (type === 'master') master = true;
    if (type === 'worker' && section !== null) count[section] += 1;
  }
  if (!master) throw notHaproxy(place, '`show proc` names no master');
  return count;
}
