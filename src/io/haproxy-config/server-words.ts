import type { Word } from './words.ts';

/** What matters here of a `server` or `default-server` line. */
export interface ServerWords {
  readonly check: boolean;
  /** It takes the result of another server's check. */
  readonly tracks: boolean;
  /** HAProxy's own default is 2. */
  readonly rise: number;
  /** HAProxy's own default is 3. */
  readonly fall: number;
  readonly disabled: boolean;
  readonly backup: boolean;
  /** `on-marked-down shutdown-sessions`. */
  readonly cutsWhenDown: boolean;
  readonly maxconn: boolean;
}

export const plainServer: ServerWords = {
  check: false,
  tracks: false,
  rise: 2,
  fall: 3,
  disabled: false,
  backup: false,
  cutsWhenDown: false,
  maxconn: false,
};

/** Keywords that take the next word with them: it must not be read as a keyword of its own. */
const withValue = new Set([
  ...['addr', 'agent-addr', 'agent-inter', 'agent-port', 'agent-send', 'alpn', 'ca-file', 'check-alpn'],
  ...['check-proto', 'check-sni', 'check-pool-conn-name', 'ciphers', 'ciphersuites', 'client-sigalgs'],
  ...['cookie', 'crl-file', 'crt', 'curves', 'downinter', 'error-limit', 'fall', 'fastinter', 'guid'],
  ...['hash-key', 'id', 'idle-ping', 'init-addr', 'init-state', 'inter', 'log-bufsize', 'log-proto'],
  ...['max-reuse', 'maxconn', 'maxqueue', 'minconn', 'namespace', 'npn', 'observe', 'on-error'],
  ...['on-marked-down', 'on-marked-up', 'pool-conn-name', 'pool-low-conn', 'pool-max-conn'],
  ...['pool-purge-delay', 'port', 'proto', 'proxy-v2-options', 'redir', 'resolve-net', 'resolve-opts'],
  ...['resolve-prefer', 'resolvers', 'rise', 'set-proxy-v2-tlv-fmt', 'shard', 'sigalgs', 'slowstart'],
  ...['sni', 'socks4', 'source', 'ssl-max-ver', 'ssl-min-ver', 'tcp-ut', 'track', 'verify', 'verifyhost'],
  ...['weight', 'ws'],
]);

/** `before` with the words of a line on top; null when a word that decides something is not known. */
export function readServerWords(before: ServerWords, words: readonly Word[]): ServerWords | null {
  let now = before;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) break;
    if (!word.known) return null;
    if (!withValue.has(word.text)) {
      now = { ...now, ...flag(word.text) };
      continue;
    }
    at += 1;
    const changed = valued(word.text, words[at]);
    if (changed === null) return null;
    now = { ...now, ...changed };
  }
  return now;
}

function flag(word: string): Partial<ServerWords> {
  switch (word) {
    case 'check':
      return { check: true };
    case 'no-check':
      return { check: false };
    case 'disabled':
      return { disabled: true };
    case 'enabled':
      return { disabled: false };
    case 'backup':
      return { backup: true };
    case 'no-backup':
      return { backup: false };
    default:
      return {};
  }
}

/** Null: it matters, and its value is not known. */
function valued(keyword: string, value: Word | undefined): Partial<ServerWords> | null {
  const known = value?.known === true ? value.text : null;
  switch (keyword) {
    case 'rise':
    case 'fall':
      return known === null || !/^\d+$/.test(known) ? null : { [keyword]: Number(known) };
    case 'on-marked-down':
      return known === null ? null : { cutsWhenDown: known === 'shutdown-sessions' };
    case 'maxconn':
      return { maxconn: known !== '0' };
    case 'track':
      return { tracks: true };
    default:
      return {};
  }
}
