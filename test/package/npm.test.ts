import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../lab/run.ts';
import { laws } from '../layers/law.ts';
import { built, root, version } from './built.ts';
import { nodes } from './nodes.ts';
import { install, type Prefix } from './prefix.ts';

let tarball = '';
const prefixes: Prefix[] = [];

beforeAll(async () => {
  ({ tarball } = await built());
});
afterAll(async () => {
  for (const { directory } of prefixes) await rm(directory, { recursive: true });
});

const inTarball = async (path: string): Promise<string> =>
  await must(['tar', '-xzOf', tarball, `package/${path}`]);

describe('the npm package', () => {
  it('asks npm to fetch nothing, to build nothing and to run nothing', async () => {
    const manifest = JSON.parse(await inTarball('package.json')) as Record<
      string,
      Record<string, string> | undefined
    >;
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies']) {
      expect({ kind, names: Object.keys(manifest[kind] ?? {}) }).toEqual({ kind, names: [] });
    }
    const ran = [
      'preinstall',
      'install',
      'postinstall',
      'prepublish',
      'preprepare',
      'prepare',
      'postprepare',
    ];
    expect(Object.keys(manifest['scripts'] ?? {}).filter((name) => ran.includes(name))).toEqual([]);
    const files = (await must(['tar', '-tzf', tarball])).trim().split('\n');
    expect(files.filter((file) => /node_modules|\.node$|binding\.gyp$|\.ts$/.test(file))).toEqual([]);
  });

  it('has what its user reads beside what its computer reads', async () => {
    const files = (await must(['tar', '-tzf', tarball])).trim().split('\n');
    for (const file of [
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'examples/shop.yaml',
      'haproxy/README.md',
      'docs/configuration.md',
      'dist/share/rejuv.1',
    ]) {
      expect(files).toContain(`package/${file}`);
    }
  });

  it('gives the licence of everything that is in its bundle', async () => {
    const licences = await inTarball('dist/bundle/THIRD-PARTY-LICENSES.md');
    const named = [...licences.matchAll(/^## (\S+) - /gm)].map(([, name]) => name);
    const imported = Object.values(laws).flatMap(({ packages }) => packages);
    // A package of the table that nothing imports yet is in no bundle.
    const used = (
      await must(['sh', '-c', `cat ${root}/src/*.ts ${root}/src/*/*.ts ${root}/src/*/*/*.ts`])
    ).match(/from '[^.'][^']*'|import\('[^.'][^']*'\)/g);
    const missing = imported.filter(
      (name) => used?.some((line) => line.includes(`'${name}`)) === true && !named.includes(name),
    );
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(8);
  });
});

describe.each(await nodes())('the npm package on Node $major', ({ major, path, missing }) => {
  // The oldest one is promised to everybody, so its absence is a failure.
  if (path === null) {
    if (major === 20) it('can be tried', () => expect.fail(missing));
    else it.skip(`installs and runs (${missing})`, () => undefined);
    return;
  }

  it('installs into an empty prefix without a registry, and runs', async () => {
    const prefix = await install(tarball, path);
    prefixes.push(prefix);
    // What npm says of the settings of this machine says nothing of the package.
    const warnings = prefix.installed.stderr
      .split('\n')
      .filter((line) => /warn (?!Unknown \w+ config)/i.test(line));
    expect({ code: prefix.installed.code, warnings }).toEqual({ code: 0, warnings: [] });
    expect(await prefix.rejuv(['--version'])).toEqual({
      code: 0,
      signal: null,
      stdout: `${version}\n`,
      stderr: '',
    });
    expect((await prefix.rejuv(['--help'])).stdout).toContain('rejuvenate');
    expect((await prefix.rejuv(['schema'])).stdout).toContain('"loadBalancers"');
    expect((await prefix.rejuv(['status', '-c', 'none.yaml'])).code).toBe(2);
    const checked = await prefix.rejuv(['check', '--json', '-c', join(root, 'examples/rejuvenate.yaml')]);
    expect({ code: checked.code, stderr: checked.stderr }).toEqual({ code: 1, stderr: '' });
    expect(checked.stdout).toContain('socket-missing');
    const manual = await readFile(join(prefix.directory, 'usr/share/man/man1/rejuv.1'), 'utf8');
    expect(manual).toContain(`rejuv ${version}`);
  });
});
