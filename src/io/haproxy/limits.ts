import { showInfo } from './commands.ts';
import { notHaproxy } from './place.ts';
import { createRuntimeSocket, type RuntimeSocketOptions } from './runtime-socket.ts';
import { infoOpening } from './show-info.ts';

/** How much a HAProxy may carry, and carries. */
export interface Limits {
  /** The most connections of clients at a time; 0 where HAProxy sets none. */
  readonly maxconn: number;
  readonly connections: number;
}

/**
 * Reads the limits from `show info`. Raises: socket-missing, socket-denied, haproxy-down, haproxy-silent,
 * not-haproxy, reply-truncated, reply-too-long, those of the opener.
 */
export async function readLimits(options: RuntimeSocketOptions, signal: AbortSignal): Promise<Limits> {
  const socket = createRuntimeSocket(options);
  try {
    const reply = await socket.ask({ command: showInfo, opening: infoOpening, end: 'close' }, signal);
    const count = (name: string): number => {
      const value = new RegExp(`^${name}: (\\d{1,15})$`, 'm').exec(reply)?.[1];
      if (value === undefined) throw notHaproxy(options.place, `\`show info\` has no number ${name}`);
      return Number(value);
    };
    return { maxconn: count('Maxconn'), connections: count('CurrConns') };
  } finally {
    socket.close();
  }
}
