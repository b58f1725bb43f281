import type { Reading } from './text-kind.ts';

export interface HostPort {
  /** Name or address; IPv6 without its brackets. */
  readonly host: string;
  readonly port?: number;
}

/** Reads `host`, `host:port`, `[::1]` and `[::1]:port`. `right` is what to say would be right. */
export function readHostPort(text: string, right: string): Reading<HostPort> {
  const parts = /^(?:\[([^[\]]*)\]|([^[\]:]*))(?::([^:]*))?$/.exec(text);
  if (parts === null) {
    const bare = /^[0-9a-fA-F:.]+$/.test(text) && URL.canParse(`http://[${text}]`);
    return bare
      ? {
          wrong: 'an IPv6 address without brackets',
          right: 'put it in brackets and the whole in quotes, as in "[::1]:22"',
        }
      : { wrong: 'which is not a host, nor host:port', right };
  }
  const [, ipv6, name, digits] = parts;
  const port = digits === undefined ? undefined : Number(/^\d{1,5}$/.test(digits) ? digits : 'no');
  if (port !== undefined && !(port >= 1 && port <= 65_535)) {
    return { wrong: `where ${JSON.stringify(digits)} is not a port`, right: 'write a port from 1 to 65535' };
  }
  if (ipv6 !== undefined && !URL.canParse(`http://[${ipv6}]`)) {
    return { wrong: `where ${JSON.stringify(ipv6)} is not an IPv6 address`, right };
  }
  const host = ipv6 ?? name ?? '';
  if (ipv6 === undefined && !/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?$/.test(host)) {
    return host === ''
      ? { wrong: 'which names no host', right }
      : { wrong: `where ${JSON.stringify(host)} is not a host name`, right };
  }
  return { value: port === undefined ? { host } : { host, port } };
}
