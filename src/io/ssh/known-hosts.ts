import { createHash } from 'node:crypto';
import { knownName, matchesHosts } from './host-pattern.ts';

/** One usable line of a known_hosts file. */
export interface KnownHost {
  readonly marker: '@revoked' | null;
  /** The first field: patterns or a hash. */
  readonly hosts: string;
  readonly type: string;
  readonly key: Buffer;
}

/**
 * What known_hosts says of a key. `unknown`: it has no key for this host. `changed`: it has others only.
 * `revoked`: it forbids this very key.
 */
export type Verdict = 'known' | 'unknown' | 'changed' | 'revoked';

/**
 * The lines of a known_hosts file that hold a plain host key. Comments, damaged lines and certificate authorities
 * (certificates are not supported) are left out, as OpenSSH leaves out what it cannot read.
 */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/[ \t]+/);
    const first = fields[0] ?? '';
    if (first === '' || first.startsWith('#')) return [];
    const marker = first.startsWith('@') ? fields.shift() : undefined;
    if (marker !== undefined && marker !== '@revoked') return [];
    const [hosts, type, encoded] = fields;
    if (hosts === undefined || type === undefined || encoded === undefined) return [];
    const key = Buffer.from(encoded, 'base64');
    if (keyType(key) !== type) return [];
    return [{ marker: marker === undefined ? null : '@revoked', hosts, type, key }];
  });
}

/** What the file says of `key` (the raw public key) for this host. */
export function judge(entries: readonly KnownHost[], host: string, port: number, key: Buffer): Verdict {
  const own = entriesFor(entries, knownName(host, port));
  const plain = port === 22 ? own : entriesFor(entries, knownName(host, 22));
  const same = (entry: KnownHost): boolean => entry.key.equals(key);
  if ([...own, ...plain].some((entry) => entry.marker === '@revoked' && same(entry))) return 'revoked';
  const trusted = own.filter((entry) => entry.marker === null);
  if (trusted.length > 0) return trusted.some(same) ? 'known' : 'changed';
  // OpenSSH looks for the name without its port too, and accepts the key it finds there.
  return plain.some((entry) => entry.marker === null && same(entry)) ? 'known' : 'unknown';
}

/** The key types that the file holds for this host, in its order. */
export function knownTypes(entries: readonly KnownHost[], host: string, port: number): readonly string[] {
  const trusted = (name: string): string[] =>
    entriesFor(entries, name)
      .filter((entry) => entry.marker === null)
      .map((entry) => entry.type);
  const own = trusted(knownName(host, port));
  return [...new Set(own.length > 0 ? own : trusted(knownName(host, 22)))];
}

/** The line that makes this key known for this host. */
export function lineFor(host: string, port: number, key: Buffer): string {
  return `${knownName(host, port)} ${keyType(key) ?? 'unknown'} ${key.toString('base64')}`;
}

/** `SHA256:…`, as `ssh-keygen -lf` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type written inside a raw public key (RFC 4253, section 6.6); null when there is none. */
export function keyType(key: Buffer): string | null {
  if (key.length < 4) return null;
  const end = 4 + key.readUInt32BE(0);
  return end > key.length || end === 4 ? null : key.toString('latin1', 4, end);
}

function entriesFor(entries: readonly KnownHost[], name: string): readonly KnownHost[] {
  return entries.filter((entry) => matchesHosts(entry.hosts, name));
}
