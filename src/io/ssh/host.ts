import { commandProblem } from '../../domain/command-problem.ts';
import { RejuvError } from '../../domain/errors.ts';
import type { Clock, CommandResult, Host, RebootOrder } from '../../domain/seams.ts';
import { firstOf } from './abort.ts';
import { bootCommand, isBootId, parseBoot } from './boot.ts';
import { emptyOutput, execute, type Execution, lostDuring } from './execute.ts';
import { rebootAnswer, rebootOrder } from './reboot-order.ts';
import type { Session } from './session.ts';

/** For a `cat` of two small files. */
const bootDeadlineMs = 10_000;

/** The host at the other end of a session; closing it closes the session. */
export function createHost(session: Session, clock: Clock): Host {
  const run = (command: string, deadlineMs: number, signal: AbortSignal): Promise<CommandResult> =>
    within(session, clock, { command, title: command, output: emptyOutput() }, deadlineMs, signal);
  return {
    name: session.name,
    run,
    async boot(signal) {
      const result = await run(bootCommand, bootDeadlineMs, signal);
      const problem = commandProblem(session.name, bootCommand, result);
      if (problem !== null) throw problem;
      const boot = parseBoot(result.stdout);
      if (boot === null) throw unexpected(session, bootCommand, result);
      return boot;
    },
    reboot: (command, bootId, deadlineMs, signal) =>
      reboot(session, clock, command, bootId, deadlineMs, signal),
    close: () => session.close(),
  };
}

async function reboot(
  session: Session,
  clock: Clock,
  command: string,
  bootId: string,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<RebootOrder> {
  if (!isBootId(bootId)) throw new RejuvError('internal', { problem: `${bootId} is not a boot id` });
  const output = emptyOutput();
  let result: CommandResult;
  try {
    const execution: Execution = {
      command: rebootOrder(command, bootId),
      title: command,
      output,
    };
    result = await within(session, clock, execution, deadlineMs, signal);
  } catch (error) {
    const silent =
      error instanceof RejuvError && (error.code === 'host-lost' || error.code === 'command-deadline');
    if (!silent) throw error;
    const answer = rebootAnswer(output.stdout.text());
    return answer === 'ordered' && error.code === 'host-lost' ? 'dropped' : (answer ?? 'unknown');
  }
  const answer = rebootAnswer(result.stdout);
  if (answer === 'other-boot') return answer;
  // A dying host kills the reboot command as well: a signal after the acknowledgement is no failure.
  const killed = result.status === null || result.status > 128;
  if (answer === 'ordered' && killed) return answer;
  const problem = commandProblem(session.name, command, result);
  if (problem !== null) throw problem;
  if (answer === null) throw unexpected(session, command, result);
  return answer;
}

/** Executes with a deadline. Raises: host-lost, command-deadline, command-failed. */
async function within(
  session: Session,
  clock: Clock,
  execution: Execution,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<CommandResult> {
  signal.throwIfAborted();
  const facts = { host: session.name, command: execution.title, deadlineMs };
  const timer = clock.timeout(deadlineMs, new RejuvError('command-deadline', facts));
  const stop = firstOf([signal, timer.signal, session.lost]);
  try {
    return await execute(session, execution, stop.signal);
  } catch (error) {
    if (session.lost.aborted && error === session.lost.reason) {
      throw lostDuring(session, execution.title, error);
    }
    throw error;
  } finally {
    timer.clear();
    stop.release();
  }
}

function unexpected(session: Session, command: string, result: CommandResult): RejuvError {
  const output = `not the answer expected, but ${JSON.stringify(result.stdout.slice(0, 200))}`;
  return new RejuvError('command-failed', {
    host: session.name,
    command,
    status: result.status ?? 'a signal',
    output,
  });
}
