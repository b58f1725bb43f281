import { backendName, serverName, type ServerId } from '../../domain/names.ts';
import type { HeldRow, OldWorker } from '../../domain/old-workers.ts';
import { columnsOf, readRows, type Cells } from './columns.ts';
import { notHaproxy, type Place } from './place.ts';
import { showStatReply, statLine, statLines } from './stat-lines.ts';

/** Reads the frontends and servers of an old worker. Raises: not-haproxy. */
export function parseWorkerStat(place: Place, pid: number, reply: Buffer): OldWorker {
  const { header, rows } = statLines(place, reply);
  const at = columnsOf(place, showStatReply, header, ['pxname', 'svname', 'type', 'scur', 'qcur']);
  const address = header.indexOf('addr');
  // HAProxy calls the streams of a frontend `h2_backend_open_streams` too.
  const http2 = [header.indexOf('h2_open_connections'), header.indexOf('h2_backend_open_streams')] as const;
  const held: HeldRow[] = [];
  let clients = 0;
  let placed = 0;
  readRows(place, showStatReply, header, rows, (cells) => {
    const type = cells.count(at.type);
    const sessions = cells.count(at.scur);
    if (type === statLine.frontend) clients += sessions + moreStreams(cells, http2);
    if (type !== statLine.server) return null;
    placed += sessions;
    const queue = cells.count(at.qcur);
    if (sessions + queue === 0) return null;
    const id = idOf(place, cells.text(at.pxname), cells.text(at.svname));
    held.push({ id, address: address < 0 ? '' : hostOf(cells.text(address)), sessions, queue });
    return null;
  });
  return { pid, held, unplaced: Math.max(0, clients - placed) };
}

/** `scur` of a frontend counts connections, but each stream of HTTP/2 has a session of its own at a server. */
function moreStreams(cells: Cells, [connections, streams]: readonly [number, number]): number {
  if (connections < 0 || streams < 0) return 0;
  return Math.max(0, (cells.countOrNull(streams) ?? 0) - (cells.countOrNull(connections) ?? 0));
}

function idOf(place: Place, backend: string, server: string): ServerId {
  try {
    return { backend: backendName(backend), server: serverName(server) };
  } catch {
    throw notHaproxy(place, `${JSON.stringify(`${backend}/${server}`)} is no name of a server`);
  }
}

/** `10.0.0.1:80` or `[::1]:80`, as HAProxy writes it; anything else as it is. */
function hostOf(address: string): string {
  return /^\[?(.*?)\]?:\d+$/.exec(address)?.[1] ?? address;
}
