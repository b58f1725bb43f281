import type { Frame, Mark } from './frame.ts';
import type { Scale } from './scale.ts';

/** Rows of the plot's own area. */
const rows = 12;
const leastColumns = 30;
/** More only stretches it. */
const mostColumns = 120;

const signs = { best: '●', present: '○' } as const;

/**
 * The cost of a year over the interval, drawn in braille dots (two by four to a character), no wider than `columns`;
 * empty where that is too narrow to show anything.
 */
export function terminalPlot(frame: Frame, columns: number, unit: string): string[] {
  if (columns < leastColumns) return [];
  const { costs, intervals } = frame;
  const labels = new Map<number, string>();
  for (const { value, label } of costs.ticks) {
    const row = rowOf(costs, value);
    if (row >= 0 && row < rows) labels.set(row, label);
  }
  const gutter = Math.max(...[...labels.values()].map((label) => label.length), 1);
  const width = Math.min(columns, mostColumns) - gutter - 2;
  const cells = drawn(frame, width);
  for (const mark of frame.marks.toSorted((a) => (a.kind === 'best' ? 1 : -1))) place(cells, frame, mark);
  const lines = cells.map((row, n) => {
    const label = labels.get(n) ?? '';
    return `${label.padStart(gutter)} ${label === '' ? '│' : '┤'}${row.join('')}`.trimEnd();
  });
  const foot = axis(intervals, width);
  return [
    cut(`cost a year (${unit})`, columns),
    ...lines,
    `${' '.repeat(gutter)} └${foot.line}`,
    `${' '.repeat(gutter + 2)}${foot.labels}`.trimEnd(),
    cut(`${' '.repeat(gutter + 2)}interval of each server   ${legend(frame)}`.trimEnd(), columns),
  ];
}

function cut(line: string, columns: number): string {
  return line.slice(0, columns).trimEnd();
}

function legend({ marks }: Frame): string {
  const words = { best: 'best', present: 'today' } as const;
  return marks.map(({ kind }) => `${signs[kind]} ${words[kind]}`).join('   ');
}

function rowOf(scale: Scale, value: number): number {
  return Math.floor((1 - scale.at(value)) * rows);
}

/** The curve, one dot at least in each column of dots, joined up where it is steep. */
function drawn({ points, costs }: Frame, width: number): string[][] {
  const bits = Array.from({ length: rows }, () => new Uint8Array(width));
  const [wide, high] = [width * 2, rows * 4];
  let before: number | null = null;
  for (let x = 0; x < wide; x += 1) {
    const share = (x + 0.5) / wide;
    const place = share * (points.length - 1);
    const [left, right] = [points[Math.floor(place)], points[Math.ceil(place)]];
    if (left === undefined || right === undefined) continue;
    const cost = left.costPerYear.value + (right.costPerYear.value - left.costPerYear.value) * (place % 1);
    const y = Math.round((1 - costs.at(cost)) * (high - 1));
    for (const dot of between(before ?? y, y)) dotAt(bits, x, dot, high);
    before = y;
  }
  return bits.map((row) => [...row].map((mask) => (mask === 0 ? ' ' : String.fromCharCode(0x2800 + mask))));
}

/** The dots from next to the last one to this one; of what lies above the picture only where it leaves it. */
function between(from: number, to: number): number[] {
  const [start, end] = [Math.max(-1, from), Math.max(-1, to)];
  const step = Math.sign(start - end);
  return Array.from({ length: Math.max(1, Math.abs(start - end)) }, (_, n) => end + n * step);
}

/** Bit of each dot of a braille character, by its column and row in it. */
const braille = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

function dotAt(bits: readonly Uint8Array[], x: number, y: number, high: number): void {
  if (y < 0 || y >= high) return;
  const row = bits[Math.floor(y / 4)];
  const cell = Math.floor(x / 2);
  if (row !== undefined) row[cell] = (row[cell] ?? 0) | (braille[x % 2]?.[y % 4] ?? 0);
}

function place(cells: string[][], { costs, intervals }: Frame, mark: Mark): void {
  const row = cells[Math.min(rows - 1, Math.max(0, rowOf(costs, mark.costPerYear)))];
  if (row === undefined) return;
  const at = Math.floor(intervals.at(mark.everyHours) * row.length);
  row[Math.min(row.length - 1, Math.max(0, at))] = signs[mark.kind];
}

/** The axis below, with as many of its labels as have room. */
function axis({ at, ticks }: Scale, width: number): { readonly line: string; readonly labels: string } {
  const line = Array.from({ length: width }, () => '─');
  let labels = '';
  for (const { value, label } of ticks) {
    const place = Math.min(width - 1, Math.max(0, Math.floor(at(value) * width)));
    const start = Math.max(0, place - Math.floor(label.length / 2));
    if (start + label.length > width || (labels !== '' && start < labels.length + 1)) continue;
    line[place] = '┬';
    labels = labels.padEnd(start) + label;
  }
  return { line: line.join(''), labels };
}
