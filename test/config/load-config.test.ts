import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { goodFile } from './good-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'rejuv-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('loading the config file', () => {
  it('gives the settings of a good file', async () => {
    const path = join(directory, 'good.yaml');
    writeFileSync(path, goodFile);
    await expect(loadConfig(path, { cron: cronRules })).resolves.toMatchObject({ pollMs: 2000 });
  });

  it('names the file in each problem of a bad one', async () => {
    const path = join(directory, 'bad.yaml');
    writeFileSync(path, goodFile.replace('poll: 2s', 'poll: 2'));
    await expect(loadConfig(path, { cron: cronRules })).rejects.toThrow(
      `${path}:8:7  poll is 2; write a duration`,
    );
  });

  it.each([
    ['missing.yaml', 'there is no such file'],
    ['.', 'it is a directory'],
  ])('says why %s cannot be read', async (name, problem) => {
    await expect(loadConfig(join(directory, name), { cron: cronRules })).rejects.toMatchObject({
      code: 'config-unreadable',
      facts: { problem },
    });
  });
});
