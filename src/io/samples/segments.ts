import { ByteWriter } from './bytes.ts';
import { fileHeader, frame, type FileKind } from './block-file.ts';
import { writeDefinition, writeRow, writeStarted } from './entries.ts';
import { systemCode, type Files } from './files.ts';
import type { Track } from './track.ts';
import type { ServerId } from '../../domain/names.ts';

/** What could not be written is kept for the next try, up to this; then it is given up. */
const mostUnwritten = 4 * 2 ** 20;
const leastSegment = 64 * 1_024;
const mostSegment = 8 * 2 ** 20;
/** Into so many files what has to be kept is divided. */
const parts = 8;

/** One file, and how much of it is written. */
export interface Segment {
  readonly name: string;
  bytes: number;
}

/**
 * Rows on their way to the disk: collected in memory, written as one block at each flush, in files that are changed when
 * one is full. By size and not by age, so that no clock decides what is removed.
 */
export class Segments {
  private readonly kind: Extract<FileKind, 'raw' | 'means'>;
  private readonly files: Files;
  private readonly wide: boolean;
  private readonly pending = new ByteWriter();
  /** Columns of each track that the file of now knows. */
  private readonly defined = new Map<Track, { readonly number: number; columns: number }>();
  private readonly segments: Segment[];
  private unwritten: { readonly segment: Segment; readonly content: Buffer }[] = [];
  private begins = false;

  /** `segments`: those that are there, oldest first. */
  constructor(kind: 'raw' | 'means', files: Files, segments: Segment[] = []) {
    this.kind = kind;
    this.files = files;
    this.wide = kind === 'raw';
    this.segments = segments;
  }

  /** The bytes of all files. */
  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  row(track: Track, at: number, row: ArrayLike<number>): void {
    writeRow(this.pending, this.numberOf(track), at, row, this.wide);
  }

  started(server: ServerId, at: number): void {
    writeStarted(this.pending, server, at);
  }

  /** True once, after a new file was begun: what each file has to say is to be said again. */
  hasBegun(): boolean {
    const { begins } = this;
    this.begins = false;
    return begins;
  }

  /** Writes what was collected. `keepBytes`: the rows in memory, as bytes of a file. Raises the system's error. */
  async flush(keepBytes: number): Promise<void> {
    this.collect(keepBytes);
    while (this.unwritten.length > 0) {
      const [next] = this.unwritten;
      if (next === undefined) return;
      await this.write(next.segment, next.content);
      this.unwritten.shift();
    }
    await this.removeOld(keepBytes);
  }

  private collect(keepBytes: number): void {
    if (this.pending.length === 0) return;
    if (this.unwritten.reduce((sum, { content }) => sum + content.length, 0) > mostUnwritten) {
      this.unwritten = [];
      this.pending.clear();
      this.defined.clear();
      this.begins = true;
      return;
    }
    const segment = this.segments.at(-1) ?? this.begin();
    this.unwritten.push({ segment, content: this.pending.take() });
    const waiting = this.unwritten.reduce((sum, { content }) => sum + content.length, 0);
    // Decided before anything is awaited: what is collected meanwhile is for the next file already.
    if (segment.bytes + waiting >= segmentBytes(keepBytes)) this.begin();
  }

  private begin(): Segment {
    const last = this.segments.at(-1)?.name ?? '0';
    const number = Number(/\d+$/.exec(last)?.[0] ?? 0) + 1;
    const segment = { name: `${this.kind}-${String(number).padStart(8, '0')}`, bytes: 0 };
    this.segments.push(segment);
    this.defined.clear();
    this.begins = true;
    return segment;
  }

  private async write(segment: Segment, content: Buffer): Promise<void> {
    const block = frame(content);
    const bytes = segment.bytes === 0 ? Buffer.concat([fileHeader(this.kind), block]) : block;
    try {
      await this.files.write(segment.name, segment.bytes, bytes);
    } catch (error) {
      // A piece that stays is overwritten by the next try, or cut off at the next start.
      await this.files.truncate(segment.name, segment.bytes).catch(() => undefined);
      if (systemCode(error) === 'ENOENT') this.lost(segment);
      throw error;
    }
    segment.bytes += bytes.length;
  }

  /** Somebody took the file away: it begins anew. */
  private lost(segment: Segment): void {
    segment.bytes = 0;
    this.defined.clear();
    this.begins = true;
  }

  private async removeOld(keepBytes: number): Promise<void> {
    let total = this.bytes;
    while (this.segments.length > 1) {
      const [oldest] = this.segments;
      if (oldest === undefined || total - oldest.bytes < keepBytes) return;
      await this.files.remove(oldest.name);
      total -= oldest.bytes;
      this.segments.shift();
    }
  }

  private numberOf(track: Track): number {
    const columns = track.columns.length;
    const known = this.defined.get(track);
    if (known !== undefined && known.columns === columns) return known.number;
    const number = known?.number ?? this.defined.size;
    writeDefinition(this.pending, number, track);
    this.defined.set(track, { number, columns });
    return number;
  }
}

function segmentBytes(keepBytes: number): number {
  return Math.min(mostSegment, Math.max(leastSegment, keepBytes / parts));
}
