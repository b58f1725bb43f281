/** Keys whose values never reach a log line, wherever an object carries them. */
const secretKeys = ['password', 'passphrase', 'privateKey', 'token', 'secret', 'authorization', 'cookie'];

/** The same as paths for pino: at the top and up to two levels below. */
export const secretPaths = secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

const masks: readonly [RegExp, string][] = [
  // scheme://user:password@host
  [/(\w+:\/\/[^\s/:@]*):[^\s/@]+@/g, '$1:***@'],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 ***'],
  [
    /((?:password|passwd|passphrase|secret|token|api[-_]?key)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&"']+)/gi,
    '$1***',
  ],
];

/** A free text without what looks like a password, token or key: it may quote a command and its output. */
export function withoutSecrets(text: string): string {
  return masks.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), text);
}
