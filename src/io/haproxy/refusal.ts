import { RejuvError } from '../../domain/errors.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Command } from './commands.ts';
import { quoted, type Place } from './place.ts';

/** The reply of a backend whose process is an old one after a reload, or that the configuration disables. */
export const proxyDisabled = 'Proxy is disabled.';

/** The failure behind the text that a change was answered with. HAProxy has no codes: its prose is matched. */
export function refusal(place: Place, command: Command, server: ServerId, reply: string): RejuvError {
  const text = reply.trim();
  const facts = { ...place, ...server };
  if (text.startsWith('Permission denied')) return new RejuvError('haproxy-level', { ...place });
  if (text === 'No such backend.')
    return new RejuvError('backend-missing', { ...place, backend: server.backend });
  if (text === 'No such server.') return new RejuvError('server-missing', facts);
  return new RejuvError('haproxy-refused', { ...facts, command, reply: quoted(text) });
}
