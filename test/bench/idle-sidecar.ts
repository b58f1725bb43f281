import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { getOverSocket } from '../../src/http/get-over-socket.ts';
import { until } from '../lab/until.ts';
import { startPair, type Pair } from './pair.ts';

/** A port of 127.0.0.1 where each connection is accepted and closed: enough for the checks of HAProxy. */
export async function startTarget(): Promise<{ readonly port: number; close(): void }> {
  const server = createServer((socket) => socket.on('error', () => undefined).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, close: () => server.close() };
}

/** 100 checked servers in five backends on a pair of real HAProxys. */
export async function startIdlePair(port: number): Promise<Pair> {
  return await startPair({ backends: 5, serversPerBackend: 20, checkedAt: port });
}

/** `rejuv run`, from the moment it answers. */
export async function startSidecar(
  main: string,
  pair: Pair,
  config: string,
  nodeOptions: readonly string[] = [],
): Promise<ChildProcess> {
  const args = [...nodeOptions, main, 'run', '-c', config];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const { signal } = new AbortController();
  const socket = join(pair.directory, 'rejuv.sock');
  await until(
    'the sidecar answers',
    async () => (await getOverSocket(socket, '/v1/status', signal)).status === 200,
    { withinMs: 30_000, everyMs: 100 },
  );
  return child;
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Resident memory of a process, MiB. */
export async function residentMiB(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
  if (kib === undefined) throw new Error(`process ${pid} shows no resident memory`);
  return Number(kib) / 1024;
}

/** CPU time that a process has used since it started, milliseconds, as finely as the kernel counts (10 ms). */
export async function cpuMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold spaces; user and system time are the 12th and 13th field behind it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
