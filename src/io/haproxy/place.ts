import { RejuvError } from '../../domain/errors.ts';

/** Which load balancer a failure is about: its name and its address, as facts of the sentence. */
export interface Place {
  readonly loadBalancer: string;
  readonly socket: string;
}

/** What answers there does not speak as an HAProxy runtime socket does; `problem` says where it differs. */
export function notHaproxy({ loadBalancer, socket }: Place, problem: string): RejuvError {
  return new RejuvError('not-haproxy', { loadBalancer, socket, problem });
}

/** The first line of what was received, made safe and short enough to stand in a sentence. */
export function quoted(text: string): string {
  const line = text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  const clean = line.replace(/[^\x20-\x7e]/g, '?');
  return clean.length > 80 ? `${clean.slice(0, 80)}…` : clean;
}
