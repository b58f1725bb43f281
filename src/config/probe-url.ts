import { nearestName } from './nearest-name.ts';
import { textKind, type Reading } from './text-kind.ts';

const right = 'write a URL such as "http://{address}:{port}/health"';
const samples: Readonly<Record<string, string>> = {
  address: '127.0.0.1',
  port: '80',
  server: 'web1',
  backend: 'shop',
};

/** Reads the URL of a probe: http or https, with the placeholders {address}, {port}, {server} and {backend}. */
export function readProbeUrl(text: string): Reading<string> {
  const known = Object.keys(samples);
  const unknown = [...text.matchAll(/\{([^{}]*)\}/g)]
    .map((match) => match[1] ?? '')
    .find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearestName(unknown, known);
    return {
      wrong: `where {${unknown}} is not a placeholder`,
      right:
        near === null ? 'the placeholders are {address}, {port}, {server}, {backend}' : `write {${near}}`,
    };
  }
  const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => samples[name] ?? '');
  if (/[\s{}]/.test(filled) || !URL.canParse(filled)) return { wrong: 'which is not a URL', right };
  const scheme = new URL(filled).protocol;
  if (scheme !== 'http:' && scheme !== 'https:') return { wrong: 'which is neither http nor https', right };
  return { value: text };
}

export const probeUrl = textKind(readProbeUrl, { title: 'URL', right, pattern: /^[hH][tT][tT][pP][sS]?:/ });
