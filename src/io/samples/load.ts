import { join } from 'node:path';
import { RejuvError } from '../../domain/errors.ts';
import type { SampleTrouble } from '../../domain/sample.ts';
import { readBlocks, type FileKind } from './block-file.ts';
import { ByteReader } from './bytes.ts';
import { readEntries, type Definition } from './entries.ts';
import type { Files, Room } from './files.ts';
import { profileName, readProfiles } from './profile-file.ts';
import { hourMs } from './profile.ts';
import type { Segment } from './segments.ts';
import type { Track } from './track.ts';
import type { Tracks } from './tracks.ts';

/** So many files that were set aside are kept for a person to look at. */
const keptAside = 3;
const asideSuffix = '.damaged';

/** What was on the disk, once it is in the tracks. */
export interface Loaded {
  readonly raw: Segment[];
  readonly means: Segment[];
  readonly troubles: SampleTrouble[];
  /** Hours that are in the means, and not in the profiles on the disk. */
  readonly newHours: number;
  /** Means that were not on the disk yet, made from the rows. */
  readonly late: readonly { readonly track: Track; readonly at: number; readonly means: Float64Array }[];
}

/**
 * Reads everything into the tracks. A torn tail is cut off, any other damage sets its file aside. Raises the system's
 * error where the directory cannot be read.
 */
export async function load(files: Files, tracks: Tracks, now: number): Promise<Loaded> {
  const names = await files.names();
  for (const name of names) if (name.endsWith('.new')) await files.remove(name).catch(() => undefined);
  const troubles: SampleTrouble[] = [];
  const scope = { files, tracks, troubles, now, room: { bytes: Buffer.alloc(0) } };
  if (names.includes(profileName)) await loadProfiles(scope);
  const hours = new Set<number>();
  const means = await loadSegments(scope, 'means', names, (track, at, row) => {
    const hour = Math.floor(at / hourMs);
    if (hour > track.profile.closedHour) hours.add(hour);
    track.takeMeans(at, row);
  });
  const late: { track: Track; at: number; means: Float64Array }[] = [];
  const raw = await loadSegments(scope, 'raw', names, (track, at, row) => {
    track.take(at, row, (_, slotAt, slotMeans) => late.push({ track, at: slotAt, means: slotMeans.slice() }));
  });
  await removeAside(files);
  return { raw, means, troubles, newHours: hours.size, late };
}

interface Scope {
  readonly files: Files;
  readonly tracks: Tracks;
  readonly troubles: SampleTrouble[];
  readonly now: number;
  readonly room: Room;
}

async function loadProfiles({ tracks, ...scope }: Scope): Promise<void> {
  await loadFile({ tracks, ...scope }, 'profiles', profileName, false, (content) =>
    readProfiles(content, ({ server, columns, ...source }, silence, profile) => {
      const track = tracks.track(server, source, columns);
      track.silence = silence;
      track.profile.restore(profile);
    }),
  );
}

async function loadSegments(
  scope: Scope,
  kind: 'raw' | 'means',
  names: readonly string[],
  onRow: (track: Track, at: number, row: Float64Array) => void,
): Promise<Segment[]> {
  const own = names.filter((name) => new RegExp(`^${kind}-\\d+$`).test(name));
  const segments: Segment[] = [];
  for (const name of own) {
    const reader = createReader(scope.tracks, onRow);
    const bytes = await loadFile(scope, kind, name, name === own.at(-1), (content) =>
      readEntries(new ByteReader(content), kind === 'raw', reader),
    );
    if (bytes !== null) segments.push({ name, bytes });
  }
  return segments;
}

/** The bytes of a file that can be written on; null: it was set aside. */
async function loadFile(
  scope: Scope,
  kind: FileKind,
  name: string,
  mayBeTorn: boolean,
  onContent: (content: Buffer) => void,
): Promise<number | null> {
  try {
    const { contents, wholeBytes, torn, damage } = readBlocks(await scope.files.read(name, scope.room), kind);
    for (const content of contents) onContent(content);
    if (damage === null && !torn) return wholeBytes;
    if (damage === null && mayBeTorn) {
      await scope.files.truncate(name, wholeBytes);
      return wholeBytes;
    }
    await setAside(scope, name, damage ?? 'it ends in the middle of a block');
  } catch (thrown) {
    await setAside(scope, name, thrown instanceof Error ? thrown.message : String(thrown));
  }
  return null;
}

async function setAside({ files, troubles, now }: Scope, name: string, problem: string): Promise<void> {
  const aside = `${name}${asideSuffix}`;
  const facts = { path: join(files.directory, name), problem, aside };
  troubles.push({ since: now, error: new RejuvError('samples-set-aside', facts) });
  // Where even that fails, the next start tries again: samples never stand in its way.
  await files.rename(name, aside).catch(() => undefined);
}

async function removeAside(files: Files): Promise<void> {
  const aside = (await files.names()).filter((name) => name.endsWith(asideSuffix));
  for (const name of aside.slice(0, -keptAside)) await files.remove(name).catch(() => undefined);
}

/** Rows of one file, each with its values where its track has them. */
function createReader(
  tracks: Tracks,
  onRow: (track: Track, at: number, row: Float64Array) => void,
): Parameters<typeof readEntries>[2] {
  const known = new Map<number, { track: Track; places: readonly number[]; row: Float64Array }>();
  return {
    define(number, { server, columns, ...source }: Definition) {
      const track = tracks.track(server, source, columns);
      const places = columns.map((figure) => track.column(figure) ?? 0);
      known.set(number, { track, places, row: new Float64Array(0) });
    },
    row(number, at, values) {
      const found = known.get(number);
      // Its definition was in a block that is lost.
      if (found === undefined || found.places.length !== values.length) return;
      if (found.row.length !== found.track.columns.length) {
        found.row = new Float64Array(found.track.columns.length).fill(NaN);
      }
      for (let column = 0; column < values.length; column += 1) {
        found.row[found.places[column] ?? 0] = values[column] ?? NaN;
      }
      onRow(found.track, at, found.row);
    },
    started(server, at) {
      tracks.of(server).youngSince = at;
    },
  };
}
