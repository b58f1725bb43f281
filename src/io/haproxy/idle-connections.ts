import { RejuvError } from '../../domain/errors.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Clock } from '../../domain/seams.ts';
import { columnsOf, readRows } from './columns.ts';
import { setServerState, showStat } from './commands.ts';
import type { Place } from './place.ts';
import { refusal } from './refusal.ts';
import { saysOnly } from './rows.ts';
import { showStatReply, statLine, statLines } from './stat-lines.ts';
import type { RuntimeSocket } from './runtime-socket.ts';

/** HAProxy's threads close their own connections, each when it comes round. */
const closedWithinMs = 1_000;
const lookAgainMs = 20;

/**
 * Closes the idle connections that HAProxy keeps to a server in maint; gives how many there were. HAProxy closes them when a
 * server goes into maint that was up, and keeps those of one that was down: after a loss of power or network nobody has told
 * it that they are dead. So the server is up for the moment between two commands of one line, in drain.
 * Raises: idle-kept, and as LoadBalancer.setAdmin.
 */
export async function closeIdle(
  { place, socket, clock }: { readonly place: Place; readonly socket: RuntimeSocket; readonly clock: Clock },
  server: ServerId,
  signal: AbortSignal,
): Promise<number> {
  const ask = { opening: null, end: 'close' } as const;
  const left = async (): Promise<number> => {
    const [reply] = await socket.askTogether({ commands: [showStat(server.backend)], ...ask }, signal);
    return idleConnections(place, server, reply ?? Buffer.alloc(0));
  };
  const before = await left();
  if (before === 0) return 0;
  const commands = [setServerState(server, 'drain'), setServerState(server, 'maint')] as const;
  for (const [index, reply] of (await socket.askTogether({ commands, ...ask }, signal)).entries()) {
    const command = commands[index] ?? commands[0];
    if (reply.length > 0) throw refusal(place, command, server, reply.toString());
  }
  const began = clock.monotonic();
  for (;;) {
    const connections = await left();
    if (connections === 0) return before;
    if (clock.monotonic() - began > closedWithinMs) {
      const { loadBalancer } = place;
      throw new RejuvError('idle-kept', { loadBalancer, ...server, connections });
    }
    await clock.sleep(lookAgainMs, signal);
  }
}

/** `srv_icur` of the server; 0 in tcp mode, which keeps none. Raises: not-haproxy, backend-missing, server-missing. */
export function idleConnections(place: Place, { backend, server }: ServerId, reply: Buffer): number {
  if (saysOnly(reply, 'No such proxy.')) throw new RejuvError('backend-missing', { ...place, backend });
  const { header, rows } = statLines(place, reply);
  const at = columnsOf(place, showStatReply, header, ['type', 'svname', 'srv_icur']);
  const [found] = readRows(place, showStatReply, header, rows, (cells) =>
    cells.count(at.type) === statLine.server && cells.text(at.svname) === server
      ? (cells.countOrNull(at.srv_icur) ?? 0)
      : null,
  );
  if (found === undefined) throw new RejuvError('server-missing', { ...place, backend, server });
  return found;
}
