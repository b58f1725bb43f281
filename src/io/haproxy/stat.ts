import { cellsOf } from './columns.ts';
import { parseCsv } from './csv.ts';
import { notHaproxy, type Place } from './place.ts';

/** One server line of `show stat`. */
export interface ServerStat {
  readonly backend: string;
  readonly server: string;
  readonly status: string;
  readonly sessions: number;
  readonly queue: number;
  readonly sessionsTotal: number;
  /** The effective weight: 0 gets nothing, whatever the status says. */
  readonly weight: number;
  /** `act` and `bck` of a server line say what kind of server it is, in maint too. */
  readonly haproxyBackup: boolean;
  readonly secondsSinceChange: number;
  /** `check_status` without the `* ` of a check that is running now. */
  readonly checkStatus: string;
  readonly health: number | null;
  readonly rise: number | null;
  readonly fall: number | null;
}

/** Lines of `show stat` that are servers. */
const serverType = 2;

/** Reads `show stat`; null when the backend that was asked for is not there. Raises: not-haproxy. */
export function parseStat(place: Place, reply: string): ServerStat[] | null {
  if (reply.trim() === 'No such proxy.') return null;
  const rows = parseCsv(reply);
  if (rows === null) throw notHaproxy(place, '`show stat` is not CSV');
  const [first, ...lines] = rows;
  if (first?.[0] !== '# pxname') throw notHaproxy(place, '`show stat` has no header line');
  const header = ['pxname', ...first.slice(1)];
  return cellsOf(place, 'show stat', header, lines)
    .filter((cells) => cells.count('type') === serverType)
    .map((cells) => ({
      backend: cells.text('pxname'),
      server: cells.text('svname'),
      status: cells.text('status'),
      sessions: cells.count('scur'),
      queue: cells.count('qcur'),
      sessionsTotal: cells.count('stot'),
      weight: cells.count('weight'),
      haproxyBackup: cells.count('bck') > 0,
      secondsSinceChange: cells.count('lastchg'),
      checkStatus: cells.text('check_status').replace(/^\* /, ''),
      health: cells.countOrNull('check_health'),
      rise: cells.countOrNull('check_rise'),
      fall: cells.countOrNull('check_fall'),
    }));
}
