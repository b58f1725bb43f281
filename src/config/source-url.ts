import { readProbeUrl } from './probe-url.ts';
import { textKind, type Reading } from './text-kind.ts';

const rightPage = 'write a URL such as "http://{address}:9100/metrics"';
const rightBase = 'write a URL such as http://10.0.0.5:9090';

/** Reads the URL of a page on each server, with the placeholders of a probe. */
function readPageUrl(text: string): Reading<string> {
  return withoutSecrets(withRight(readProbeUrl(text), rightPage), rightPage);
}

/** Reads the base URL of a Prometheus server, which is the same for all servers. */
function readBaseUrl(text: string): Reading<string> {
  if (text.includes('{')) return { wrong: 'where nothing is filled in', right: rightBase };
  const reading = withoutSecrets(withRight(readProbeUrl(text), rightBase), rightBase);
  if ('value' in reading && /[?#]/.test(text)) {
    return { wrong: 'which has more than a path', right: rightBase };
  }
  return reading;
}

function withRight(reading: Reading<string>, right: string): Reading<string> {
  if ('value' in reading || reading.wrong.startsWith('where')) return reading;
  return { wrong: reading.wrong, right };
}

/** URLs are shown in findings and logs. */
function withoutSecrets(reading: Reading<string>, right: string): Reading<string> {
  if (!('value' in reading) || !/^[a-z]+:\/\/[^/?#]*@/i.test(reading.value)) return reading;
  return { wrong: 'which holds a user or a password', right: `${right}, and \`auth\` for the rest` };
}

export const pageUrl = textKind(readPageUrl, {
  title: 'URL',
  right: rightPage,
  pattern: /^[hH][tT][tT][pP][sS]?:/,
});
export const baseUrl = textKind(readBaseUrl, {
  title: 'URL',
  right: rightBase,
  pattern: /^[hH][tT][tT][pP][sS]?:/,
});
