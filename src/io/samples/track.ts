import type { RejuvError } from '../../domain/errors.ts';
import type { FigureName } from '../../domain/figure.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Freshness, Samples, Usual } from '../../domain/sample.ts';
import type { SampledSource } from '../../domain/sources.ts';
import { hourMs, Profile } from './profile.ts';
import { Ring } from './ring.ts';
import { windowOf } from './window.ts';

export const rawSpanMs = 2 * 3_600_000;
export const meanSpanMs = 7 * 86_400_000;
export const meanEveryMs = 5 * 60_000;
/** A clock that steps back this far is waited out; further, it was wrong before. */
const longestStepBackMs = 10 * 60_000;
/** Of a source that is asked more often than every five seconds, two hours would be too much. */
const mostRows = 1_440;
const leastRows = 16;

/** The five minutes that are over: when they began, and a mean per column. */
export type OnMeans = (track: Track, at: number, means: Float64Array) => void;

/** What one source says of one server, over time. Each figure is a column. */
export class Track {
  readonly server: ServerId;
  readonly source: string;
  readonly columns: FigureName[] = [];
  readonly raw: Ring;
  readonly means: Ring;
  readonly profile: Profile;
  problem: RejuvError | null = null;
  /** Something came since the profiles were last written. */
  heard = false;
  /** How many times in a row they were written without. */
  silence = 0;
  everyMs: number;
  staleMs: number;
  private readonly columnOf = new Map<FigureName, number>();
  private row = new Float64Array(0);
  private lastOf = new Float64Array(0);
  private slot = -Infinity;
  private sums = new Float64Array(0);
  private counts = new Uint32Array(0);

  constructor(server: ServerId, { name, everyMs, staleMs }: SampledSource) {
    this.server = server;
    this.source = name;
    this.everyMs = everyMs;
    this.staleMs = staleMs;
    this.raw = new Ring(0, rowsFor(everyMs), { tickMs: 1, instants: 4, values: 8 });
    this.means = new Ring(0, meanSpanMs / meanEveryMs, { tickMs: meanEveryMs, instants: 2, values: 4 });
    this.profile = new Profile(0);
  }

  /** As the config file has it now. */
  follow({ everyMs, staleMs }: SampledSource): void {
    this.staleMs = staleMs;
    if (everyMs === this.everyMs) return;
    this.everyMs = everyMs;
    this.raw.allow(rowsFor(everyMs));
  }

  column(figure: FigureName): number | undefined {
    return this.columnOf.get(figure);
  }

  /** Adds the columns that are not there yet. True: there were some. */
  extend(figures: Iterable<FigureName>): boolean {
    const before = this.columns.length;
    for (const figure of figures) {
      if (this.columnOf.has(figure)) continue;
      this.columnOf.set(figure, this.columns.length);
      this.columns.push(figure);
    }
    const columns = this.columns.length;
    if (columns === before) return false;
    this.raw.widen(columns);
    this.means.widen(columns);
    this.profile.widen(columns);
    this.row = new Float64Array(columns);
    this.lastOf = extended(this.lastOf, columns, -Infinity);
    this.sums = extended(this.sums, columns, 0);
    const counts = new Uint32Array(columns);
    counts.set(this.counts);
    this.counts = counts;
    return true;
  }

  /** The values by column, good until the next call; null: none is finite. All figures have columns. */
  rowOf(values: ReadonlyMap<FigureName, number>): Float64Array | null {
    let some = false;
    this.row.fill(NaN);
    for (const [figure, value] of values) {
      const column = this.columnOf.get(figure);
      if (column === undefined || !Number.isFinite(value)) continue;
      this.row[column] = value;
      some = true;
    }
    return some ? this.row : null;
  }

  /** False: the instant is not after the last one, and the row is dropped. */
  take(at: number, row: ArrayLike<number>, onMeans: OnMeans): boolean {
    const last = this.raw.lastAt;
    if (at <= last) {
      if (last - at <= longestStepBackMs) return false;
      this.setBack(at);
    }
    const slot = Math.floor(at / meanEveryMs);
    if (slot !== this.slot) this.closeMeans(onMeans);
    this.slot = slot;
    this.add(row);
    this.raw.push(at, row);
    this.heard = true;
    for (let column = 0; column < this.columns.length; column += 1) {
      if (!Number.isNaN(row[column] ?? NaN)) this.lastOf[column] = at;
    }
    return true;
  }

  /** Means that were written before, in the order of writing: where the clock was set back, the later word counts. */
  takeMeans(at: number, means: ArrayLike<number>): void {
    if (at <= this.means.lastAt) {
      this.means.forgetFrom(at);
      this.setProfileBack(at);
    }
    this.means.push(at, means);
    this.profile.fold(at, means);
  }

  recent(column: number): Samples {
    return windowOf(this.raw, column, rawSpanMs);
  }

  aggregated(column: number): Samples {
    return windowOf(this.means, column, meanSpanMs);
  }

  usual(column: number, at: number): Usual | null {
    return this.profile.usual(column, at);
  }

  freshness(column: number, now: number): Freshness {
    const last = this.lastOf[column] ?? -Infinity;
    // A value of the future says as little as one of long ago.
    if (Math.abs(now - last) <= this.staleMs) {
      return { kind: 'fresh', source: this.source, until: last + this.staleMs };
    }
    const since = last === -Infinity ? null : last;
    return { kind: 'stale', source: this.source, since, problem: this.problem };
  }

  private add(row: ArrayLike<number>): void {
    // What was read from the disk as means is not made once more.
    if (this.slot * meanEveryMs <= this.means.lastAt) return;
    for (let column = 0; column < this.columns.length; column += 1) {
      const value = row[column] ?? NaN;
      if (Number.isNaN(value)) continue;
      this.sums[column] = (this.sums[column] ?? 0) + value;
      this.counts[column] = (this.counts[column] ?? 0) + 1;
    }
  }

  private closeMeans(onMeans: OnMeans | null): void {
    const at = this.slot * meanEveryMs;
    const counted = this.counts.some((count) => count > 0);
    if (counted && onMeans !== null) {
      // In the place of the sums: nobody needs them any more.
      for (let column = 0; column < this.columns.length; column += 1) {
        const count = this.counts[column] ?? 0;
        this.sums[column] = count === 0 ? NaN : (this.sums[column] ?? NaN) / count;
      }
      this.means.push(at, this.sums);
      this.profile.fold(at, this.sums);
      onMeans(this, at, this.sums);
    }
    this.sums.fill(0);
    this.counts.fill(0);
  }

  /** What was kept under instants from here on had a wrong clock. */
  private setBack(at: number): void {
    const slot = Math.floor(at / meanEveryMs);
    this.raw.forgetFrom(at);
    this.means.forgetFrom(slot * meanEveryMs);
    this.setProfileBack(at);
    for (let column = 0; column < this.columns.length; column += 1) {
      const window = windowOf(this.raw, column, Infinity);
      this.lastOf[column] = window.length === 0 ? -Infinity : window.at(window.length - 1);
    }
    this.closeMeans(null);
    this.slot = slot;
    for (let index = this.raw.after(slot * meanEveryMs - 1); index < this.raw.length; index += 1) {
      this.add(this.columns.map((_, column) => this.raw.value(index, column)));
    }
  }

  /** The hour that the clock is in again begins with the means that are left of it. */
  private setProfileBack(at: number): void {
    this.profile.setBack(at);
    const hourAt = Math.floor(at / hourMs) * hourMs;
    for (let index = this.means.after(hourAt - 1); index < this.means.length; index += 1) {
      const row = this.columns.map((_, column) => this.means.value(index, column));
      this.profile.fold(this.means.at(index), row);
    }
  }
}

function rowsFor(everyMs: number): number {
  return Math.min(mostRows, Math.max(leastRows, Math.ceil(rawSpanMs / everyMs) + 2));
}

function extended(old: Float64Array, columns: number, rest: number): Float64Array<ArrayBuffer> {
  const wide = new Float64Array(columns).fill(rest);
  wide.set(old);
  return wide;
}
