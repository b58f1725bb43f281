import { readHostPort } from './host-port.ts';
import { textKind, type Reading } from './text-kind.ts';

const right = 'write [user@]host[:port], such as 10.0.0.21, rejuv@web1:2222 or "[::1]:22"';

/** Where to log in, as far as it was written; the rest comes from the top-level `ssh:`. */
export interface SshTarget {
  readonly host: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly privateKey?: string | undefined;
  readonly agent?: boolean | undefined;
  readonly knownHosts?: string | undefined;
  /** Milliseconds. */
  readonly connectTimeout?: number | undefined;
}

const userName = /^[A-Za-z_][A-Za-z0-9_.-]*\$?$/;

/** Reads the name of a user of the host. */
export function readUser(text: string): Reading<string> {
  if (userName.test(text)) return { value: text };
  return { wrong: 'which is not a user name', right: 'write a login name such as rejuv' };
}

/** Reads `[user@]host[:port]`. */
export function readSshTarget(text: string, whatIsRight: string = right): Reading<SshTarget> {
  const at = text.lastIndexOf('@');
  const place = readHostPort(text.slice(at + 1), whatIsRight);
  if (!('value' in place) || at === -1) return place;
  const user = readUser(text.slice(0, at));
  if (!('value' in user)) {
    return { wrong: `where ${JSON.stringify(text.slice(0, at))} is not a user name`, right: whatIsRight };
  }
  return { value: { ...place.value, user: user.value } };
}

/** One host, without a port of its own: the object form has a key for that. */
export function readHost(text: string): Reading<string> {
  const hostRight = 'write a host such as 10.0.0.21, web1.example.net or "::1"';
  if (/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) && URL.canParse(`http://[${text}]`))
    return { value: text };
  const place = readHostPort(text, hostRight);
  if (!('value' in place)) return place;
  if (place.value.port === undefined) return { value: place.value.host };
  return { wrong: 'a host with a port', right: 'put the port under its own key, `port`' };
}

export const sshTarget = textKind((text) => readSshTarget(text), { title: 'SSH target', right });

export const host = textKind(readHost, { title: 'host', right: 'write a host such as 10.0.0.21' });

export const user = textKind(readUser, {
  title: 'user name',
  right: 'write a login name such as rejuv, in quotes if it is a number',
  pattern: userName,
});
