import { RejuvError } from '../../domain/errors.ts';
import type { FigureName } from '../../domain/figure.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Freshness, Samples, SampleTrouble, Usual } from '../../domain/sample.ts';
import type { Clock, SampleStore } from '../../domain/seams.ts';
import type { SampledSource } from '../../domain/sources.ts';
import type { Shelf } from './shelf.ts';
import type { Track } from './track.ts';
import type { Tracks } from './tracks.ts';
import { noSamples } from './window.ts';

export interface StoreParts {
  readonly clock: Clock;
  readonly tracks: Tracks;
  /** Null: kept in memory alone. */
  readonly shelf: Shelf | null;
  /** What was found at the start. */
  readonly found: readonly SampleTrouble[];
}

/** The samples: in memory, and behind that on the disk. */
export class Samplings implements SampleStore {
  private readonly parts: StoreParts;
  private unwritable: SampleTrouble | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(parts: StoreParts) {
    this.parts = parts;
  }

  keep(server: ServerId, source: SampledSource, values: ReadonlyMap<FigureName, number>, at: number): void {
    const track = this.parts.tracks.track(server, source, values.keys());
    const row = track.rowOf(values);
    if (row === null) return;
    track.problem = null;
    if (track.take(at, row, this.onMeans)) this.parts.shelf?.keepRow(track, at, row);
  }

  failed(server: ServerId, source: SampledSource, problem: RejuvError): void {
    this.parts.tracks.track(server, source, []).problem = problem;
  }

  started(server: ServerId, at: number): void {
    this.parts.tracks.of(server).youngSince = at;
    this.parts.shelf?.keepStarted(server, at);
  }

  recent(server: ServerId, figure: FigureName): Samples {
    const track = this.trackOf(server, figure);
    return track?.recent(track.column(figure) ?? 0) ?? noSamples;
  }

  aggregated(server: ServerId, figure: FigureName): Samples {
    const track = this.trackOf(server, figure);
    return track?.aggregated(track.column(figure) ?? 0) ?? noSamples;
  }

  usual(server: ServerId, figure: FigureName, at: number): Usual | null {
    const track = this.trackOf(server, figure);
    return track?.usual(track.column(figure) ?? 0, at) ?? null;
  }

  youngSince(server: ServerId): number | null {
    return this.parts.tracks.find(server)?.youngSince ?? null;
  }

  freshness(server: ServerId, figure: FigureName, now: number): Freshness {
    const track = this.trackOf(server, figure);
    if (track !== undefined) return track.freshness(track.column(figure) ?? 0, now);
    // A source that has never answered could be the one that gives it.
    for (const { source, columns, problem } of this.parts.tracks.find(server)?.tracks.values() ?? []) {
      if (columns.length === 0) return { kind: 'stale', source, since: null, problem };
    }
    return { kind: 'unmeasured' };
  }

  troubles(): readonly SampleTrouble[] {
    return this.unwritable === null ? this.parts.found : [...this.parts.found, this.unwritable];
  }

  async flush(): Promise<void> {
    const mine = this.writing.then(async () => await this.write());
    this.writing = mine.catch(() => undefined);
    await mine;
  }

  async close(): Promise<void> {
    await this.flush();
  }

  private async write(): Promise<void> {
    const { shelf, tracks, clock } = this.parts;
    if (shelf === null) return;
    try {
      await shelf.flush(tracks);
      this.unwritable = null;
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      const error = new RejuvError('samples-unwritable', { path: shelf.directory, problem }, { cause });
      this.unwritable = { since: this.unwritable?.since ?? clock.now(), error };
      throw error;
    }
  }

  private readonly onMeans = (track: Track, at: number, means: Float64Array): void => {
    this.parts.shelf?.keepMeans(track, at, means);
  };

  private trackOf(server: ServerId, figure: FigureName): Track | undefined {
    return this.parts.tracks.find(server)?.figures.get(figure);
  }
}
