import type { Measured, Run } from './losses.ts';

/** The results as a table for the README. */
export function markdown(results: readonly Measured[]): string {
  const rows = results.map(({ way, runs, longestQueue }) => [
    way,
    String(runs.length),
    `${median(runs, 'failed')} (${range(runs, 'failed')})`,
    `${median(runs, 'slow')} (${range(runs, 'slow')})`,
    sum(runs, 'sent').toLocaleString('en-US'),
    String(sum(runs, 'failed')),
    String(longestQueue),
    `${(middle(runs.map(({ rebootMs }) => rebootMs)) / 1000).toFixed(0)} s`,
  ]);
  const header = [
    'one server rebooted by',
    'runs',
    'failed per run',
    'slow per run',
    'requests in all',
    'failed in all',
    'longest queue',
    'time per run',
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
}

type Count = 'sent' | 'failed' | 'slow';

const sum = (runs: readonly Run[], what: Count): number => runs.reduce((total, run) => total + run[what], 0);
const median = (runs: readonly Run[], what: Count): number => middle(runs.map((run) => run[what]));

function range(runs: readonly Run[], what: Count): string {
  const counts = runs.map((run) => run[what]);
  return `${Math.min(...counts)} to ${Math.max(...counts)}`;
}

function middle(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
