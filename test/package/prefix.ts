import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run, type Ran } from '../lab/run.ts';

/** A machine of somebody's where rejuv was installed with `npm install --global`. */
export interface Prefix {
  readonly directory: string;
  readonly node: string;
  /** What npm said when it installed it. */
  readonly installed: Ran;
  /** Runs the installed `rejuv` from an empty directory, with nothing of this tree in reach. */
  rejuv(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ran>;
}

/** Installs the tarball into an empty prefix, with an empty cache and no registry: all must be in the tarball. */
export async function install(tarball: string, node: string): Promise<Prefix> {
  const directory = await mkdtemp(join(tmpdir(), 'rejuv-prefix-'));
  const npm = (await run(['npm', 'root', '--global'])).stdout.trim();
  const home = { HOME: directory, PATH: `${dirname(node)}:/usr/bin:/bin`, NODE_PATH: '' };
  const installed = await run(
    [
      ...[node, join(npm, 'npm/bin/npm-cli.js'), 'install', '--global', '--prefix', join(directory, 'usr')],
      ...['--cache', join(directory, 'cache'), '--registry', 'http://127.0.0.1:1/', '--offline', tarball],
    ],
    { env: home },
  );
  return {
    directory,
    node,
    installed,
    rejuv: async (args, env = {}) =>
      await run(['sh', '-c', 'cd "$0" && exec "$@"', directory, join(directory, 'usr/bin/rejuv'), ...args], {
        env: { ...home, ...env },
      }),
  };
}
