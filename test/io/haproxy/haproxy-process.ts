import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, createConnection, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real HAProxy in a directory of its own, with a backend that answers and an agent that says `word`. */
export interface TestHaproxy {
  readonly directory: string;
  readonly admin: string;
  readonly user: string;
  readonly master: string;
  readonly tcpPort: number;
  /** What the agent of shop/web2 says from now on. */
  agentSays(word: string): void;
  /** The process that holds the sockets: the worker. */
  workerPid(): Promise<number>;
  /** Stops the worker as a hang does; returns once it really stands still. */
  freeze(): Promise<void>;
  /** Reloads, and waits until another worker answers. */
  reload(): Promise<void>;
  /** One raw command, independent of the client under test; the bytes as they came. */
  raw(socket: string, command: string): Promise<string>;
  stop(): Promise<void>;
}

/** `extra`: lines added to the backend `shop`; `front`: to the frontend on `front.sock`; `binary`: another HAProxy. */
export async function startHaproxy(
  extra: readonly string[] = [],
  front: readonly string[] = [],
  binary = 'haproxy',
): Promise<TestHaproxy> {
  const directory = await mkdtemp(join(tmpdir(), 'rejuv-haproxy-'));
  let word = 'up';
  const backend = await listen((server) => server.on('connection', (c) => c.end(`${word}\n`)));
  const port = portOf(backend);
  const tcp = await listen((server) => server);
  const tcpPort = portOf(tcp);
  tcp.close();
  const path = (name: string): string => join(directory, name);
  await writeFile(path('haproxy.cfg'), configuration(directory, port, tcpPort, extra, front));
  const child = spawn(binary, ['-W', '-S', path('master.sock'), '-f', path('haproxy.cfg')], {
    stdio: 'ignore',
  });
  const raw = (socket: string, command: string): Promise<string> => ask(path(socket), command);
  const workerPid = async (): Promise<number> => {
    const info = await raw('admin.sock', 'show info');
    return Number(/^Pid: (\d+)$/m.exec(info)?.[1]);
  };
  const pidOrNull = (): Promise<number | null> => workerPid().catch(() => null);
  await until(async () => (await pidOrNull()) !== null);
  return {
    directory,
    admin: path('admin.sock'),
    user: path('user.sock'),
    master: path('master.sock'),
    tcpPort,
    agentSays: (next) => (word = next),
    workerPid,
    async freeze() {
      const pid = await workerPid();
      process.kill(pid, 'SIGSTOP');
      // A signal is delivered in its own time.
      await until(async () => / T /.test(await readFile(`/proc/${pid}/stat`, 'utf8')));
    },
    raw,
    async reload() {
      const before = await workerPid();
      child.kill('SIGUSR2');
      await until(async () => {
        const now = await pidOrNull();
        return now !== null && now !== before;
      });
    },
    async stop() {
      await end(child);
      backend.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // A worker that stands still cannot be asked for its pid.
  const workers = await readFile(`/proc/${child.pid!}/task/${child.pid!}/children`, 'utf8').catch(() => '');
  for (const pid of workers.split(' ').filter((word) => word !== '')) process.kill(Number(pid), 'SIGCONT');
  child.kill('SIGTERM');
  await ended;
}

function configuration(
  directory: string,
  port: number,
  tcpPort: number,
  extra: readonly string[],
  front: readonly string[],
): string {
  return `global
  stats socket ${directory}/admin.sock mode 600 level admin
  stats socket ${directory}/user.sock mode 600 level user
  stats socket ipv4@127.0.0.1:${tcpPort} level admin
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
backend shop
  server web1 127.0.0.1:${port} check inter 100ms
  server web2 127.0.0.1:${port} agent-check agent-port ${port} agent-inter 100ms
  server web3 127.0.0.1:1 check inter 100ms
  server web4 127.0.0.1:${port} check disabled
  server web5 127.0.0.1:${port} backup
${extra.map((line) => `  ${line}\n`).join('')}backend empty
backend off
  disabled
  server o1 127.0.0.1:${port}
frontend front
  bind unix@${directory}/front.sock
  default_backend shop
${front.map((line) => `  ${line}\n`).join('')}`;
}

/** Waits for a condition of the real world; gives up after ten seconds. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen within ten seconds');
}

function ask(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = '';
    const socket = createConnection(path);
    socket.setEncoding('utf8').on('data', (text: string) => (reply += text));
    socket.on('error', reject).on('close', () => resolve(reply));
    socket.write(`${command}\n`);
  });
}

/** A server on an ephemeral port. */
export async function listen(set: (server: Server) => Server): Promise<Server> {
  const server = set(createServer());
  // A connection that is reset is part of the game.
  server.on('connection', (socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
