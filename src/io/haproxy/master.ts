import { showProc } from './commands.ts';
import { createRuntimeSocket, type RuntimeSocketOptions } from './runtime-socket.ts';
import { parseShowProc, procOpening, type Workers } from './show-proc.ts';

/**
 * The workers behind a master socket (`haproxy -W -S …`). Raises: socket-missing, socket-denied, haproxy-down,
 * haproxy-silent, not-haproxy, reply-truncated, reply-too-long, those of the opener.
 */
export async function readMaster(options: RuntimeSocketOptions, signal: AbortSignal): Promise<Workers> {
  const socket = createRuntimeSocket(options);
  try {
    // A master of 2.6 keeps the connection open after its reply.
    const question = { command: showProc, opening: procOpening, end: 'empty-line' } as const;
    return parseShowProc(options.place, await socket.ask(question, signal));
  } finally {
    socket.close();
  }
}
