import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { absolutePaths, readCommandLine } from '../../io/haproxy-config/command-line.ts';
import type { ConfigFile } from '../../io/haproxy-config/sections.ts';
import { readHaproxyCfg, socketOfBind } from './haproxy-cfg.ts';
import type { FoundSocket } from './surroundings.ts';

/** Where packages and tutorials put the runtime socket. */
const usualPlaces = [
  '/run/haproxy/admin.sock',
  '/run/haproxy.sock',
  '/run/haproxy/haproxy.sock',
  '/var/run/haproxy.sock',
  '/var/lib/haproxy/stats',
  '/var/lib/haproxy/haproxy.sock',
];

export interface Places {
  /** Where the kernel shows processes. */
  readonly proc?: string;
  readonly usual?: readonly string[];
}

/**
 * The runtime sockets that running HAProxys were configured with, then those in the usual places. Whatever cannot be
 * read is passed over: a socket can always be named.
 */
export async function findSockets({ proc = '/proc', usual = usualPlaces }: Places = {}): Promise<
  FoundSocket[]
> {
  const found = new Map<string, FoundSocket>();
  for (const { files, master } of await processes(proc)) {
    const { sockets, checks } = readHaproxyCfg((await Promise.all(files.map(readFiles))).flat());
    for (const socket of sockets) {
      if (socket.startsWith('/') && !(await isSocket(socket))) continue;
      if (!found.has(socket)) found.set(socket, { socket, master, checks });
    }
  }
  for (const socket of usual) {
    // /var/run is /run on every system of today, and is not worth a second look.
    const same = socket.replace(/^\/var\/run\//, '/run/');
    if (found.has(same) || found.has(socket) || !(await isSocket(socket))) continue;
    found.set(socket, { socket, master: null, checks: new Map() });
  }
  return [...found.values()];
}

interface HaproxyProcess {
  /** Its configuration, files and directories. */
  readonly files: readonly string[];
  readonly master: string | null;
}

/** The running HAProxys; master and workers have the same command line and count once. */
async function processes(proc: string): Promise<HaproxyProcess[]> {
  const ids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = new Map<string, HaproxyProcess>();
  for (const id of ids) {
    const words = (await readFile(join(proc, id, 'cmdline'), 'utf8').catch(() => '')).split('\0');
    if (!/^haproxy(-[\d.]+)?$/.test(basename(words[0] ?? ''))) continue;
    const home = await readlink(join(proc, id, 'cwd')).catch(() => '/');
    const one = await fromCommandLine(words.slice(0, -1), home);
    lines.set(JSON.stringify(one), one);
  }
  return [...lines.values()];
}

async function fromCommandLine(words: readonly string[], home: string): Promise<HaproxyProcess> {
  const files = absolutePaths(readCommandLine(words), home) ?? [];
  const bind = socketOfBind((words[words.indexOf('-S') + 1] ?? '').split(',', 1)[0] ?? '');
  const master =
    words.includes('-S') && bind?.startsWith('/') === true && (await isSocket(bind)) ? bind : null;
  return { files, master };
}

/** A directory stands for its *.cfg files (HAProxy's management guide, `-f`). */
async function readFiles(path: string): Promise<ConfigFile[]> {
  const inside = (await readdir(path).catch(() => [])).filter((name) => /^[^.].*\.cfg$/.test(name)).sort();
  const paths = inside.length === 0 ? [path] : inside.map((name) => join(path, name));
  return await Promise.all(
    paths.map(async (file) => ({ path: file, text: await readFile(file, 'utf8').catch(() => '') })),
  );
}

async function isSocket(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isSocket(),
    () => false,
  );
}
