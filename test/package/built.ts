import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { must } from '../lab/run.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};

/** The packages of this tree. */
export interface Built {
  readonly tarball: string;
  readonly deb: string;
}

// Whatever a package is made of; what was saved while it was built is newer than the stamp.
const makePackages = `
    set -eu
    mkdir -p .cache
    exec 8>.cache/package-test.lock
    flock 8
    stamp=.cache/package/stamp
    if [ -e "$stamp" ] && [ -z "$(find src packaging docs examples haproxy package.json README.md CHANGELOG.md LICENSE \\
        -newer "$stamp" -print -quit)" ]; then exit 0; fi
    mkdir -p .cache/package
    touch .cache/package/building
    npm run --silent package
    mv .cache/package/building "$stamp"
`;

/** Builds the packages as `npm run package` does, unless they are newer than everything they are made of. */
export async function built(): Promise<Built> {
  await must(['sh', '-c', `cd ${root} && ${makePackages}`]);
  const directory = join(root, '.cache/package');
  return {
    tarball: join(directory, `rejuv-${version}.tgz`),
    deb: join(directory, `rejuv_${version}_all.deb`),
  };
}
