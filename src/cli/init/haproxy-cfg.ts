import { readSections, type ConfigFile, type Line, type Section } from '../../io/haproxy-config/sections.ts';

/** What a server answers when HAProxy checks it by HTTP, as haproxy.cfg has it. */
export interface HttpCheck {
  /** `/health` */
  readonly path: string;
  /** The one status that it takes for healthy; null where the file names none, or several. */
  readonly expect: number | null;
  readonly scheme: 'http' | 'https';
}

/** What is worth knowing of a configuration before any file of rejuv's own is there. */
export interface HaproxyCfg {
  /** The runtime sockets of `stats socket`, as rejuv's config file writes them. */
  readonly sockets: readonly string[];
  /** By backend. Only those that check the port they serve at. */
  readonly checks: ReadonlyMap<string, HttpCheck>;
}

/** Reads the files of one HAProxy, as far as it matters here; what cannot be told for sure is left out. */
export function readHaproxyCfg(files: readonly ConfigFile[]): HaproxyCfg {
  const sections = readSections(files);
  const checks = new Map<string, HttpCheck>();
  const named = new Map<string, Line[]>();
  let latest: Line[] = [];
  for (const section of sections) {
    const words = section.header.words.map(({ text }) => text);
    const from = words.indexOf('from');
    const inherited = from === -1 ? latest : (named.get(words[from + 1] ?? '') ?? []);
    const name = words[1] ?? '';
    if (section.kind === 'defaults') {
      latest = from === -1 ? [...section.lines] : [...inherited, ...section.lines];
      named.set(name, latest);
    } else if (section.kind === 'backend' || section.kind === 'listen') {
      const check = section.unsure.length > 0 ? null : checkOf([...inherited, ...section.lines]);
      if (check !== null) checks.set(name, check);
    }
  }
  return { sockets: sections.filter(({ kind }) => kind === 'global').flatMap(socketsOf), checks };
}

function socketsOf({ lines }: Section): string[] {
  let prefix = '';
  return lines.flatMap(({ words: [first, second, third] }) => {
    if (third?.known !== true) return [];
    if (first?.text === 'unix-bind' && second?.text === 'prefix') prefix = third.text;
    if (first?.text !== 'stats' || second?.text !== 'socket') return [];
    const socket = socketOfBind(third.text);
    if (socket === null) return [];
    return [socket.startsWith('/') ? `${prefix}${socket}` : socket];
  });
}

/**
 * The address of a `stats socket` or `-S`, as rejuv's config file writes it; null for what rejuv cannot open, such as
 * an abstract socket or an inherited descriptor.
 */
export function socketOfBind(written: string): string | null {
  const bind = written.replace(/^(unix|ipv4|ipv6|tcp|tcp4|tcp6)@/, '');
  if (bind.includes('@')) return null;
  if (bind.startsWith('/')) return bind;
  const [, host, port] = /^(.*):(\d{1,5})$/.exec(bind) ?? [];
  if (host === undefined || port === undefined) return null;
  const bare = host.replace(/^\[|\]$/g, '');
  if (['', '*', '0.0.0.0'].includes(bare)) return `tcp://127.0.0.1:${port}`;
  if (bare === '::') return `tcp://[::1]:${port}`;
  return `tcp://${bare.includes(':') ? `[${bare}]` : bare}:${port}`;
}

/** Later lines win, as in HAProxy. */
function checkOf(lines: readonly Line[]): HttpCheck | null {
  let path: string | null = null;
  let expect: number | null = null;
  let scheme: HttpCheck['scheme'] = 'http';
  for (const { words } of lines) {
    const texts = words.map(({ text }) => text);
    const [first = '', second = '', ...rest] = texts;
    const isServer = ['server', 'default-server', 'server-template'].includes(first);
    const isCheck = first === 'http-check' || second === 'httpchk';
    if ((isServer || isCheck) && words.some(({ known }) => !known)) return null;
    // What answers at another port says nothing about this one.
    if (isServer && texts.some((text) => ['port', 'addr', 'check-send-proxy'].includes(text))) return null;
    if (isServer && texts.some((text) => text === 'ssl' || text === 'check-ssl')) scheme = 'https';
    if (first === 'option' && second === 'httpchk') {
      // A method, a version or a Host of its own: rejuv's probe would ask something else.
      if (rest.some((text) => !text.startsWith('/') && text !== 'GET')) return null;
      path = rest.find((text) => text.startsWith('/')) ?? '/';
    }
    if (first === 'no' && rest[0] === 'httpchk') path = null;
    if (first !== 'http-check') continue;
    if (second === 'connect') return null;
    if (second === 'send' && isSpecial(rest)) return null;
    if (second === 'send' && rest.includes('uri')) path = rest[rest.indexOf('uri') + 1] ?? null;
    if (second === 'expect') expect = statusOf(rest);
  }
  return path === null ? null : { path, expect, scheme };
}

/** A request that a plain GET of the URL is not. */
function isSpecial(words: readonly string[]): boolean {
  const method = words.indexOf('meth');
  const other = method !== -1 && words[method + 1] !== 'GET';
  return other || words.some((word) => ['hdr', 'body', 'body-lf', 'uri-lf'].includes(word));
}

/** `expect status 204`; null for everything else that can be expected. */
function statusOf(words: readonly string[]): number | null {
  const [what, status = '', ...more] = words;
  return what === 'status' && /^\d{3}$/.test(status) && more.length === 0 ? Number(status) : null;
}
