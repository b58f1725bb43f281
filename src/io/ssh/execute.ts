import { RejuvError } from '../../domain/errors.ts';
import type { CommandResult } from '../../domain/seams.ts';
import { unlessAborted } from './abort.ts';
import { type BoundedOutput, boundedOutput } from './bounded-output.ts';
import type { ClientChannel, Session } from './session.ts';

/** What a running command has written so far. */
export interface Output {
  readonly stdout: BoundedOutput;
  readonly stderr: BoundedOutput;
}

const outputLimit = 64 * 1024;

export function emptyOutput(): Output {
  return { stdout: boundedOutput(outputLimit), stderr: boundedOutput(outputLimit) };
}

/** How to run one command. */
export interface Execution {
  readonly command: string;
  /** Named in failures instead of the command itself. */
  readonly title: string;
  readonly output: Output;
}

/**
 * Runs a command to its end, with an empty standard input. Rejects with the signal's reason when it fires first; the
 * command then loses its pipes, but goes on over there until it writes (SSH has no surer way without a terminal).
 * Raises: host-lost; command-failed when the host would not even start it.
 */
export async function execute(
  session: Session,
  execution: Execution,
  signal: AbortSignal,
): Promise<CommandResult> {
  signal.throwIfAborted();
  const work = started(session, execution, (channel) => {
    if (signal.aborted) channel.close();
    signal.addEventListener('abort', () => channel.close(), { once: true });
    return { result: ended(session, execution, channel) };
  }).then(async ({ result }) => await result);
  return await unlessAborted(work, signal);
}

async function started<T>(
  session: Session,
  execution: Execution,
  attend: (channel: ClientChannel) => T,
): Promise<T> {
  try {
    return await session.exec(execution.command, attend);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    // ssh2: a refused channel carries `reason`, a refused command this sentence; all else is a dead connection.
    const refused = cause instanceof Error && ('reason' in cause || problem.startsWith('Unable to exec'));
    if (!refused) throw lostDuring(session, execution.title, cause);
    const facts = { host: session.name, command: execution.title, status: 'no session', output: problem };
    throw new RejuvError('command-failed', facts, { cause });
  }
}

function ended(session: Session, execution: Execution, channel: ClientChannel): Promise<CommandResult> {
  const { stdout, stderr } = execution.output;
  return new Promise((resolve, reject) => {
    let exit: Pick<CommandResult, 'status' | 'endedBy'> | null = null;
    channel.on('data', (chunk: Buffer) => stdout.add(chunk));
    channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
    channel.on('exit', (status: number | null, name?: string) => {
      exit = { status, endedBy: name?.replace(/^SIG/, '') ?? null };
    });
    channel.on('error', (cause: Error) => reject(lostDuring(session, execution.title, cause)));
    channel.on('close', () => {
      if (exit === null) {
        reject(lostDuring(session, execution.title));
        return;
      }
      const truncated = stdout.truncated() || stderr.truncated();
      resolve({ ...exit, stdout: stdout.text(), stderr: stderr.text(), truncated });
    });
    channel.end();
  });
}

export function lostDuring(session: Session, command: string, cause?: unknown): RejuvError {
  return new RejuvError('host-lost', { host: session.name, command }, { cause });
}
