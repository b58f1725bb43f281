import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/**
 * The program and all it imports, as plain modules that any Node since 20.19 runs without a node_modules folder.
 * What a command does not need is in files that it does not load.
 */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  publicDir: false,
  logLevel: 'warn',
  // What CommonJS calls them; modules have them under another name.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: 'src/main.ts',
    // Two levels below package.json, as src/cli and dist/cli are: version.ts reads it from there.
    outDir: 'dist/bundle',
    emptyOutDir: true,
    target: 'node20.19',
    // Names stay readable: what a stack trace says is worth more than some kilobytes.
    minify: false,
    sourcemap: false,
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    rolldownOptions: {
      // Native parts that only speed things up; ssh2 does without them where they cannot be loaded.
      external: ['cpu-features', /\.node$/],
      output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
