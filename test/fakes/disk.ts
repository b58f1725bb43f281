import type { Disk, DiskFile } from '../../src/io/store/disk.ts';

/** What was done to a file since its last sync; each part may be lost with the power, or kept. */
type Change =
  | { readonly kind: 'piece'; readonly position: number; readonly bytes: Buffer }
  | { readonly kind: 'length'; readonly length: number; readonly grow: boolean };

interface Inode {
  /** As programs see it. */
  seen: Buffer;
  /** As the disk surely has it. */
  kept: Buffer;
  changes: Change[];
}

type Naming = readonly (readonly [name: string, inode: Inode | null])[];

/** Numbers from 0 up to, but without, `below`, always the same for the same seed (mulberry32). */
export type Chance = (below: number) => number;

export function chanceOf(seed: number): Chance {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** The process that used the disk is gone: nothing it asked for from here on happens. */
export class Killed extends Error {}

/**
 * One directory on a disk with a cache. Programs see every change at once. With the power goes any part of what was not
 * synced: names given, taken and removed, and pieces of files of `block` bytes, each by itself; a piece that is lost in
 * front of one that is kept reads as zeros, or as what stood on the disk before.
 */
export class FakeDisk {
  /** How many operations were asked for so far. */
  operations = 0;
  private readonly block: number;
  private names = new Map<string, Inode>();
  private keptNames = new Map<string, Inode>();
  private namings: Naming[] = [];
  private process = 0;
  private killIn = Infinity;
  private failIn = Infinity;
  private chance: Chance = () => 0;

  constructor(block = 16) {
    this.block = block;
  }

  /** The disk for a new process; whoever had it before is dead. */
  boot(): Disk {
    this.process += 1;
    this.killIn = Infinity;
    this.failIn = Infinity;
    const process = this.process;
    const act = async <T>(name: string, change: () => T, half?: () => void): Promise<T> => {
      await Promise.resolve();
      this.step(process, name, half);
      return change();
    };
    return {
      read: (path) => act('read', () => copyOf(this.names.get(path)?.seen)),
      size: (path) => act('size', () => this.names.get(path)?.seen.length ?? null),
      create: (path) =>
        act('create', () => {
          const there = this.names.get(path);
          if (there !== undefined) {
            this.resize(there, 0);
            return this.file(there, act);
          }
          const inode: Inode = { seen: Buffer.alloc(0), kept: Buffer.alloc(0), changes: [] };
          this.name([[path, inode]]);
          return this.file(inode, act);
        }),
      open: (path) => act('open', () => this.file(this.found(path), act)),
      link: (path, name) =>
        act('link', () => {
          if (this.names.has(name)) throw systemError('EEXIST');
          this.name([[name, this.found(path)]]);
        }),
      rename: (from, to) =>
        act('rename', () => {
          this.name([
            [to, this.found(from)],
            [from, null],
          ]);
        }),
      remove: (path) =>
        act('remove', () => {
          if (this.names.has(path)) this.name([[path, null]]);
        }),
      syncDirectory: () =>
        act(
          'sync',
          () => {
            this.keptNames = new Map(this.names);
            this.namings = [];
          },
          () => this.keepSomeNames(),
        ),
    };
  }

  /** The process dies in the middle of an operation, after as many more. */
  killAfter(operations: number, chance: Chance): void {
    this.killIn = operations;
    this.chance = chance;
  }

  /** One operation fails as a broken disk does, after as many more. */
  failAfter(operations: number, chance: Chance): void {
    this.failIn = operations;
    this.chance = chance;
  }

  /** Nobody runs any more, and of what was not synced any part is gone. */
  losePower(chance: Chance): void {
    this.process += 1;
    this.chance = chance;
    this.keepSomeNames();
    this.names = new Map(this.keptNames);
    for (const inode of new Set(this.names.values())) {
      this.keepSome(inode);
      inode.seen = Buffer.from(inode.kept);
    }
  }

  /** The files as programs see them. */
  files(): Map<string, Buffer> {
    return new Map([...this.names].map(([name, { seen }]) => [name, Buffer.from(seen)]));
  }

  /** Puts a file there, synced. */
  put(path: string, content: string | Uint8Array): void {
    const bytes = Buffer.from(content);
    const inode: Inode = { seen: bytes, kept: Buffer.from(bytes), changes: [] };
    this.names.set(path, inode);
    this.keptNames.set(path, inode);
  }

  private step(process: number, name: string, half: (() => void) | undefined): void {
    if (process !== this.process) throw new Killed(name);
    this.operations += 1;
    if (this.killIn-- <= 0) {
      this.process += 1;
      if (this.chance(2) === 0) half?.();
      throw new Killed(name);
    }
    if (this.failIn-- === 0) {
      half?.();
      throw systemError('EIO');
    }
  }

  private file(
    inode: Inode,
    act: <T>(name: string, change: () => T, half?: () => void) => Promise<T>,
  ): DiskFile {
    return {
      size: () => act('size', () => inode.seen.length),
      write: (bytes, position) =>
        act(
          'write',
          () => this.write(inode, bytes, position),
          () => this.write(inode, bytes.subarray(0, this.chance(bytes.length + 1)), position),
        ),
      truncate: (length) => act('truncate', () => this.resize(inode, length)),
      datasync: () =>
        act(
          'datasync',
          () => {
            inode.kept = Buffer.from(inode.seen);
            inode.changes = [];
          },
          // Linux takes the pages of a sync that failed for clean: nothing will write them again.
          () => this.keepSome(inode),
        ),
      close: () => act('close', () => undefined),
    };
  }

  private found(path: string): Inode {
    const inode = this.names.get(path);
    if (inode === undefined) throw systemError('ENOENT');
    return inode;
  }

  private name(naming: Naming): void {
    this.namings.push(naming);
    applyNaming(this.names, naming);
  }

  private write(inode: Inode, bytes: Uint8Array, position: number): void {
    const copy = Buffer.from(bytes);
    const end = position + copy.length;
    if (end > inode.seen.length) inode.changes.push({ kind: 'length', length: end, grow: true });
    for (let from = 0; from < copy.length;) {
      const to = Math.min(copy.length, from + this.block - ((position + from) % this.block));
      inode.changes.push({ kind: 'piece', position: position + from, bytes: copy.subarray(from, to) });
      from = to;
    }
    inode.seen = written(inode.seen, position, copy);
  }

  private resize(inode: Inode, length: number): void {
    inode.changes.push({ kind: 'length', length, grow: false });
    inode.seen = resized(inode.seen, length);
  }

  private keepSome(inode: Inode): void {
    const all = this.chance(4) === 0;
    for (const change of inode.changes) {
      if (!all && this.chance(2) === 0) continue;
      if (change.kind === 'piece') inode.kept = written(inode.kept, change.position, change.bytes);
      else if (!change.grow || change.length > inode.kept.length) {
        inode.kept = resized(inode.kept, change.length, change.grow ? this.chance(3) : 0);
      }
    }
    inode.changes = [];
  }

  private keepSomeNames(): void {
    for (const naming of this.namings) if (this.chance(2) === 0) applyNaming(this.keptNames, naming);
    this.namings = [];
  }
}

function applyNaming(names: Map<string, Inode>, naming: Naming): void {
  for (const [name, inode] of naming) {
    if (inode === null) names.delete(name);
    else names.set(name, inode);
  }
}

function written(old: Buffer, position: number, bytes: Uint8Array): Buffer {
  const fresh = Buffer.alloc(Math.max(old.length, position + bytes.length));
  old.copy(fresh);
  fresh.set(bytes, position);
  return fresh;
}

/** What a file grows by is zeros, or what somebody else once wrote there. */
function resized(old: Buffer, length: number, stale = 0): Buffer {
  const fresh = Buffer.alloc(length, stale === 0 ? 0 : '{"seq":1,"crc":"0\n');
  old.copy(fresh);
  return fresh;
}

function copyOf(bytes: Buffer | undefined): Buffer | null {
  return bytes === undefined ? null : Buffer.from(bytes);
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: the fake disk fails`), { code });
}
