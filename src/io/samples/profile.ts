import type { Usual } from '../../domain/sample.ts';

export const hourMs = 3_600_000;
export const hoursOfWeek = 168;
/** Of the twelve means of an hour so many have to be there, or the hour does not count. */
const leastMeans = 6;
/** A week counts this much at least, so that what was long ago fades. */
const leastWeight = 1 / 4;

/**
 * What is usual at each hour of the week (UTC), per column: mean and highest of the means of five minutes. A maximum that
 * is not reached again comes a quarter closer to the mean with every week.
 */
export class Profile {
  /** The last hour since 1970 that is in it; -Infinity: none. */
  closedHour = -Infinity;
  private columns: number;
  /** By hour of the week, then by column. Nothing until the first hour is over. */
  private cells: { means: Float32Array; maxima: Float32Array; weeks: Uint8Array } | null = null;
  private hour = -Infinity;
  private sums: Float64Array;
  private highest: Float64Array;
  private counts: Uint8Array;

  constructor(columns: number) {
    this.columns = columns;
    this.sums = new Float64Array(columns);
    this.highest = new Float64Array(columns);
    this.counts = new Uint8Array(columns);
  }

  /** Means of the five minutes that began at `at`, later than all before. */
  fold(at: number, means: ArrayLike<number>): void {
    const hour = Math.floor(at / hourMs);
    if (hour <= this.closedHour) return;
    if (hour !== this.hour) {
      this.closeHour();
      this.hour = hour;
    }
    for (let column = 0; column < this.columns; column += 1) {
      const mean = means[column] ?? NaN;
      const count = this.counts[column] ?? 0;
      if (Number.isNaN(mean)) continue;
      this.sums[column] = (this.sums[column] ?? 0) + mean;
      this.highest[column] = count === 0 ? mean : Math.max(this.highest[column] ?? mean, mean);
      this.counts[column] = count + 1;
    }
  }

  /** The clock was wrong, and is at `at` now: the hours from there on are yet to come. */
  setBack(at: number): void {
    const hour = Math.floor(at / hourMs);
    if (this.hour >= hour) this.beginHour(-Infinity);
    this.closedHour = Math.min(this.closedHour, hour - 1);
  }

  usual(column: number, at: number): Usual | null {
    const cell = this.cellOf(Math.floor(at / hourMs), column);
    const weeks = this.cells?.weeks[cell] ?? 0;
    if (this.cells === null || weeks === 0) return null;
    return { mean: this.cells.means[cell] ?? NaN, max: this.cells.maxima[cell] ?? NaN, weeks };
  }

  widen(columns: number): void {
    const before = this.columns;
    const old = this.cells;
    this.columns = columns;
    this.sums = widened(this.sums, columns);
    this.highest = widened(this.highest, columns);
    const counts = new Uint8Array(columns);
    counts.set(this.counts);
    this.counts = counts;
    if (old === null) return;
    this.cells = emptyCells(columns);
    for (let hour = 0; hour < hoursOfWeek; hour += 1) {
      for (const part of ['means', 'maxima', 'weeks'] as const) {
        this.cells[part].set(old[part].subarray(hour * before, (hour + 1) * before), hour * columns);
      }
    }
  }

  /** What is to be kept of it; null: no hour is over yet. */
  content(): ProfileContent | null {
    return this.cells === null ? null : { closedHour: this.closedHour, ...this.cells };
  }

  /** Takes over what was kept. */
  restore({ closedHour, means, maxima, weeks }: ProfileContent): void {
    this.closedHour = closedHour;
    this.cells = { means, maxima, weeks };
  }

  private closeHour(): void {
    const { hour } = this;
    if (hour === -Infinity) return;
    const cells = (this.cells ??= emptyCells(this.columns));
    for (let column = 0; column < this.columns; column += 1) {
      const count = this.counts[column] ?? 0;
      if (count < leastMeans) continue;
      const cell = this.cellOf(hour, column);
      const weeks = Math.min(255, (cells.weeks[cell] ?? 0) + 1);
      const [mean, highest] = [(this.sums[column] ?? 0) / count, this.highest[column] ?? NaN];
      const [oldMean, oldMax] = [cells.means[cell] ?? NaN, cells.maxima[cell] ?? NaN];
      const newMean = weeks === 1 ? mean : oldMean + (mean - oldMean) * Math.max(1 / weeks, leastWeight);
      const faded = newMean + (oldMax - newMean) * (1 - leastWeight);
      cells.means[cell] = newMean;
      cells.maxima[cell] = weeks === 1 ? highest : Math.max(highest, faded);
      cells.weeks[cell] = weeks;
    }
    this.closedHour = hour;
    this.beginHour(-Infinity);
  }

  private beginHour(hour: number): void {
    this.hour = hour;
    this.sums.fill(0);
    this.counts.fill(0);
  }

  private cellOf(hour: number, column: number): number {
    return (((hour % hoursOfWeek) + hoursOfWeek) % hoursOfWeek) * this.columns + column;
  }
}

/** By hour of the week, then by column. */
export interface ProfileContent {
  readonly closedHour: number;
  readonly means: Float32Array;
  readonly maxima: Float32Array;
  readonly weeks: Uint8Array;
}

function emptyCells(columns: number): { means: Float32Array; maxima: Float32Array; weeks: Uint8Array } {
  const size = hoursOfWeek * columns;
  return { means: new Float32Array(size), maxima: new Float32Array(size), weeks: new Uint8Array(size) };
}

function widened(old: Float64Array, columns: number): Float64Array {
  const wide = new Float64Array(columns);
  wide.set(old);
  return wide;
}
