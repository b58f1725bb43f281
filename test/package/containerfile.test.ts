import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../lab/run.ts';
import { root, version } from './built.ts';

/** The instructions of the Containerfile, with their continued lines joined. */
const instructions = readFileSync(join(root, 'packaging/Containerfile'), 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .join('\n')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ word: line.split(' ')[0]!, rest: line.slice(line.indexOf(' ') + 1) }));

// No container engine is at hand where the tests run, so what can be tried of it is tried without one.
describe('the Containerfile', () => {
  it('uses only instructions that every engine knows', () => {
    const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'USER', 'VOLUME', 'STOPSIGNAL', 'ENTRYPOINT', 'CMD'];
    expect(instructions.map(({ word }) => word).filter((word) => !known.includes(word))).toEqual([]);
    for (const { word, rest } of instructions) {
      if (word === 'ENTRYPOINT' || word === 'CMD') expect(JSON.parse(rest)).toBeInstanceOf(Array);
    }
  });

  it('has shell in its RUN lines that a shell can read', async () => {
    for (const { word, rest } of instructions) {
      if (word === 'RUN') expect(await run(['sh', '-n', '-c', rest])).toMatchObject({ code: 0, stderr: '' });
    }
  });

  it('copies into its first stage all that the bundle is made of, and the bundle runs', async () => {
    const stage = await mkdtemp(join(tmpdir(), 'rejuv-stage-'));
    try {
      const first = instructions.slice(
        0,
        instructions.findLastIndex(({ word }) => word === 'FROM'),
      );
      for (const { word, rest } of first) {
        if (word !== 'COPY') continue;
        const paths = rest.split(' ');
        const to = paths.pop()!;
        for (const path of paths) {
          await cp(join(root, path), join(stage, paths.length > 1 ? join(to, path) : to), {
            recursive: true,
          });
        }
      }
      await symlink(join(root, 'node_modules'), join(stage, 'node_modules'));
      const last = first.at(-1)!;
      expect(last).toEqual({ word: 'RUN', rest: 'bash packaging/bundle.sh' });
      expect(await run(['sh', '-c', `cd ${stage} && ${last.rest}`])).toMatchObject({ code: 0 });
      const shown = await run([process.execPath, join(stage, 'dist/bundle/main.js'), '--version']);
      expect(shown.stdout).toBe(`${version}\n`);
      expect(await readdir(join(stage, 'dist/share'))).toContain('rejuv.1');
    } finally {
      await rm(stage, { recursive: true });
    }
  });

  it('copies into the image only what is there, to where its links and its entry point look', () => {
    const last = instructions.slice(instructions.findLastIndex(({ word }) => word === 'FROM'));
    const copied = last.filter(({ word }) => word === 'COPY').map(({ rest }) => rest);
    for (const line of copied) {
      const [from, ...paths] = line.split(' ');
      // From the first stage: what it was given, or what bundle.sh made.
      const path = from === '--from=build' ? paths[0]!.replace(/^\/build\//, '') : from!;
      expect({ path, there: path === 'dist/bundle' || existsSync(join(root, path)) }).toEqual({
        path,
        there: true,
      });
    }
    expect(copied).toContain('--from=build /build/dist/bundle /usr/lib/rejuv/dist/bundle');
    expect(last.find(({ word }) => word === 'ENTRYPOINT')?.rest).toBe('["/usr/bin/rejuv"]');
    expect(last.some(({ rest }) => rest === 'ln -s ../lib/rejuv/dist/bundle/main.js /usr/bin/rejuv')).toBe(
      true,
    );
    expect(last.findIndex(({ word }) => word === 'USER')).toBeLessThan(
      last.findIndex(({ word }) => word === 'ENTRYPOINT'),
    );
  });
});
