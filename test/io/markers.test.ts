import { symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createMarkers } from '../../src/io/markers.ts';
import { scratch } from './store/scratch.ts';

const markers = createMarkers();

it('a marker is there or not, and a link that leads nowhere is one as well', async () => {
  const directory = await scratch();
  const [file, lock] = [join(directory, 'deploy'), join(directory, 'lock')];
  expect(await markers.writtenAt(file)).toBeNull();
  expect(await markers.writtenAt(join(directory, 'not/there'))).toBeNull();
  await writeFile(file, '');
  await utimes(file, 1_000, 1_000);
  expect(await markers.writtenAt(file)).toBe(1_000_000);
  await symlink('anna@host.4711', lock);
  expect(await markers.writtenAt(lock)).toBeGreaterThan(1_000_000);
});

it('what cannot be looked at may be a marker', async () => {
  const directory = await scratch();
  await writeFile(join(directory, 'file'), '');
  await expect(markers.writtenAt(join(directory, 'file/deploy'))).rejects.toMatchObject({
    code: 'marker-unreadable',
  });
});
