import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Makes one file of the sidecar that can be killed, which starts several times as fast; gives its path. */
export async function bundleSidecar(): Promise<string> {
  // Two levels below package.json, as the program itself: version.ts reads it from there.
  const outDir = `${root}.cache/crash-${process.pid}`;
  await build({
    configFile: `${root}packaging/vite.config.ts`,
    build: { ssr: 'test/crash/sidecar.ts', outDir, license: false },
  });
  return `${outDir}/sidecar.js`;
}
