import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Spread } from './figures.ts';

const directory = fileURLToPath(new URL('../../.cache/bench/', import.meta.url));

/** One line of the table of a measurement. */
export interface Row {
  readonly what: string;
  readonly measured: Spread;
  readonly unit: string;
  /** The most it should be; null: for information. */
  readonly goal: number | null;
}

/**
 * Prints the table for people and keeps everything in `.cache/bench/NAME.json`; with `--json` on the command line the
 * same JSON goes to standard output and the table to standard error. Gives the exit status: 1 when a goal was missed.
 */
export async function publish(name: string, rows: readonly Row[], details: unknown = null): Promise<number> {
  const missed = rows.filter(({ measured, goal }) => goal !== null && measured.median > goal);
  const document = {
    bench: name,
    node: process.version,
    loadOfTheMachine: loadavg()[0],
    rows: rows.map((row) => ({ ...row, met: row.goal === null ? null : row.measured.median <= row.goal })),
    details,
  };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  await keep(name, text);
  const json = process.argv.includes('--json');
  (json ? process.stderr : process.stdout).write(`${tableOf(rows)}\n`);
  if (json) process.stdout.write(text);
  return missed.length === 0 ? 0 : 1;
}

/** Writes `.cache/bench/NAME.json`. */
export async function keep(name: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(`${directory}${name}.json`, text);
}

/** The rows as a table in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const header = ['measured', 'median', 'lowest to highest', 'rounds', 'goal', ''];
  const cells = rows.map(({ what, measured, unit, goal }) => [
    what,
    `${shown(measured.median)}${unit}`,
    `${shown(measured.lowest)} to ${shown(measured.highest)}${unit}`,
    String(measured.rounds),
    goal === null ? '' : `at most ${shown(goal)}${unit}`,
    goal === null ? '' : measured.median <= goal ? 'met' : 'missed',
  ]);
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [line(header), line(header.map((_, at) => (at === 0 ? '---' : '--:'))), ...cells.map(line)].join(
    '\n',
  );
}

function shown(figure: number): string {
  return Math.abs(figure) >= 100 ? figure.toFixed(0) : figure.toFixed(2);
}
