/** How many rows a ring begins with; then it takes all its room at once, since rings that grow leave holes in the heap. */
const firstRows = 32;

type Cells = Float32Array | Float64Array;
type Ticks = Uint16Array | Uint32Array | Float64Array;

/** How exactly a ring keeps its rows. Instants are whole multiples of `tickMs`. */
export interface Grain {
  readonly tickMs: number;
  /** Bytes of an instant, as long as those are enough for the time from the oldest to the newest. */
  readonly instants: 2 | 4;
  /** Bytes of a value: with seven digits, or as it comes. */
  readonly values: 4 | 8;
}

/**
 * Rows of one source of one server: an instant and a value per column, NaN for one that is missing. Instants only grow.
 * It grows up to its capacity; from there on a new row takes the place of the oldest.
 */
export class Ring {
  /** How many rows there are. */
  length = 0;
  private readonly grain: Grain;
  private columns: number;
  private limit: number;
  /** In ticks after `base`, none later than `latest`. */
  private times: Ticks;
  private base = 0;
  private latest: number;
  private cells: Cells;
  /** Where the oldest row is. */
  private first = 0;
  /** Missing values per column: where there are none, an index of a column is one of the ring. */
  private holes: Uint32Array;

  constructor(columns: number, limit: number, grain: Grain) {
    this.grain = grain;
    this.latest = 2 ** (8 * grain.instants) - 1;
    this.times = this.timesFor(0);
    this.columns = columns;
    this.limit = limit;
    this.cells = this.room(0, columns);
    this.holes = new Uint32Array(columns);
  }

  get capacity(): number {
    return this.limit;
  }

  /** The instant of the last row; -Infinity of none. */
  get lastAt(): number {
    return this.length === 0 ? -Infinity : this.at(this.length - 1);
  }

  at(index: number): number {
    return (this.base + (this.times[this.place(index)] ?? NaN)) * this.grain.tickMs;
  }

  value(index: number, column: number): number {
    return this.cells[this.place(index) * this.columns + column] ?? NaN;
  }

  hasHoles(column: number): boolean {
    return this.holes[column] !== 0;
  }

  /** The row has a value per column, and comes after the last one. */
  push(at: number, row: ArrayLike<number>): void {
    const tick = Math.floor(at / this.grain.tickMs);
    if (tick < this.base || tick - this.base > this.latest) this.moveBase(tick);
    if (this.length === this.times.length && this.length < this.limit) {
      this.resize(this.length < firstRows ? Math.min(this.limit, firstRows) : this.limit);
    }
    if (this.length === this.times.length) this.dropOldest();
    const place = this.place(this.length);
    this.times[place] = tick - this.base;
    for (let column = 0, cell = place * this.columns; column < this.columns; column += 1, cell += 1) {
      const value = row[column] ?? NaN;
      this.cells[cell] = value;
      if (Number.isNaN(value)) this.holes[column] = (this.holes[column] ?? 0) + 1;
    }
    this.length += 1;
  }

  /** Forgets the rows of this instant and later. */
  forgetFrom(at: number): void {
    while (this.length > 0 && this.lastAt >= at) {
      this.fillHoles(this.place(this.length - 1));
      this.length -= 1;
    }
  }

  /** The index of the first row later than this instant. */
  after(at: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** So many columns from now on; the new ones are missing in every row so far. */
  widen(columns: number): void {
    const before = this.columns;
    const cells = this.room(this.times.length, columns).fill(NaN);
    for (let row = 0; row < this.times.length; row += 1) {
      cells.set(this.cells.subarray(row * before, (row + 1) * before), row * columns);
    }
    const holes = new Uint32Array(columns).fill(this.length);
    holes.set(this.holes);
    this.cells = cells;
    this.holes = holes;
    this.columns = columns;
  }

  /** So many rows at most from now on, or more. */
  allow(limit: number): void {
    this.limit = Math.max(this.limit, limit);
  }

  private resize(rows: number): void {
    const times = this.timesFor(rows);
    const cells = this.room(rows, this.columns);
    for (let index = 0; index < this.length; index += 1) {
      const place = this.place(index);
      times[index] = this.times[place] ?? NaN;
      cells.set(this.cells.subarray(place * this.columns, (place + 1) * this.columns), index * this.columns);
    }
    this.times = times;
    this.cells = cells;
    this.first = 0;
  }

  private dropOldest(): void {
    this.fillHoles(this.first);
    this.first = (this.first + 1) % this.times.length;
    this.length -= 1;
  }

  private fillHoles(place: number): void {
    for (let column = 0, cell = place * this.columns; column < this.columns; column += 1, cell += 1) {
      if (Number.isNaN(this.cells[cell])) this.holes[column] = (this.holes[column] ?? 0) - 1;
    }
  }

  /** So that this instant can be kept: to the oldest one, or away where a clock has jumped too far from that. */
  private moveBase(tick: number): void {
    const old = { times: this.times, base: this.base };
    const oldest = this.length === 0 ? tick : old.base + (old.times[this.first] ?? NaN);
    const near = tick - oldest <= this.latest;
    this.base = near ? oldest : 0;
    if (!near) this.latest = Infinity;
    this.times = this.timesFor(old.times.length);
    for (let index = 0; index < this.length; index += 1) {
      const place = this.place(index);
      this.times[place] = old.base + (old.times[place] ?? NaN) - this.base;
    }
  }

  private place(index: number): number {
    const place = this.first + index;
    return place < this.times.length ? place : place - this.times.length;
  }

  private room(rows: number, columns: number): Cells {
    return this.grain.values === 8 ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
  }

  private timesFor(rows: number): Ticks {
    if (this.latest === Infinity) return new Float64Array(rows);
    return this.grain.instants === 4 ? new Uint32Array(rows) : new Uint16Array(rows);
  }
}
