import { readFilePath, readUnixSocketPath } from './file-path.ts';
import { readHostPort } from './host-port.ts';
import { readSshTarget, type SshTarget } from './ssh-target.ts';
import { textKind, type Reading } from './text-kind.ts';

const right =
  'write an absolute path, tcp://host:port or ssh://[user@]host[:port]/path (IPv6 as [::1], all in quotes then)';

/** A runtime socket as written; an SSH login still lacks its defaults. */
export type WrittenSocket =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'ssh'; readonly target: SshTarget; readonly path: string };

/** Reads `/path`, `tcp://host:port`, `tcp://[::1]:port`, `ssh://[user@]host[:port]/path`. */
export function readSocketAddress(text: string): Reading<WrittenSocket> {
  if (text.startsWith('tcp://')) return readTcp(text.slice('tcp://'.length));
  if (text.startsWith('ssh://')) return readSsh(text.slice('ssh://'.length));
  if (text.includes('://')) return { wrong: 'which is neither tcp:// nor ssh://', right };
  const path = readUnixSocketPath(text);
  if (!('value' in path)) return { wrong: path.wrong, right: text.startsWith('/') ? path.right : right };
  return { value: { kind: 'unix', path: path.value } };
}

function readTcp(rest: string): Reading<WrittenSocket> {
  const place = readHostPort(rest, right);
  if (!('value' in place)) return place;
  const { host, port } = place.value;
  if (port === undefined) return { wrong: 'which names no port', right: 'write tcp://host:port' };
  return { value: { kind: 'tcp', host, port } };
}

function readSsh(rest: string): Reading<WrittenSocket> {
  const slash = rest.indexOf('/');
  if (slash === -1) return { wrong: 'which names no socket on that host', right };
  const target = readSshTarget(rest.slice(0, slash), right);
  if (!('value' in target)) return target;
  const path = readFilePath(rest.slice(slash));
  if (!('value' in path)) return path;
  if (path.value === '/') return { wrong: 'which names no socket on that host', right };
  return { value: { kind: 'ssh', target: target.value, path: path.value } };
}

export const socketAddress = textKind(readSocketAddress, { title: 'socket address', right });
