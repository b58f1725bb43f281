import { setMaxListeners } from 'node:events';
import { showInfo, type Command } from './commands.ts';
import type { Line } from './exchange.ts';
import type { Place } from './place.ts';
import type { RuntimeSocket } from './runtime-socket.ts';
import { infoOpening, parseShowInfo, type Info } from './show-info.ts';

/** What was answered, and by which process before and after. */
export interface Answers {
  readonly before: Info;
  /** One per command. */
  readonly replies: readonly Buffer[];
  readonly after: Info;
}

/** What a line of commands may be long; HAProxy reads up to its buffer of 16,384 bytes. */
const longestLine = 8_000;

/**
 * Asks all the commands, and for the process before the first and after the last. Where they fit into one line they go
 * over one connection, which costs both sides a fraction of one connection each. Raises as RuntimeSocket.ask.
 */
export async function askAround(
  { place, socket }: { readonly place: Place; readonly socket: RuntimeSocket },
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<Answers> {
  const answers = (replies: readonly Buffer[]): Answers => ({
    before: infoFrom(place, replies.at(0)),
    replies: replies.slice(1, -1),
    after: infoFrom(place, replies.at(-1)),
  });
  const lines = inLines(commands);
  if (lines.length === 1) {
    const asked = [showInfo, ...commands, showInfo] as const;
    const replies = await socket.askTogether({ commands: asked, opening: infoOpening, end: 'close' }, signal);
    if (replies.length === asked.length) return answers(replies);
  }
  const askInfo = { commands: [showInfo], opening: infoOpening, end: 'close' } as const;
  const before = await socket.askTogether(askInfo, signal);
  const replies = await allOrStop(signal, (stop) =>
    lines.map(async (line) => await askLine(socket, line, stop)),
  );
  const after = await socket.askTogether(askInfo, signal);
  return answers([...before, ...replies.flat(), ...after]);
}

/** Where one of the replies has an empty line inside, each command is asked again by itself. */
async function askLine(
  socket: RuntimeSocket,
  commands: Line['commands'],
  signal: AbortSignal,
): Promise<Buffer[]> {
  const replies = await socket.askTogether({ commands, opening: null, end: 'close' }, signal);
  if (replies.length === commands.length) return replies;
  const alone = await allOrStop(signal, (stop) =>
    commands.map((command) => socket.askTogether({ commands: [command], opening: null, end: 'close' }, stop)),
  );
  return alone.flat();
}

function infoFrom(place: Place, reply: Buffer | undefined): Info {
  return parseShowInfo(place, reply?.toString() ?? '');
}

function inLines(commands: readonly Command[]): [Command, ...Command[]][] {
  const lines: [Command, ...Command[]][] = [];
  let length = 0;
  for (const command of commands) {
    const line = lines.at(-1);
    length += command.length + 1;
    if (line !== undefined && length <= longestLine) line.push(command);
    else {
      lines.push([command]);
      length = command.length;
    }
  }
  return lines;
}

/** All answers, or the first failure: then the other questions are called off and waited for. */
async function allOrStop<T>(signal: AbortSignal, start: (stop: AbortSignal) => Promise<T>[]): Promise<T[]> {
  const stop = new AbortController();
  // Every question that waits listens to it.
  setMaxListeners(0, stop.signal);
  const pass = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', pass, { once: true });
  if (signal.aborted) pass();
  const work = start(stop.signal);
  try {
    return await Promise.all(work);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(work);
    throw error;
  } finally {
    signal.removeEventListener('abort', pass);
  }
}
