import type { Line, Section } from './sections.ts';
import { plainServer, readServerWords, type ServerWords } from './server-words.ts';

/** A `backend` or `listen` section, with what it has from its `defaults`. */
export interface ProxyConfig {
  readonly name: string;
  /** Where it begins, such as `/etc/haproxy/haproxy.cfg:40`. */
  readonly place: string;
  readonly redispatch: boolean;
  readonly retries: number;
  /** Where states come from at a start. */
  readonly serverState: 'global' | 'local' | 'none';
  readonly cookie: boolean;
  readonly stick: boolean;
  readonly servers: ReadonlyMap<string, ServerWords>;
  /** Why it cannot be said for sure what holds here; empty as a rule. */
  readonly unsure: readonly string[];
}

/** What a `defaults` section hands on, and a proxy starts from. */
export interface Inherited {
  readonly redispatch: boolean;
  readonly retries: number;
  readonly serverState: 'global' | 'local' | 'none';
  readonly cookie: boolean;
  readonly stick: boolean;
  readonly defaultServer: ServerWords;
  readonly unsure: readonly string[];
}

/** HAProxy's own defaults. */
export const bare: Inherited = {
  redispatch: false,
  retries: 3,
  serverState: 'none',
  cookie: false,
  stick: false,
  defaultServer: plainServer,
  unsure: [],
};

/** A section on top of what it inherits, with its servers. */
export function readProxy(
  section: Section,
  inherited: Inherited,
): { readonly options: Inherited; readonly servers: ReadonlyMap<string, ServerWords> } {
  let options: Inherited = { ...inherited, unsure: [...inherited.unsure, ...section.unsure] };
  const servers = new Map<string, ServerWords>();
  for (const line of section.lines) {
    const change = lineOf(line, options, servers);
    if (change !== null) options = { ...options, ...change };
    else options = { ...options, unsure: [...options.unsure, `${line.place} holds a variable`] };
  }
  return { options, servers };
}

/** What a line changes; null when it matters and holds what only the process knows. */
function lineOf(
  { words }: Line,
  options: Inherited,
  servers: Map<string, ServerWords>,
): Partial<Inherited> | null {
  const texts = words.map(({ text }) => text);
  const negated = texts[0] === 'no' || texts[0] === 'default';
  const [keyword = '', second = '', third] = negated ? texts.slice(1) : texts;
  const known = words.every((word) => word.known);
  if (words[0]?.known === false) return null;
  switch (keyword) {
    case 'option':
      if (second !== 'redispatch') return known ? {} : null;
      // An interval of 0 switches it off (configuration manual, "option redispatch").
      return known ? { redispatch: !negated && third !== '0' } : null;
    case 'retries':
      return known && /^\d+$/.test(second) ? { retries: Number(second) } : null;
    case 'load-server-state-from-file':
      if (!known) return null;
      return second === 'global' || second === 'local' ? { serverState: second } : { serverState: 'none' };
    case 'cookie':
      return { cookie: !negated };
    case 'stick':
      return { stick: true };
    case 'default-server': {
      const defaultServer = readServerWords(options.defaultServer, words.slice(1));
      return defaultServer === null ? null : { defaultServer };
    }
    case 'server':
    case 'server-template':
      return readServer(words, options, servers) ? {} : null;
    default:
      return {};
  }
}

function readServer(
  words: Line['words'],
  { defaultServer }: Inherited,
  servers: Map<string, ServerWords>,
): boolean {
  const [keyword, name] = words;
  if (keyword === undefined || name?.known !== true) return false;
  const template = keyword.text === 'server-template';
  const range = template ? templateRange(words[2]?.known === true ? words[2].text : '') : [];
  if (range === null) return false;
  const server = readServerWords(defaultServer, words.slice(template ? 4 : 3));
  if (server === null) return false;
  const names = template ? range.map((number) => `${name.text}${number}`) : [name.text];
  for (const one of names) servers.set(one, server);
  return true;
}

/** `3` is 1 to 3, `2-4` is 2 to 4. */
function templateRange(text: string): number[] | null {
  const found = /^(?:(\d{1,5})-)?(\d{1,5})$/.exec(text);
  if (found === null) return null;
  const first = Number(found[1] ?? 1);
  return Array.from({ length: Math.max(0, Number(found[2]) - first + 1) }, (_, at) => first + at);
}
