import { notHaproxy, type Place } from './place.ts';

/** The worker processes of a master, by pid. */
export interface Workers {
  readonly current: readonly number[];
  /** Those of before a reload that still finish their connections. */
  readonly old: readonly number[];
}

/** Every `show proc` starts with it. */
export const procOpening = '#<PID>';

/** Reads `show proc` of a master. Raises: not-haproxy. */
export function parseShowProc(place: Place, reply: string): Workers {
  const workers: { current: number[]; old: number[] } = { current: [], old: [] };
  let section: keyof typeof workers | null = null;
  let master = false;
  for (const line of reply.split('\n')) {
    if (line.startsWith('# ')) {
      section = line === '# workers' ? 'current' : line === '# old workers' ? 'old' : null;
      continue;
    }
    const [pid = '', type] = line.trim().split(/\s+/);
    if (!/^\d+$/.test(pid)) continue;
    if (type === 'master') master = true;
    if (type === 'worker' && section !== null) workers[section].push(Number(pid));
  }
  if (!master) throw notHaproxy(place, '`show proc` names no master');
  return workers;
}
