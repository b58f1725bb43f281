import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One way in which rejuv is there to be run. */
export interface Installed {
  readonly name: 'dist' | 'bundle';
  /** What `rejuv` runs. */
  readonly main: string;
}

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The build of this clone, and the bundle of the package where one was made (`npm run package`). */
export function installed(): Installed[] {
  const ways: Installed[] = [
    { name: 'dist', main: at('dist/main.js') },
    { name: 'bundle', main: at('dist/bundle/main.js') },
  ];
  return ways.filter(({ main }) => existsSync(main));
}
