import { RejuvError } from '../domain/errors.ts';
import type { OperationId } from '../domain/names.ts';
import type { Progress } from '../domain/progress.ts';
import { askWhatNow } from './ask.ts';
import { tell, unhurried, type Call } from './call.ts';
import { fixFor } from './fix-for.ts';
import { interruptedStatus, interruptions } from './interruptions.ts';
import type { Reached } from './reach.ts';
import { jsonView, liveView, plainView, type ProgressView } from './show/progress.ts';
import { personIn } from './terminal.ts';

/** How the end of an operation is told, where it is not told as it is. */
export type Retell = (last: Progress) => Progress;

export function viewFor({ options, terminal }: Call): ProgressView {
  if (options.json === true) return jsonView((text) => terminal.stdout.write(text));
  const write = (text: string): boolean => terminal.stderr.write(text);
  const { isTTY, columns, timeZone } = terminal;
  return isTTY ? liveView(write, columns > 0 ? columns : 80, timeZone) : plainView(write, timeZone);
}

/**
 * Shows an operation until it ends, or until the person lets go of it. Gives the exit status.
 * @throws RejuvError unknown-operation, sidecar-lost
 */
export async function follow(
  call: Call,
  reached: Reached,
  id: OperationId,
  retell: Retell = (last) => last,
): Promise<number> {
  const view = viewFor(call);
  const leaving = new AbortController();
  const interrupted = interruptions(call.terminal);
  const lines = reached.control.watch(id, leaving.signal)[Symbol.asyncIterator]();
  let last: Progress | null = null;
  try {
    let next = lines.next();
    for (;;) {
      const result = await Promise.race([next, interrupted.next()]);
      if (result === 'interrupted') {
        view.pause();
        if ((await whatNow(call, reached, id)) === 'leave') {
          leaving.abort(new Error('the command leaves'));
          next.catch(() => undefined);
          if (last !== null) view.show(detached(last, reached.direct !== null));
          return await leave(call, reached, id, last);
        }
        continue;
      }
      if (result.done === true)
        throw new RejuvError('internal', { problem: 'progress ended without an end' });
      last = result.value.state === 'running' ? result.value : retell(result.value);
      view.show(last);
      if (last.state !== 'running') return ended(call, last);
      next = lines.next();
    }
  } finally {
    interrupted.stop();
  }
}

/** The last line of a command that leaves while the operation goes on. */
export function detached(last: Progress, direct: boolean): Progress {
  const message = direct
    ? 'this command left; the server stays as it is now'
    : 'this command left; the operation goes on';
  return { ...last, state: 'detached', message };
}

async function whatNow(call: Call, { control, direct }: Reached, id: OperationId): Promise<'leave' | 'wait'> {
  if (!call.terminal.isTTY) return 'leave';
  const choice = await askWhatNow(call.terminal, direct !== null);
  if (choice !== 'abort') return choice;
  try {
    await control.abort(id, personIn(call.terminal.env), 'interrupted at the terminal', unhurried);
  } catch (thrown) {
    // It may have ended while the question stood: its last line says how.
    if (!(thrown instanceof RejuvError) || thrown.code !== 'operation-ended') throw thrown;
  }
  return 'wait';
}

async function leave(
  call: Call,
  { direct }: Reached,
  id: OperationId,
  last: Progress | null,
): Promise<number> {
  if (direct === null) {
    tell(
      call,
      `operation ${id} goes on; follow it with \`rejuv watch ${id}\`, stop it with \`rejuv abort ${id}\``,
    );
    return interruptedStatus;
  }
  await direct.close();
  const server = last === null ? 'the server' : `${last.backend}/${last.server}`;
  tell(
    call,
    `a drain that both load balancers have stays, and ${server} is held by you; what was not done yet was undone` +
      ' (`rejuv status` shows it, `rejuv ready` ends it)',
  );
  return interruptedStatus;
}

function ended(call: Call, last: Progress): number {
  switch (last.state) {
    case 'completed':
    case 'called-off':
      return 0;
    case 'detached':
      return last.code === null && last.phase !== 'failed' ? 0 : 1;
    case 'aborted':
    case 'failed': {
      if (last.code === 'aborted') return 5;
      const fix = fixFor(last);
      if (fix !== null && call.options.json !== true) tell(call, `  ${fix}`);
      return 1;
    }
    case 'running':
    case 'blocked':
      return 1;
  }
}
