/** How many rows a ring begins with; then it takes all its room at once, since rings that grow leave holes in the heap. */
const firstRows = 32;

type Cells = Float32Array | Float64Array;
type Ticks = Uint32Array | Float64Array;

/**
 * Rows of one source of one server: an instant and a value per column, NaN for one that is missing. Instants only grow.
 * It grows up to its capacity; from there on a new row takes the place of the oldest.
 */
export class Ring {
  /** How many rows there are. */
  length = 0;
  private readonly tickMs: number | null;
  private columns: number;
  private limit: number;
  /** In ticks, so that what comes once in five minutes needs half the room. */
  private times: Ticks;
  private cells: Cells;
  /** Where the oldest row is. */
  private first = 0;
  /** Missing values per column: where there are none, an index of a column is one of the ring. */
  private holes: Uint32Array;

  /** `tickMs`: every instant is a multiple of it, and values are kept with seven digits; null: all as they come. */
  constructor(columns: number, limit: number, tickMs: number | null) {
    this.tickMs = tickMs;
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
    return (this.times[this.place(index)] ?? NaN) * (this.tickMs ?? 1);
  }

  value(index: number, column: number): number {
    return this.cells[this.place(index) * this.columns + column] ?? NaN;
  }

  hasHoles(column: number): boolean {
    return this.holes[column] !== 0;
  }

  /** The row has a value per column, and comes after the last one. */
  push(at: number, row: ArrayLike<number>): void {
    if (this.length === this.times.length && this.length < this.limit) {
      this.resize(this.length < firstRows ? Math.min(this.limit, firstRows) : this.limit);
    }
    if (this.length === this.times.length) this.dropOldest();
    const place = this.place(this.length);
    this.times[place] = at / (this.tickMs ?? 1);
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

  private place(index: number): number {
    const place = this.first + index;
    return place < this.times.length ? place : place - this.times.length;
  }

  private room(rows: number, columns: number): Cells {
    return this.tickMs === null ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
  }

  private timesFor(rows: number): Ticks {
    return this.tickMs === null ? new Float64Array(rows) : new Uint32Array(rows);
  }
}
