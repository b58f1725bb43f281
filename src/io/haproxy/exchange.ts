import type { Duplex } from 'node:stream';
import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import { quit, type Command } from './commands.ts';
import { notHaproxy, quoted, type Place } from './place.ts';

/** Commands on one line of one connection, and what their replies have to look like. */
export interface Line {
  readonly commands: readonly [Command, ...Command[]];
  /** What every reply of an HAProxy to the first starts with; null where that is free. */
  readonly opening: string | null;
  /** The end of the replies: HAProxy closes by itself, or (master CLI) when it is told to. */
  readonly end: 'close' | 'quit';
}

const lineFeed = 10;

/**
 * Sends the commands and reads their replies: each without its final empty line, an empty reply as nothing. The end of
 * the stream alone proves nothing: a reply that HAProxy could not finish ends in a clean FIN too, at a line boundary.
 * More replies than commands: one of them has an empty line inside, and they cannot be told apart.
 * Raises: reply-truncated, reply-too-long, not-haproxy, or the signal's reason. Always closes the stream.
 */
export async function exchange(
  stream: Duplex,
  place: Place,
  line: Line,
  limit: number,
  signal: AbortSignal,
): Promise<Buffer[]> {
  const received = await receive(stream, place, line, limit, signal);
  refuseOther(place, line, received);
  const { commands } = line;
  const whole = received.at(-1) === lineFeed && (received.length === 1 || received.at(-2) === lineFeed);
  if (commands.length === 1 && whole) return [received.subarray(0, -1)];
  const { replies, rest } = split(received);
  if (rest.length === 0 && replies.length >= commands.length) return replies;
  throw truncated(place, line, replies.length, rest.length);
}

/** The replies up to their empty lines, and what came behind the last of these. An empty reply is an empty line alone. */
function split(received: Buffer): { readonly replies: Buffer[]; readonly rest: Buffer } {
  const replies: Buffer[] = [];
  let from = 0;
  for (;;) {
    if (received[from] === lineFeed) {
      replies.push(received.subarray(from, from));
      from += 1;
      continue;
    }
    const end = received.indexOf('\n\n', from, 'latin1');
    if (end < 0) return { replies, rest: received.subarray(from) };
    replies.push(received.subarray(from, end + 1));
    from = end + 2;
  }
}

function truncated({ loadBalancer }: Place, { commands }: Line, at: number, bytes: number): RejuvError {
  return new RejuvError('reply-truncated', { loadBalancer, command: commands[at] ?? commands[0], bytes });
}

function receive(
  stream: Duplex,
  place: Place,
  line: Line,
  limit: number,
  signal: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = (settle: () => void): void => {
      signal.removeEventListener('abort', stop);
      stream.destroy();
      settle();
    };
    const stop = (): void => finish(() => reject(naming(unanswered(line, chunks), reasonOf(signal))));
    // A reset is an end as any other: what counts is whether the reply is whole.
    const ended = (): void => finish(() => resolve(Buffer.concat(chunks)));
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      try {
        if (bytes > limit) throw tooLong(place, unanswered(line, chunks), limit);
        // An early look, so that another protocol is named at once and not after the deadline.
        const early = bytes - chunk.length < (line.opening?.length ?? 0);
        if (early) refuseOther(place, line, Buffer.concat(chunks));
      } catch (error) {
        finish(() => reject(asRejuvError(error)));
        return;
      }
    };
    stream.on('data', take).once('end', ended).once('close', ended).on('error', ended);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    else stream.write(`${sentOf(line).join(';')}\n`);
  });
}

function sentOf({ commands, end }: Line): readonly Command[] {
  return end === 'quit' ? [...commands, quit] : commands;
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** The command whose reply was being received. */
function unanswered({ commands }: Line, chunks: readonly Buffer[]): Command {
  return commands[split(Buffer.concat(chunks)).replies.length] ?? commands[0];
}

/** Who set the deadline knew the first command only. */
function naming(command: Command, reason: Error): Error {
  if (!(reason instanceof RejuvError) || reason.code !== 'haproxy-silent') return reason;
  return new RejuvError('haproxy-silent', { ...reason.facts, command });
}

function tooLong({ loadBalancer }: Place, command: Command, limit: number): RejuvError {
  return new RejuvError('reply-too-long', { loadBalancer, command, limit });
}

/** Raises not-haproxy as soon as what was received cannot be the start of the expected reply. */
function refuseOther(place: Place, { commands, opening }: Line, received: Buffer): void {
  if (opening === null || received.length === 0) return;
  const length = Math.min(opening.length, received.length);
  const start = received.toString('latin1', 0, length);
  if (start === opening.slice(0, length)) return;
  const [command] = commands;
  const text = received.toString('latin1', 0, 200);
  const problem = text.startsWith('Unknown command')
    ? `it does not know \`${command}\`; a master socket (\`-S\`) and a runtime socket (\`stats socket\`) are not the same`
    : `to \`${command}\` it answers "${quoted(text)}"`;
  throw notHaproxy(place, problem);
}
