import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Clock, CommandResult, Runner } from '../domain/seams.ts';

/** How much of each output is kept. */
const outputLimitBytes = 64 * 1024;

/**
 * Runs commands through `/bin/sh -c` on this machine, each in its own process group. At the deadline, and when the
 * signal fires, the whole group is killed.
 */
export function createRunner(clock: Clock): Runner {
  return {
    async run(command, environment, deadlineMs, signal) {
      signal.throwIfAborted();
      const child = spawn('/bin/sh', ['-c', command], {
        detached: true,
        // A program that finds NOTIFY_SOCKET would report itself to systemd in our name (podman does).
        env: { ...process.env, NOTIFY_SOCKET: undefined, ...withoutNul(environment) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const deadline = clock.timeout(deadlineMs, new Error('the deadline of the command has passed'));
      const stop = (): void => {
        killGroup(child);
      };
      deadline.signal.addEventListener('abort', stop);
      signal.addEventListener('abort', stop);
      try {
        const result = await resultOf(child);
        signal.throwIfAborted();
        return result;
      } finally {
        deadline.clear();
        signal.removeEventListener('abort', stop);
      }
    },
  };
}

/** Words of others may hold anything, and no environment takes a NUL. */
function withoutNul(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replaceAll('\0', '?')]),
  );
}

async function resultOf(child: ChildProcess): Promise<CommandResult> {
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const end = await new Promise<{ status: number | null; endedBy: string | null; problem: string }>(
    (resolve) => {
      child.once('error', (error) => {
        resolve({ status: null, endedBy: null, problem: error.message });
      });
      child.once('close', (status, endedBy) => {
        resolve({ status, endedBy: endedBy?.replace(/^SIG/, '') ?? null, problem: '' });
      });
    },
  );
  return {
    status: end.status,
    endedBy: end.endedBy,
    stdout: stdout.text(),
    stderr: stderr.text() + end.problem,
    truncated: stdout.truncated() || stderr.truncated(),
  };
}

/** Keeps the beginning and reads on, so that a talkative command is not stopped by a full pipe. */
function collect(stream: Readable | null): { text(): string; truncated(): boolean } {
  const chunks: Buffer[] = [];
  let kept = 0;
  let dropped = false;
  stream?.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, outputLimitBytes - kept);
    dropped ||= part.length < chunk.length;
    kept += part.length;
    if (part.length > 0) chunks.push(part);
  });
  return { text: () => Buffer.concat(chunks).toString(), truncated: () => dropped };
}

function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The whole group has ended already.
    }
  }
  // One that left the group may hold the pipes open; nobody waits for it.
  child.stdout?.destroy();
  child.stderr?.destroy();
}
