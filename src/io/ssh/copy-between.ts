import { RejuvError } from '../../domain/errors.ts';
import type { Clock, CopyResult, RemotePath } from '../../domain/seams.ts';
import { firstOf, unlessAborted } from './abort.ts';
import { copyOver } from './copy.ts';
import { hostName, logIn, type LoginContext } from './login.ts';
import type { Session } from './session.ts';
import { openSftp } from './sftp.ts';

/**
 * Copies from one host to another through two sessions of its own. Raises: those of logIn, copy-failed,
 * command-deadline.
 */
export async function copyBetween(
  from: RemotePath,
  to: RemotePath,
  deadlineMs: number,
  context: LoginContext,
  signal: AbortSignal,
): Promise<CopyResult> {
  signal.throwIfAborted();
  const ends = {
    from: `${hostName(from.host)}:${from.path}`,
    to: `${hostName(to.host)}:${to.path}`,
  };
  const timer = context.clock.timeout(
    deadlineMs,
    new RejuvError('command-deadline', {
      host: hostName(to.host),
      command: `copy ${ends.from} to ${ends.to}`,
      deadlineMs,
    }),
  );
  const within = firstOf([signal, timer.signal]);
  const sessions: Session[] = [];
  try {
    const source = await logIn(from.host, context, within.signal);
    sessions.push(source);
    const target = await logIn(to.host, context, within.signal);
    sessions.push(target);
    return await copyAlive(from.path, source, to.path, target, context.clock, within.signal);
  } catch (error) {
    if (within.signal.aborted || error instanceof RejuvError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw new RejuvError('copy-failed', { ...ends, problem }, { cause: error });
  } finally {
    timer.clear();
    within.release();
    await Promise.all(sessions.map((session) => session.close()));
  }
}

/** As long as both sessions live. @throws Error naming what broke. */
async function copyAlive(
  from: string,
  source: Session,
  to: string,
  target: Session,
  clock: Clock,
  signal: AbortSignal,
): Promise<CopyResult> {
  const alive = firstOf([signal, source.lost, target.lost]);
  try {
    const reader = await unlessAborted(openSftp(source), alive.signal);
    const writer = await unlessAborted(openSftp(target), alive.signal);
    const work = copyOver({ sftp: reader, path: from }, { sftp: writer, path: to }, alive.signal);
    return await unlessAborted(work, alive.signal).finally(() => settled(work, clock));
  } catch (error) {
    signal.throwIfAborted();
    for (const session of [source, target]) {
      if (session.lost.aborted)
        throw new Error(`the SSH connection to ${session.name} broke`, { cause: error });
    }
    throw error;
  } finally {
    alive.release();
  }
}

/** Time for the half file to be removed, where its host still answers. */
async function settled(work: Promise<unknown>, clock: Clock): Promise<void> {
  const timer = clock.timeout(cleanUpWithinMs, new Error('no answer'));
  await unlessAborted(work, timer.signal).catch(() => undefined);
  timer.clear();
}

const cleanUpWithinMs = 1_000;
