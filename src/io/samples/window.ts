import type { Samples } from '../../domain/sample.ts';
import type { Ring } from './ring.ts';

/** Of a figure that nobody has measured. */
export const noSamples: Samples = { length: 0, at: () => NaN, value: () => NaN };

/** The values of one column in the last `spanMs` before its newest row; what is missing is left out. */
export function windowOf(ring: Ring, column: number, spanMs: number): Samples {
  if (ring.length === 0) return noSamples;
  const since = ring.lastAt - spanMs;
  const from = ring.at(0) > since ? 0 : ring.after(since);
  if (!ring.hasHoles(column)) return new Window(ring, column, from);
  const indices = new Uint32Array(ring.length - from);
  let found = 0;
  for (let index = from; index < ring.length; index += 1) {
    if (!Number.isNaN(ring.value(index, column))) indices[found++] = index;
  }
  return new SparseWindow(ring, column, indices.subarray(0, found));
}

class Window implements Samples {
  readonly length: number;
  private readonly ring: Ring;
  private readonly column: number;
  private readonly from: number;

  constructor(ring: Ring, column: number, from: number) {
    this.ring = ring;
    this.column = column;
    this.from = from;
    this.length = ring.length - from;
  }

  at(index: number): number {
    return this.has(index) ? this.ring.at(this.from + index) : NaN;
  }

  value(index: number): number {
    return this.has(index) ? this.ring.value(this.from + index, this.column) : NaN;
  }

  private has(index: number): boolean {
    return index >= 0 && index < this.length;
  }
}

class SparseWindow implements Samples {
  private readonly ring: Ring;
  private readonly column: number;
  private readonly indices: Uint32Array;

  constructor(ring: Ring, column: number, indices: Uint32Array) {
    this.ring = ring;
    this.column = column;
    this.indices = indices;
  }

  get length(): number {
    return this.indices.length;
  }

  at(index: number): number {
    const place = this.indices[index];
    return place === undefined ? NaN : this.ring.at(place);
  }

  value(index: number): number {
    const place = this.indices[index];
    return place === undefined ? NaN : this.ring.value(place, this.column);
  }
}
