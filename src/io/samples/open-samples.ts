import { join } from 'node:path';
import { RejuvError } from '../../domain/errors.ts';
import type { Clock, SampleStore } from '../../domain/seams.ts';
import { realFiles, type Files } from './files.ts';
import { load } from './load.ts';
import { Segments } from './segments.ts';
import { Shelf } from './shelf.ts';
import { Samplings } from './store.ts';
import { Tracks } from './tracks.ts';

/**
 * The samples under this state directory, for one process at a time: whoever holds the lock of the records. Never raises:
 * what is wrong with them is among their troubles.
 */
export async function openSamples({
  stateDirectory,
  clock,
  files = realFiles(join(stateDirectory, 'samples')),
}: {
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly files?: Files;
}): Promise<SampleStore> {
  const tracks = new Tracks();
  const parts = { clock, tracks, found: [] };
  const nothing = new Shelf(files, { raw: new Segments('raw', files), means: new Segments('means', files) });
  try {
    await files.prepare();
  } catch {
    // Nothing can be there yet. Every flush tries again, and says what is wrong.
    return new Samplings({ ...parts, shelf: nothing });
  }
  try {
    const { raw, means, troubles, newHours, late } = await load(files, tracks, clock.now());
    const segments = { raw: new Segments('raw', files, raw), means: new Segments('means', files, means) };
    const shelf = new Shelf(files, segments, newHours);
    for (const one of late) {
      const padded = new Float64Array(one.track.columns.length).fill(NaN);
      padded.set(one.means);
      shelf.keepMeans(one.track, one.at, padded);
    }
    return new Samplings({ ...parts, shelf, found: troubles });
  } catch (cause) {
    // What cannot be read must not be written over either.
    const problem = cause instanceof Error ? cause.message : String(cause);
    const error = new RejuvError('samples-unwritable', { path: files.directory, problem }, { cause });
    return new Samplings({ ...parts, shelf: null, found: [{ since: clock.now(), error }] });
  }
}

/** Samples of this process alone. */
export function createMemorySamples(clock: Clock): SampleStore {
  return new Samplings({ clock, tracks: new Tracks(), shelf: null, found: [] });
}
