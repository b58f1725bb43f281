import { bare, readProxy, type Inherited, type ProxyConfig } from './proxy.ts';
import { readSections, type ConfigFile, type Section } from './sections.ts';

/** What matters here of a whole configuration of HAProxy. */
export interface Configuration {
  readonly global: GlobalConfig;
  /** The `backend` and `listen` sections, by name. */
  readonly proxies: ReadonlyMap<string, ProxyConfig>;
}

export interface GlobalConfig {
  /** The paths of `stats socket` lines that are unix sockets, with `unix-bind prefix` in front. */
  readonly sockets: readonly string[];
  /** How many connections all runtime sockets take together; HAProxy's own default is 10. */
  readonly statsMaxconn: number;
  readonly serverStateFile: boolean;
  readonly closeSpreadTime: boolean;
  readonly unsure: readonly string[];
}

/** Reads the files in the order in which HAProxy was given them. A `defaults` section counts beyond its own file. */
export function readConfiguration(files: readonly ConfigFile[]): Configuration {
  const sections = readSections(files);
  const proxies = new Map<string, ProxyConfig>();
  const named = new Map<string, Inherited>();
  let latest: Inherited = bare;
  for (const section of sections) {
    const { name, from } = headerOf(section);
    if (section.kind === 'defaults') {
      // Without `from` it starts from HAProxy's own defaults, not from the section before.
      latest = readProxy(section, from === null ? bare : parentOf(named, from)).options;
      if (name !== null) named.set(name, latest);
    } else if ((section.kind === 'backend' || section.kind === 'listen') && name !== null) {
      const { options, servers } = readProxy(section, from === null ? latest : parentOf(named, from));
      const { redispatch, retries, serverState, cookie, stick, unsure } = options;
      const { place } = section.header;
      proxies.set(name, {
        ...{ name, place, redispatch, retries, serverState, cookie, stick },
        ...{ servers, unsure },
      });
    }
  }
  return { global: readGlobal(sections.filter(({ kind }) => kind === 'global')), proxies };
}

function headerOf({ header: { words }, kind }: Section): {
  readonly name: string | null;
  readonly from: string | null;
} {
  const [, ...rest] = words.map(({ text }) => text);
  const at = rest.indexOf('from', kind === 'defaults' ? 0 : 1);
  const [name] = at === 0 ? [] : rest;
  return { name: name ?? null, from: at === -1 ? null : (rest[at + 1] ?? null) };
}

function parentOf(named: ReadonlyMap<string, Inherited>, name: string): Inherited {
  const unsure = [`there is no \`defaults ${name}\` before its use`];
  return named.get(name) ?? { ...bare, unsure };
}

function readGlobal(sections: readonly Section[]): GlobalConfig {
  const sockets: string[] = [];
  const unsure = sections.flatMap((section) => section.unsure);
  const state = { statsMaxconn: 10, serverStateFile: false, closeSpreadTime: false };
  let prefix = '';
  for (const { place, words } of sections.flatMap(({ lines }) => lines)) {
    const [keyword, second, third] = words;
    if (keyword?.text === 'server-state-file') state.serverStateFile = true;
    if (keyword?.text === 'close-spread-time') state.closeSpreadTime = true;
    if (keyword?.text === 'unix-bind' && second?.text === 'prefix' && third !== undefined) {
      prefix = third.text;
    }
    if (keyword?.text !== 'stats') continue;
    const known = third?.known === true ? third.text : null;
    if (second?.text === 'maxconn' && known !== null) state.statsMaxconn = Number(known);
    if (second?.text === 'socket' && known !== null) sockets.push(...unixPath(prefix, known));
    if (known === null) unsure.push(`${place} holds a variable`);
    const own = words[words.findIndex(({ text }, at) => at > 2 && text === 'maxconn') + 1];
    if (second?.text === 'socket' && own?.known === true && /^\d+$/.test(own.text)) {
      state.statsMaxconn = Math.max(state.statsMaxconn, Number(own.text));
    }
  }
  return { ...state, sockets, unsure };
}

function unixPath(prefix: string, address: string): string[] {
  const path = address.startsWith('unix@') ? address.slice('unix@'.length) : address;
  return path.startsWith('/') ? [`${prefix}${path}`] : [];
}
