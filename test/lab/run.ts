import { spawn } from 'node:child_process';

/** The environment of every program of the lab: without root, the path often lacks the system's own programs. */
export function labEnv(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`, ...more };
}

/** What a finished program left behind. `code` is null where a signal ended it. */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and never throws for what the program did. */
export function run(
  command: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<Ran> {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, {
      env: labEnv(options.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.timeoutMs === undefined
        ? {}
        : { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => undefined); // it ended without reading its input: its exit status says so
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Runs a program that has to succeed, and gives its standard output. */
export async function must(command: readonly string[], input?: string): Promise<string> {
  const ran = await run(command, input === undefined ? {} : { input });
  if (ran.code !== 0) {
    throw new Error(`${command.join(' ')} failed (${ran.code ?? ran.signal ?? '?'}): ${ran.stderr.trim()}`);
  }
  return ran.stdout;
}
