import type { ServerId } from '../../domain/names.ts';
import { rowBytes } from './entries.ts';
import type { Files } from './files.ts';
import { profileName, profileParts } from './profile-file.ts';
import { hourMs } from './profile.ts';
import type { Segments } from './segments.ts';
import type { Ring } from './ring.ts';
import type { Track } from './track.ts';
import type { Tracks } from './tracks.ts';

/** Hours from one writing of the profiles to the next; what came since is made from the means again. */
const hoursPerProfile = 24;
/** So many in a row without a sample, and what a source said of a server is forgotten. */
const longestSilence = 14;
/** What a file says of a track beside its rows, about. */
const definitionBytes = 1_000;
/** Frames of blocks, and some air. */
const overhead = 1.1;

/** The samples on the disk: written behind those in memory, and read at the start alone. */
export class Shelf {
  private readonly files: Files;
  private readonly raw: Segments;
  private readonly means: Segments;
  private prepared = false;
  private newHours: number;
  private lastHour = -Infinity;

  /** `newHours`: hours that are in the means, and not in the profiles on the disk. */
  constructor(files: Files, { raw, means }: { raw: Segments; means: Segments }, newHours = 0) {
    this.files = files;
    this.raw = raw;
    this.means = means;
    this.newHours = newHours;
  }

  get directory(): string {
    return this.files.directory;
  }

  keepRow(track: Track, at: number, row: ArrayLike<number>): void {
    this.raw.row(track, at, row);
  }

  keepMeans(track: Track, at: number, means: ArrayLike<number>): void {
    this.means.row(track, at, means);
    const hour = Math.floor(at / hourMs);
    if (hour <= this.lastHour && hour >= this.lastHour - 1) return;
    this.lastHour = hour;
    this.newHours += 1;
  }

  keepStarted(server: ServerId, at: number): void {
    this.raw.started(server, at);
  }

  /** Writes what came since the last time, and the profiles when that is due. Raises the system's error. */
  async flush(tracks: Tracks): Promise<void> {
    try {
      if (!this.prepared) await this.files.prepare();
      this.prepared = true;
      if (this.raw.hasBegun()) this.repeatStarts(tracks);
      await this.raw.flush(bytesOf(tracks, ({ raw }) => raw, true));
      await this.means.flush(bytesOf(tracks, ({ means }) => means, false));
      if (this.newHours >= hoursPerProfile) await this.writeProfiles(tracks);
    } catch (error) {
      this.prepared = false;
      throw error;
    }
  }

  private repeatStarts(tracks: Tracks): void {
    for (const { id, youngSince } of tracks.servers())
      if (youngSince !== null) this.raw.started(id, youngSince);
  }

  private async writeProfiles(tracks: Tracks): Promise<void> {
    const hours = this.newHours;
    for (const track of [...tracks.all()]) {
      track.silence = track.heard ? 0 : track.silence + 1;
      track.heard = false;
      if (track.silence >= longestSilence) tracks.forget(track);
    }
    await this.files.replace(profileName, profileParts(tracks.all()));
    this.newHours -= hours;
  }
}

/** What all rows that the memory may hold take in files. */
function bytesOf(tracks: Tracks, ringOf: (track: Track) => Ring, wide: boolean): number {
  let bytes = 0;
  for (const track of tracks.all()) {
    bytes += definitionBytes + ringOf(track).capacity * rowBytes(track.columns.length, wide);
  }
  return bytes * overhead;
}
