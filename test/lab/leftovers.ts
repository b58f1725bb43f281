import { readFile, readdir, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { tmpdir } from 'node:os';

interface Running {
  readonly pid: string;
  readonly words: string;
  readonly network: string;
}

async function processes(): Promise<Running[]> {
  const pids = (await readdir('/proc')).filter(
    (entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid,
  );
  return await Promise.all(
    pids.map(async (pid) => ({
      pid,
      // A process may end between two looks, and others' namespaces are not ours to read: both read as nothing.
      words: (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '),
      network: await readlink(`/proc/${pid}/ns/net`).catch(() => ''),
    })),
  );
}

/** The network namespaces of a running lab. */
export async function networksOf(directory: string): Promise<Set<string>> {
  const own = await readlink('/proc/self/ns/net');
  const seen = (await processes())
    .filter(({ words }) => words.includes(directory))
    .map(({ network }) => network);
  return new Set(seen.filter((network) => network !== '' && network !== own));
}

/** What is left of a lab: its directory, mounts of it, and processes that name it or live in one of its networks. */
export async function leftovers(directory: string, networks: ReadonlySet<string>): Promise<string[]> {
  const found = (await readdir(tmpdir())).includes(basename(directory)) ? [directory] : [];
  for (const { pid, words, network } of await processes()) {
    if (words.includes(directory) || networks.has(network)) found.push(`process ${pid}: ${words}`);
  }
  if ((await readFile('/proc/self/mounts', 'utf8')).includes(directory))
    found.push(`a mount below ${directory}`);
  return found;
}
