import { chmod, chown, lstat, mkdir, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { dirname } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { RejuvError } from '../domain/errors.ts';
import type { ListenSettings } from '../domain/settings.ts';
import { whoAnswers } from './answers.ts';
import { groupId } from './group-id.ts';

export interface Listener {
  /** Cuts the connections that are open, and removes the socket. */
  close(): Promise<void>;
}

/**
 * Serves the routes on a unix socket, mode 0660. A socket that nobody answers at is replaced.
 * @throws RejuvError sidecar-running, listen-failed
 */
export async function listen(routes: Hono, settings: ListenSettings): Promise<Listener> {
  const { path, group } = settings;
  try {
    await makeRoom(path);
    const server = createAdaptorServer({ fetch: routes.fetch });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    try {
      await protect(path, group);
    } catch (problem) {
      await closeServer(server);
      throw problem;
    }
    return { close: async () => await closeServer(server) };
  } catch (cause) {
    if (cause instanceof RejuvError) throw cause;
    throw new RejuvError('listen-failed', { socket: path, problem: problemOf(cause) }, { cause });
  }
}

/** Leaves the path free, or raises what stands there. */
async function makeRoom(path: string): Promise<void> {
  const answer = await whoAnswers(path);
  if (answer === 'somebody') throw new RejuvError('sidecar-running', { socket: path });
  if (answer === 'nothing') {
    // One level only: a path with a typing error in it is not to be made true.
    await mkdir(dirname(path), { mode: 0o755 }).catch((cause: unknown) => {
      if (errorCode(cause) !== 'EEXIST') throw cause;
    });
    return;
  }
  if (answer !== 'nobody') throw answer;
  // A plain file refuses connections too, and is not ours to remove.
  if (!(await lstat(path)).isSocket()) throw new Error('something is there that is not a socket');
  await unlink(path);
}

/** The group first, so that no other group ever sees an open socket. */
async function protect(path: string, group: string | null): Promise<void> {
  if (group !== null) {
    const id = await groupId(group);
    if (id === null) throw new Error(`there is no group ${group}`);
    await chown(path, -1, id);
  }
  await chmod(path, 0o660);
}

async function closeServer(server: ReturnType<typeof createAdaptorServer>): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    if (isHttp1(server)) server.closeAllConnections();
  });
}

function isHttp1(server: ReturnType<typeof createAdaptorServer>): server is Server {
  return 'closeAllConnections' in server;
}

function errorCode(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

function problemOf(cause: unknown): string {
  switch (errorCode(cause)) {
    case 'EACCES':
      return 'no permission';
    case 'EPERM':
      return 'not permitted to set its group or mode';
    case 'ENOENT':
      return 'the directory above does not exist';
    case 'EADDRINUSE':
      return 'the address is in use';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
