/** A square matrix, row by row. */
export interface Matrix {
  readonly size: number;
  readonly cells: Float64Array;
}

export function zeroMatrix(size: number): Matrix {
  return { size, cells: new Float64Array(size * size) };
}

export function identity(size: number): Matrix {
  const matrix = zeroMatrix(size);
  for (let n = 0; n < size; n += 1) matrix.cells[n * size + n] = 1;
  return matrix;
}

export function product(a: Matrix, b: Matrix): Matrix {
  const { size } = a;
  const result = zeroMatrix(size);
  for (let i = 0; i < size; i += 1) {
    const row = i * size;
    for (let k = 0; k < size; k += 1) {
      const factor = a.cells[row + k] ?? 0;
      if (factor === 0) continue;
      const other = k * size;
      for (let j = 0; j < size; j += 1) {
        result.cells[row + j] = (result.cells[row + j] ?? 0) + factor * (b.cells[other + j] ?? 0);
      }
    }
  }
  return result;
}

/** Rows for columns. */
export function transposed({ size, cells }: Matrix): Matrix {
  const result = zeroMatrix(size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j < size; j += 1) result.cells[j * size + i] = cells[i * size + j] ?? 0;
  }
  return result;
}

/** `to += factor * what`, in place. */
export function addTo(to: Matrix, factor: number, what: Matrix): void {
  for (let n = 0; n < to.cells.length; n += 1) {
    to.cells[n] = (to.cells[n] ?? 0) + factor * (what.cells[n] ?? 0);
  }
}

/** A row times a matrix. */
export function rowTimes(row: ArrayLike<number>, { size, cells }: Matrix): Float64Array {
  const result = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    const factor = row[i] ?? 0;
    if (factor === 0) continue;
    for (let j = 0; j < size; j += 1) result[j] = (result[j] ?? 0) + factor * (cells[i * size + j] ?? 0);
  }
  return result;
}

/** Makes every row sum to `sum`, in place: takes the rounding away that repeated squaring would double each time. */
export function scaleRows({ size, cells }: Matrix, sum: number): void {
  for (let i = 0; i < size; i += 1) {
    const row = cells.subarray(i * size, (i + 1) * size);
    const factor = sum / row.reduce((total, cell) => total + cell, 0);
    row.forEach((cell, j) => (row[j] = cell * factor));
  }
}
