import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { currentFormat } from '../../src/io/store/format.ts';
import { examinePlaces } from '../../src/cli/check/places.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { openStore } from '../../src/io/store/open-store.ts';
import { readRecords } from '../../src/io/store/read-records.ts';
import { damagedFiles, open } from '../io/store/damaged-files.ts';
import { folded } from '../io/store/events.ts';
import { scratch } from '../io/store/scratch.ts';
import { contract } from './contract.ts';
import { sceneConfig, setScene, type Scene } from './scene.ts';

const isReport = contract('records');

/** A scene whose records are these files; without a name, sound ones. */
async function sceneWith(name: string | null): Promise<{ scene: Scene; directory: string }> {
  const directory = await scratch();
  const scene = setScene();
  scene.state = directory;
  const files = damagedFiles.find(
    (one) => one.name === (name ?? 'a snapshot beside a journal of everything'),
  )!;
  if (files.journal !== null) await writeFile(join(directory, 'journal.jsonl'), files.journal);
  if (name !== null && files.snapshot !== null)
    await writeFile(join(directory, 'snapshot.jsonl'), files.snapshot);
  return { scene, directory };
}

async function contents(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).filter((name) => name !== 'lock');
  const texts = await Promise.all(names.map(async (name) => await readFile(join(directory, name), 'utf8')));
  return Object.fromEntries(names.map((name, i) => [name, texts[i]!]));
}

describe('rejuv check --records', () => {
  it('shows sound records, what is open and how old the last entry is, and changes nothing', async () => {
    const { scene, directory } = await sceneWith(null);
    scene.now = 1_004 + 190_000;
    const before = await contents(directory);
    expect(await scene.run('check', '--records')).toBe(0);
    expect(scene.out()).toContain(`records in ${directory}: nobody has them open`);
    expect(scene.out()).toMatch(/journal\.jsonl +4 +6 +6 +1\.\d KiB +3m10s ago/);
    expect(scene.out()).toContain(
      'open: op-1 (drain of shop/web1, activating, since 1970-01-01T00:00:01.000Z)',
    );
    expect(scene.out().trimEnd().split('\n').at(-1)).toBe('the records are sound');
    expect(await contents(directory)).toEqual(before);
  });

  it('shows each damage with its file, its line and what follows from it, and ends with 1', async () => {
    const { scene, directory } = await sceneWith('a wrong byte in the middle');
    expect(await scene.run('check', '--records')).toBe(1);
    expect(scene.out()).toContain(
      `damage  ${directory}/journal.jsonl line 5: its checksum is wrong\n` +
        '        everything up to entry 3 can be read; 2 whole entries from there on cannot be trusted',
    );
    expect(scene.out()).toContain(
      '1 damaged place: `rejuv check --records --set-aside` moves the files aside',
    );
  });

  it('says that nothing can be trusted where the journal continues after a damaged snapshot', async () => {
    const { scene } = await sceneWith('a snapshot, and a journal that continues after it');
    expect(await scene.run('check', '--records')).toBe(1);
    expect(scene.out()).toContain(
      'nothing before it can be trusted, and so none of what follows: 3 whole entries',
    );
  });

  it('says so when a rejuv has them open, and an unterminated last line is no damage', async () => {
    const { scene, directory } = await sceneWith(null);
    const store = await openStore({ directory });
    await writeFile(join(directory, 'journal.jsonl'), '{"seq":7', { flag: 'a' });
    expect(await scene.run('check', '--records')).toBe(0);
    expect(scene.out()).toContain('a rejuv has them open');
    expect(scene.out()).toContain('an unterminated last line of 8 bytes; it was never acknowledged');
    await store.close();
  });

  it('has nothing against records that are not there yet', async () => {
    const { scene, directory } = await sceneWith(null);
    scene.state = join(directory, 'nothing');
    expect(await scene.run('check', '--records')).toBe(0);
    expect(scene.out()).toContain('there are none yet');
    expect(await scene.run('check', '--records', '--set-aside')).toBe(0);
  });

  it('prints one document with --json', async () => {
    const { scene, directory } = await sceneWith('a wrong byte in the middle');
    expect(await scene.run('check', '--records', '--json')).toBe(1);
    expect(JSON.parse(scene.out())).toMatchObject({
      ...{ directory, sound: false, locked: false },
      files: [{ file: 'journal', format: currentFormat, entries: 5, lastSequence: 6, unterminatedBytes: 0 }],
      openOperations: [{ id: 'op-1', server: 'shop/web1' }],
      damages: [{ path: join(directory, 'journal.jsonl'), line: 5, before: 3, after: 2 }],
    });
  });

  it('refuses records of a newer format with what to do', async () => {
    const { scene, directory } = await sceneWith(null);
    await writeFile(join(directory, 'journal.jsonl'), '{"format":99,"after":0}\n');
    expect(await scene.run('check', '--records')).toBe(1);
    expect(scene.err()).toContain('use the newer rejuv');
  });
});

describe('the JSON of both', () => {
  it.each([...damagedFiles.map(({ name }) => name), null])('fits its schema: %s', async (name) => {
    const { directory } = await sceneWith(name);
    for (const more of [[], ['--set-aside'], []]) {
      const scene = setScene();
      scene.state = directory;
      await scene.run('check', '--records', '--json', ...more);
      expect(isReport(JSON.parse(scene.out())), JSON.stringify(isReport.errors)).toBe(true);
    }
  });
});

describe('rejuv check', () => {
  /** What it says of records in that directory. */
  async function said(directory: string): Promise<string[]> {
    const settings = readConfig(sceneConfig.replace('/var/lib/rejuv', directory), {
      ...{ path: 'rejuv.yaml', cron: cronRules },
    });
    const findings = await examinePlaces(settings);
    return findings.filter(({ where }) => where === directory).map(({ message }) => message);
  }

  it('finds damaged records too, and names the command that shows them', async () => {
    const { directory } = await sceneWith('a wrong byte in the middle');
    expect(await said(directory)).toContain(
      `the records ${directory}/journal.jsonl are damaged at line 5: its checksum is wrong`,
    );
  });

  it('says that sound records are sound, and nothing of those that are not there yet', async () => {
    const { directory } = await sceneWith(null);
    expect(await said(directory)).toContain('the records are sound');
    expect(await said(join(directory, 'nothing'))).not.toContain('the records are sound');
  });
});

describe('rejuv check --records --set-aside', () => {
  it('keeps what stood before the damage, and says what was kept, lost, ended and is held now', async () => {
    const { scene, directory } = await sceneWith('a wrong byte in the middle');
    const before = await contents(directory);
    expect(await scene.run('check', '--records', '--set-aside')).toBe(0);
    const name = 'journal.jsonl.damaged-2026-11-21T03-30-00.000Z';
    expect((await contents(directory))[name]).toBe(before['journal.jsonl']);
    for (const line of [
      `set aside as ${join(directory, name)}`,
      'kept: everything up to entry 3, 1 operation',
      'lost: what is damaged itself, and 2 whole entries behind it',
      'begun in them: op-2 (drain of shop/web3, requested',
      'ended as failed: op-1 (drain of shop/web1, activating',
      'held until `rejuv ready`: shop/web1, shop/web3, shop/web4, shop/web5',
    ]) {
      expect(scene.out()).toContain(line);
    }
    const records = await readRecords(directory);
    expect(records.servers['shop/web1']).toMatchObject({ role: 'primary', hold: { failed: true } });
    await (await openStore({ directory })).close();
    expect(await scene.run('check', '--records')).toBe(0);
  });

  it('starts empty where nothing can be trusted, and says so', async () => {
    const { scene, directory } = await sceneWith('a snapshot, and a journal that continues after it');
    expect(await scene.run('check', '--records', '--set-aside')).toBe(0);
    expect(scene.out()).toContain('kept: nothing; the new records are empty');
    expect((await readRecords(directory)).operations).toEqual([]);
    expect(Object.keys(await contents(directory)).filter((name) => name.includes('.damaged-'))).toHaveLength(
      2,
    );
  });

  it('changes nothing in sound records, and says so', async () => {
    const { scene, directory } = await sceneWith(null);
    const before = await contents(directory);
    expect(await scene.run('check', '--records', '--set-aside')).toBe(0);
    expect(scene.out()).toBe('the records are sound: nothing was changed\n');
    expect(await contents(directory)).toEqual(before);
    expect(await readRecords(directory)).toEqual(folded(open));
  });

  it('is refused while a rejuv has them open', async () => {
    const { scene, directory } = await sceneWith(null);
    const store = await openStore({ directory });
    await writeFile(join(directory, 'journal.jsonl'), 'x\n', { flag: 'a' });
    const before = await contents(directory);
    expect(await scene.run('check', '--records', '--set-aside')).toBe(3);
    expect(scene.err()).toContain('another rejuv holds the records');
    expect(await contents(directory)).toEqual(before);
    await store.close();
  });

  it('prints one document with --json', async () => {
    const { scene } = await sceneWith('a wrong byte in the middle');
    expect(await scene.run('check', '--records', '--set-aside', '--json')).toBe(0);
    expect(JSON.parse(scene.out())).toMatchObject({
      ...{ changed: true, keptUpTo: 3, keptOperations: 1, lostEntries: 2 },
      ...{ lostOperations: [{ id: 'op-2' }], endedOperations: [{ id: 'op-1' }] },
    });
  });

  it('alone is wrong usage', async () => {
    expect(await setScene().run('check', '--set-aside')).toBe(2);
  });
});
