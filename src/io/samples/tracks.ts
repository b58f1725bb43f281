import type { FigureName } from '../../domain/figure.ts';
import type { BackendName, ServerId, ServerName } from '../../domain/names.ts';
import type { SampledSource } from '../../domain/sources.ts';
import { Track } from './track.ts';

/** Everything kept of one server. */
export interface ServerTracks {
  readonly id: ServerId;
  /** By name of the source. */
  readonly tracks: Map<string, Track>;
  /** Who gives each figure: of several, the one that came to give it last. */
  readonly figures: Map<FigureName, Track>;
  youngSince: number | null;
}

/** The tracks of all servers. */
export class Tracks {
  private readonly backends = new Map<BackendName, Map<ServerName, ServerTracks>>();

  find({ backend, server }: ServerId): ServerTracks | undefined {
    return this.backends.get(backend)?.get(server);
  }

  of(id: ServerId): ServerTracks {
    const servers = this.backends.get(id.backend) ?? new Map<ServerName, ServerTracks>();
    this.backends.set(id.backend, servers);
    let found = servers.get(id.server);
    if (found === undefined) {
      found = { id, tracks: new Map(), figures: new Map(), youngSince: null };
      servers.set(id.server, found);
    }
    return found;
  }

  /** The track of a source, with a column for each of the figures. */
  track(id: ServerId, source: SampledSource, figures: Iterable<FigureName>): Track {
    const server = this.of(id);
    let track = server.tracks.get(source.name);
    if (track === undefined) server.tracks.set(source.name, (track = new Track(id, source)));
    track.follow(source);
    const before = track.columns.length;
    if (track.extend(figures)) {
      for (const figure of track.columns.slice(before)) server.figures.set(figure, track);
    }
    return track;
  }

  *servers(): Generator<ServerTracks> {
    for (const servers of this.backends.values()) yield* servers.values();
  }

  *all(): Generator<Track> {
    for (const { tracks } of this.servers()) yield* tracks.values();
  }

  forget(track: Track): void {
    const server = this.find(track.server);
    if (server === undefined) return;
    server.tracks.delete(track.source);
    for (const figure of track.columns) {
      if (server.figures.get(figure) !== track) continue;
      const other = [...server.tracks.values()].find((one) => one.column(figure) !== undefined);
      if (other === undefined) server.figures.delete(figure);
      else server.figures.set(figure, other);
    }
    if (server.tracks.size === 0) this.backends.get(server.id.backend)?.delete(server.id.server);
  }
}
