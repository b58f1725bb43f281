import type { Duplex } from 'node:stream';
import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import type { Command } from './commands.ts';
import { notHaproxy, quoted, type Place } from './place.ts';

/** One command, and what its reply has to look like. */
export interface Question {
  readonly command: Command;
  /** What every reply of an HAProxy to it starts with; null where that is free. */
  readonly opening: string | null;
  /** The end of the reply: HAProxy closes, or (master CLI, which stays open) the empty line itself. */
  readonly end: 'close' | 'empty-line';
}

/**
 * Sends one command and reads its reply: the text without its final empty line, empty for an empty reply. The end of
 * the stream alone proves nothing: a reply that HAProxy could not finish ends in a clean FIN too, at a line boundary.
 * Raises: reply-truncated, reply-too-long, not-haproxy, or the signal's reason. Always closes the stream.
 */
export async function exchange(
  stream: Duplex,
  place: Place,
  question: Question,
  limit: number,
  signal: AbortSignal,
): Promise<string> {
  const { loadBalancer } = place;
  const { command } = question;
  const received = await receive(stream, place, question, limit, signal);
  const reply = received.toString('utf8');
  refuseOther(place, question, received);
  if (reply === '\n') return '';
  if (!reply.endsWith('\n\n')) {
    throw new RejuvError('reply-truncated', { loadBalancer, command, bytes: received.length });
  }
  return reply.slice(0, -1);
}

function receive(
  stream: Duplex,
  place: Place,
  question: Question,
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
    const stop = (): void => finish(() => reject(reasonOf(signal)));
    // A reset is an end as any other: what counts is whether the reply is whole.
    const ended = (): void => finish(() => resolve(Buffer.concat(chunks)));
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      try {
        if (bytes > limit) throw tooLong(place, question, limit);
        // An early look, so that another protocol is named at once and not after the deadline.
        const early = bytes - chunk.length < (question.opening?.length ?? 0);
        if (early) refuseOther(place, question, Buffer.concat(chunks));
      } catch (error) {
        finish(() => reject(asRejuvError(error)));
        return;
      }
      if (question.end === 'empty-line' && endsInEmptyLine(chunks)) ended();
    };
    stream.on('data', take).once('end', ended).once('close', ended).on('error', ended);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    else stream.write(`${question.command}\n`);
  });
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}

function endsInEmptyLine(chunks: readonly Buffer[]): boolean {
  return Buffer.concat(chunks.slice(-2)).subarray(-2).toString('latin1') === '\n\n';
}

function tooLong({ loadBalancer }: Place, { command }: Question, limit: number): RejuvError {
  return new RejuvError('reply-too-long', { loadBalancer, command, limit });
}

/** Raises not-haproxy as soon as what was received cannot be the start of the expected reply. */
function refuseOther(place: Place, { command, opening }: Question, received: Buffer): void {
  if (opening === null || received.length === 0) return;
  const length = Math.min(opening.length, received.length);
  const start = received.toString('latin1', 0, length);
  if (start === opening.slice(0, length)) return;
  const text = received.toString('latin1', 0, 200);
  const problem = text.startsWith('Unknown command')
    ? `it does not know \`${command}\`; a master socket (\`-S\`) and a runtime socket (\`stats socket\`) are not the same`
    : `to \`${command}\` it answers "${quoted(text)}"`;
  throw notHaproxy(place, problem);
}
