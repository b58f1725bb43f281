import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runtime } from '../lab/runtime.ts';
import { until } from '../lab/until.ts';

export interface PairOptions {
  readonly backends: number;
  readonly serversPerBackend: number;
  /** Checks of each server against this port of 127.0.0.1; null: no checks. */
  readonly checkedAt: number | null;
}

/** Two real HAProxys with many servers that get no traffic. */
export interface Pair {
  readonly directory: string;
  readonly lbs: readonly { readonly name: string; readonly socket: string; readonly pid: number }[];
  readonly backends: readonly string[];
  /** A rejuv configuration for the first `backends` of them; gives its path. */
  writeConfig(backends: number, poll: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startPair(options: PairOptions): Promise<Pair> {
  const directory = await mkdtemp(join(tmpdir(), 'rejuv-bench-'));
  const backends = numbered('shop', options.backends);
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const lbs = await Promise.all(
      ['lb-a', 'lb-b'].map(async (name) => {
        const socket = join(directory, `${name}.sock`);
        const file = join(directory, `${name}.cfg`);
        await writeFile(file, haproxyConfig(socket, backends, options));
        // One process, so that its CPU time is all there is.
        const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'inherit'] });
        children.push(child);
        await until(
          `${name} answers`,
          async () => (await runtime(socket, 'show info')).startsWith('Name: '),
          {
            withinMs: 30_000,
          },
        );
        return { name, socket, pid: child.pid! };
      }),
    );
    return {
      directory,
      lbs,
      backends,
      async writeConfig(count, poll) {
        const path = join(directory, 'rejuv.yaml');
        await writeFile(path, rejuvConfig(directory, lbs, backends.slice(0, count), poll, options));
        return path;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${word}${index + 1}`);
}

function haproxyConfig(socket: string, backends: readonly string[], options: PairOptions): string {
  const { serversPerBackend, checkedAt } = options;
  const servers = numbered('web', serversPerBackend).map((name, index) => {
    const address = checkedAt === null ? `10.0.${index >> 8}.${index & 255}:8080` : `127.0.0.1:${checkedAt}`;
    return `  server ${name} ${address}${checkedAt === null ? '' : ' check inter 2s'}\n`;
  });
  return `global
  stats socket ${socket} mode 600 level admin
  maxconn 100
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
${backends.map((name) => `backend ${name}\n${servers.join('')}`).join('')}`;
}

function rejuvConfig(
  directory: string,
  lbs: Pair['lbs'],
  backends: readonly string[],
  poll: string,
  { serversPerBackend, checkedAt }: PairOptions,
): string {
  const backend = {
    mode: 'active-standby',
    minServing: 1,
    allowUnchecked: checkedAt === null,
    servers: Object.fromEntries(numbered('web', serversPerBackend).map((name) => [name, {}])),
    probe: { http: 'http://{address}:{port}/health', expect: 200 },
  };
  return stringify(
    {
      loadBalancers: Object.fromEntries(lbs.map(({ name, socket }) => [name, { socket }])),
      state: join(directory, 'state'),
      listen: join(directory, 'rejuv.sock'),
      poll,
      backends: Object.fromEntries(backends.map((name) => [name, backend])),
    },
    { aliasDuplicateObjects: false },
  );
}
