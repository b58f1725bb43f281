import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, type BackendName, type ServerId } from '../../domain/names.ts';
import type { AdminState } from '../../domain/server.ts';

/** One command line without its newline. */
export type Command = string & { readonly brand: 'command' };

/** HAProxy's `tune.bufsize`: a line of this length or more gets no answer. */
const bufferBytes = 16_384;

/** The process: version, pid, start, whether it is an old one. */
export const showInfo = command('show info');
/** The names of all backends. */
export const showBackend = command('show backend');
/** The level that the socket grants. */
export const showLevel = command('show cli level');
/** The workers; known to the master CLI only. */
export const showProc = command('show proc');
/** Ends a connection to the master CLI, which stays open otherwise. */
export const quit = command('quit');

/** Admin, operational and check state of the servers of one backend; null: of all. */
export function showServersState(backend: BackendName | null): Command {
  return command(backend === null ? 'show servers state' : `show servers state ${backend}`);
}

/** Counters of one backend (2) and of its servers (4); null: of all. */
export function showStat(backend: BackendName | null): Command {
  return command(`show stat ${backend ?? '-1'} 6 -1`);
}

/** Through the master CLI: counters of all frontends (1) and servers (4) of one worker. */
export function workerStat(pid: number): Command {
  return command(`@!${pid} show stat -1 5 -1`);
}

export function setServerState(server: ServerId, state: AdminState): Command {
  return command(`set server ${formatServerId(server)} state ${state}`);
}

export function switchAgent(server: ServerId, enabled: boolean): Command {
  return command(`${enabled ? 'enable' : 'disable'} agent ${formatServerId(server)}`);
}

/** As a number: percentages are rounded down, so that 50% of 1 is 0. */
export function setServerWeight(server: ServerId, weight: number): Command {
  return command(`set server ${formatServerId(server)} weight ${weight}`);
}

export function shutdownSessions(server: ServerId): Command {
  return command(`shutdown sessions server ${formatServerId(server)}`);
}

/**
 * The last gate before the socket: printable ASCII on one line, and none of the characters with a meaning of their
 * own (`;` starts another command, `\` escapes, `<<` opens a payload). Raises: internal.
 */
export function command(text: string): Command {
  if (!isCommand(text)) {
    throw new RejuvError('internal', { problem: `not one runtime command: ${JSON.stringify(text)}` });
  }
  return text;
}

function isCommand(text: string): text is Command {
  return /^[\x20-\x7e]+$/.test(text) && !/[;\\]|<</.test(text) && text.length < bufferBytes;
}
