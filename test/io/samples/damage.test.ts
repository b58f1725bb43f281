import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileHeader, frame, readBlocks } from '../../../src/io/samples/block-file.ts';
import { hour, listOf, minute, monday, node, open, scratch, values, web1 } from './stores.ts';

const slow = { ...node, everyMs: minute };

/** A store with some batches on the disk, one row each. */
async function written(batches: number): Promise<{ directory: string; raw: string }> {
  const directory = await scratch();
  const store = await open(directory);
  for (let batch = 0; batch < batches; batch += 1) {
    store.keep(web1, slow, values({ load: batch }), monday + batch * minute);
    await store.flush();
  }
  await store.close();
  return { directory, raw: join(directory, 'samples', 'raw-00000001') };
}

const loads = async (directory: string): Promise<number[]> =>
  listOf((await open(directory)).recent(web1, 'load')).map(({ value }) => value);

describe('a file of samples', () => {
  it('gives every whole block, wherever it is cut, and the rest is cut off', () => {
    const blocks = [1, 2, 3].map((size) => Buffer.alloc(20 * size, size));
    const whole = Buffer.concat([fileHeader('raw'), ...blocks.map(frame)]);
    const ends = blocks.reduce((sums, block) => [...sums, (sums.at(-1) ?? 0) + 12 + block.length], [16]);
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const { contents, wholeBytes, torn, damage } = readBlocks(whole.subarray(0, cut), 'raw');
      expect(damage).toBeNull();
      expect(contents).toEqual(blocks.slice(0, Math.max(0, ends.filter((end) => end <= cut).length - 1)));
      expect(wholeBytes).toBe(ends.findLast((end) => end <= cut) ?? 0);
      expect(torn).toBe(wholeBytes !== cut || cut === 0);
    }
  });

  it('never takes a flipped bit for a sample', () => {
    const blocks = [1, 2, 3].map((size) => Buffer.alloc(20 * size, size));
    const whole = Buffer.concat([fileHeader('raw'), ...blocks.map(frame)]);
    const last = whole.length - 72;
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { contents, torn, damage } = readBlocks(flipped, 'raw');
      const hit = bit >> 3 < 16 ? [] : blocks.filter((block) => contents.some((one) => one.equals(block)));
      expect(contents).toEqual(hit);
      expect(contents.length).toBe(bit >> 3 < 16 ? 0 : 2);
      // In the last block it looks like what a crash leaves.
      expect(damage === null && torn).toBe(bit >> 3 >= last);
    }
  });
});

describe('samples on the disk', () => {
  it('are there but for the last batch wherever the last file is cut, and go on', async () => {
    const { directory, raw } = await written(4);
    const whole = await readFile(raw);
    const store = readBlocks(whole, 'raw').contents.map((content) => content.length + 12);
    const lastAt = whole.length - (store.at(-1) ?? 0);
    for (let cut = whole.length - 1; cut >= lastAt; cut -= 1) {
      await writeFile(raw, whole.subarray(0, cut));
      expect(await loads(directory)).toEqual([0, 1, 2]);
      expect((await stat(raw)).size).toBe(lastAt);
    }
    const next = await open(directory);
    expect(next.troubles()).toEqual([]);
    next.keep(web1, slow, values({ load: 9 }), monday + hour);
    await next.close();
    expect(await loads(directory)).toEqual([0, 1, 2, 9]);
  });

  it('are set aside where they are damaged, said once, and the start goes on', async () => {
    const { directory, raw } = await written(4);
    const whole = await readFile(raw);
    whole[40] = (whole[40] ?? 0) ^ 1;
    await writeFile(raw, whole);
    const store = await open(directory);
    const [trouble] = store.troubles();
    expect(trouble?.error.code).toBe('samples-set-aside');
    expect(trouble?.error.message).toContain('the checksum of the block at byte 16 is wrong');
    store.keep(web1, slow, values({ load: 9 }), monday + hour);
    await store.close();
    expect(await readdir(join(directory, 'samples'))).toContain('raw-00000001.damaged');
    const after = await open(directory);
    expect(after.troubles()).toEqual([]);
    expect(listOf(after.recent(web1, 'load')).map(({ value }) => value)).toEqual([9]);
  });

  it('use what is whole in a damaged file', async () => {
    const { directory, raw } = await written(4);
    const whole = await readFile(raw);
    const sizes = readBlocks(whole, 'raw').contents.map((content) => content.length + 12);
    const third = 16 + (sizes[0] ?? 0) + (sizes[1] ?? 0);
    whole[third + 14] = (whole[third + 14] ?? 0) ^ 4;
    await writeFile(raw, whole);
    expect(await loads(directory)).toEqual([0, 1, 3]);
  });

  it('of a newer rejuv are set aside, and at most three such files are kept', async () => {
    const { directory, raw } = await written(1);
    const header = fileHeader('raw');
    header.writeUInt16LE(2, 8);
    for (let number = 1; number < 6; number += 1) await writeFile(raw.replace(/1$/, String(number)), header);
    const store = await open(directory);
    expect(store.troubles()).toHaveLength(5);
    await writeFile(raw, 'this is no file of samples');
    await open(directory);
    expect(
      (await readdir(join(directory, 'samples'))).filter((name) => name.endsWith('.damaged')),
    ).toHaveLength(3);
  });

  it('whose profiles are damaged make them again from the week of means', async () => {
    const directory = await scratch();
    const store = await open(directory);
    for (let at = monday; at < monday + 30 * hour; at += minute) {
      store.keep(web1, slow, values({ load: 3 }), at);
    }
    await store.close();
    const profiles = join(directory, 'samples', 'profiles');
    await truncate(profiles, (await stat(profiles)).size - 1);
    const after = await open(directory);
    expect(after.troubles()).toHaveLength(1);
    expect(after.usual(web1, 'load', monday + hour)).toEqual({ mean: 3, max: 3, weeks: 1 });
  });
});
