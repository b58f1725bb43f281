import { columnsOf, readRows } from './columns.ts';
import type { Place } from './place.ts';
import { saysOnly } from './rows.ts';
import { showStatReply, statLine, statLines } from './stat-lines.ts';

/** One server line of `show stat`. */
export interface ServerStat {
  readonly backend: string;
  readonly server: string;
  readonly status: string;
  readonly sessions: number;
  readonly queue: number;
  readonly sessionsTotal: number;
  /** Connections refused or broken, answers broken, and answers 5xx, since HAProxy started. */
  readonly errorsTotal: number;
  /** `rtime`: time to the first byte of the answer, average of the last 1,024 requests; null before the first one. */
  readonly responseMs: number | null;
  /** The effective weight: 0 gets nothing, whatever the status says. */
  readonly weight: number;
  /** `slim`; null: no limit. */
  readonly maxSessions: number | null;
  /** `act` and `bck` of a server line say what kind of server it is, in maint too. */
  readonly haproxyBackup: boolean;
  readonly secondsSinceChange: number;
  /** `check_status` without the `* ` of a check that is running now. */
  readonly checkStatus: string;
  readonly health: number | null;
  readonly rise: number | null;
  readonly fall: number | null;
}

/** What one `show stat` says. */
export interface Stat {
  readonly servers: readonly ServerStat[];
  /** `qcur` of each backend's own line: what waits for whichever server is free first. */
  readonly queues: ReadonlyMap<string, number>;
}

/** Reads `show stat`; null when the backend that was asked for is not there. Raises: not-haproxy. */
export function parseStat(place: Place, reply: Buffer): Stat | null {
  if (saysOnly(reply, 'No such proxy.')) return null;
  const { header, rows } = statLines(place, reply);
  const at = columnsOf(place, showStatReply, header, [
    'pxname',
    'svname',
    'type',
    'status',
    'scur',
    'qcur',
    'slim',
    'stot',
    'econ',
    'eresp',
    'hrsp_5xx',
    'rtime',
    'weight',
    'slim',
    'bck',
    'lastchg',
    'check_status',
    'check_health',
    'check_rise',
    'check_fall',
  ]);
  const { pxname: backend, svname: server, type, status, scur, qcur, stot, weight, slim, bck, lastchg } = at;
  const { econ, eresp, hrsp_5xx: answered5xx, rtime } = at;
  const { check_status: check, check_health: health, check_rise: rise, check_fall: fall } = at;
  const queues = new Map<string, number>();
  const servers = readRows(place, showStatReply, header, rows, (cells): ServerStat | null => {
    const kind = cells.count(type);
    if (kind === statLine.backend) queues.set(cells.text(backend), cells.count(qcur));
    if (kind !== statLine.server) return null;
    const checkStatus = cells.word(check);
    return {
      backend: cells.word(backend),
      server: cells.text(server),
      status: cells.word(status),
      sessions: cells.count(scur),
      queue: cells.count(qcur),
      sessionsTotal: cells.count(stot),
      errorsTotal: cells.count(econ) + cells.count(eresp) + (cells.countOrNull(answered5xx) ?? 0),
      responseMs: cells.count(stot) === 0 ? null : cells.countOrNull(rtime),
      weight: cells.count(weight),
      maxSessions: cells.countOrNull(slim),
      haproxyBackup: cells.count(bck) > 0,
      secondsSinceChange: cells.count(lastchg),
      checkStatus: checkStatus.startsWith('* ') ? checkStatus.slice(2) : checkStatus,
      health: cells.countOrNull(health),
      rise: cells.countOrNull(rise),
      fall: cells.countOrNull(fall),
    };
  });
  return { servers, queues };
}
