import { createHmac } from 'node:crypto';

/** The name under which known_hosts knows a host: `host`, or `[host]:port` off port 22; lower case. */
export function knownName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/**
 * Whether the first field of a known_hosts line speaks of `name` (as given by knownName): a hashed name, or a list
 * of patterns with `*`, `?` and `!`, where one negated match rules the line out (sshd(8), SSH_KNOWN_HOSTS).
 */
export function matchesHosts(field: string, name: string): boolean {
  if (field.startsWith('|')) return matchesHash(field, name);
  let matched = false;
  for (const part of field.split(',')) {
    const negated = part.startsWith('!');
    if (!matchesPattern((negated ? part.slice(1) : part).toLowerCase(), name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

function matchesHash(field: string, name: string): boolean {
  const [, version, salt, hash, ...rest] = field.split('|');
  if (version !== '1' || salt === undefined || hash === undefined || rest.length > 0) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/** Goes back to the last `*` only, so no pattern takes more than pattern times text steps. */
function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < text.length;) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      resume = i;
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
