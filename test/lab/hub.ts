import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';
import { labEnv, must, run, type Ran } from './run.ts';
import { network } from './network.ts';

/** The shell scripts of the lab: what runs as the first process of the hub and of each host. */
export const hostFiles = fileURLToPath(new URL('./host/', import.meta.url));

/** A program that runs in the hub, where clients and rejuv live. */
export interface LabProcess {
  readonly child: ChildProcess;
  /** The program's own process id, as seen from outside the lab. */
  readonly pid: Promise<number>;
  readonly done: Promise<Ran>;
  /** What it has written so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * The hub: one network namespace with a bridge that joins all hosts of a lab, and one pid namespace that holds
 * everything the lab starts, so that ending one process ends it all. Nothing of it shows in the namespace of the tests.
 */
export interface Hub {
  readonly pid: number;
  /** True without root: the hub then has a user namespace of its own. */
  readonly rootless: boolean;
  /** The words in front of a command that make it run in the hub. */
  enter(...namespaces: readonly ('net' | 'pid')[]): string[];
  spawn(command: readonly string[], env?: NodeJS.ProcessEnv): LabProcess;
  exec(command: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ran>;
  stop(): Promise<void>;
}

/** Starts the hub of one lab; `directory` is removed when the hub ends, also when this program is killed. */
export async function startHub(directory: string, rootless: boolean): Promise<Hub> {
  const user = rootless ? ['--user', '--map-root-user'] : [];
  const child = spawn(
    'sh',
    // The shell outlives the namespaces, in a session of its own: a terminal's Ctrl-C must not take it before it has cleaned.
    ['-c', 'dir=$1; shift; "$@"; rm -rf "$dir"', 'rejuv-lab', directory].concat(
      ['unshare', ...user, '--net', '--pid', '--fork', '--kill-child'],
      ['sh', `${hostFiles}hub-init.sh`, network.hub],
    ),
    { detached: true, env: labEnv(), stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  child.stdin.on('error', () => undefined);
  const pid = await announcedPid(child.stdout, child.stderr);

  const enter: Hub['enter'] = (...namespaces) => [
    'nsenter',
    `--target=${pid}`,
    ...(rootless ? ['--user', '--preserve-credentials'] : []),
    ...(namespaces.length === 0 ? (['net', 'pid'] as const) : namespaces).map((kind) => `--${kind}`),
    '--',
  ];
  return {
    pid,
    rootless,
    enter,
    spawn: (command, env) => spawnInside(enter(), command, env),
    exec: (command, env) => run([...enter(), ...command], { ...(env ? { env } : {}) }),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Reads the first line `pid N` of a namespace's first process. */
export function announcedPid(stdout: Readable, stderr: Readable): Promise<number> {
  return new Promise((resolve, reject) => {
    let problem = '';
    stderr.setEncoding('utf8').on('data', (text: string) => (problem += text));
    const lines = createInterface({ input: stdout });
    lines.once('line', (line) => {
      const pid = /^pid (\d+)$/.exec(line)?.[1];
      if (pid === undefined) reject(new Error(`expected a pid, got: ${line}`));
      else resolve(Number(pid));
    });
    lines.once('close', () => reject(new Error(`a namespace could not be made: ${problem.trim()}`)));
  });
}

function spawnInside(enter: string[], command: readonly string[], env?: NodeJS.ProcessEnv): LabProcess {
  // nsenter waits outside; signals must reach the program itself, so it first tells its own pid on a third stream.
  const tellPid = 'read -r pid _ </proc/self/stat; echo "$pid" >&3; exec 3>&-; exec "$@"';
  const [program, ...args] = [...enter, 'sh', '-c', tellPid, 'lab', ...command];
  const child = spawn(program!, args, {
    env: labEnv(env),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.on('error', () => undefined);
  const pid = new Promise<number>((resolve, reject) => {
    const third = child.stdio[3] as Readable;
    third.setEncoding('utf8').once('data', (text: string) => resolve(Number(text)));
    child.once('close', () => reject(new Error(`did not start: ${output.stderr}`)));
  });
  pid.catch(() => undefined); // whoever needs the pid sees the failure; the others see it in `done`
  const done = new Promise<Ran>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...output }));
  });
  return {
    child,
    pid,
    done,
    output,
    async kill(signal = 'SIGTERM') {
      const target = await pid;
      if (child.exitCode === null && child.signalCode === null) process.kill(target, signal);
    },
  };
}

/** Runs commands of `ip` in the hub, in one process. */
export async function hubNetwork(hub: Hub, lines: readonly string[]): Promise<void> {
  await must([...hub.enter('net'), 'ip', '-batch', '-'], lines.map((line) => `${line}\n`).join(''));
}
