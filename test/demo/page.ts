import type { Progress } from '../../src/domain/progress.ts';
import type { LoadSummary } from '../lab/load-count.ts';
import { phaseTimes } from './tale.ts';
import type { Traffic } from './traffic.ts';

/** One boot of the aged server, as the server itself tells it. */
export interface Boot {
  readonly id: string;
  readonly uptimeSeconds: number;
  /** What its application holds in memory; null while it is asleep. */
  readonly memoryBytes: number | null;
}

/** Everything that the closing page shows. */
export interface Story {
  readonly server: string;
  readonly lines: readonly Progress[];
  readonly traffic: Readonly<Record<'before' | 'during' | 'after', Traffic>>;
  readonly latency: Readonly<Record<'before' | 'after', LoadSummary['latencyMs']>>;
  readonly boot: Readonly<Record<'before' | 'after', Boot>>;
  readonly status: string;
}

/** The page at the end of the demo. */
export function page(story: Story): string {
  const { lines, traffic, latency, boot, server } = story;
  const { before, during, after } = traffic;
  const times = phaseTimes(lines);
  const all = times.reduce((sum, { ms }) => sum + ms, 0);
  const counts = (key: 'sent' | 'failed' | 'slow'): string[] =>
    [before, during, after].map((one) => number(one[key]));
  const over = (key: keyof typeof latency.before): string[] => [
    `${latency.before[key]} ms`,
    '',
    `${latency.after[key]} ms`,
  ];
  return [
    heading('what happened'),
    ...times.map(({ phase, ms }) => `  ${phase.padEnd(14)}${seconds(ms)}  ${bar(ms, all)}`),
    `  ${'in all'.padEnd(14)}${seconds(all)}`,
    heading('what the clients saw'),
    ...table([
      ['', 'before', 'during', 'after'],
      ['seconds', ...[before, during, after].map(({ elapsedMs }) => (elapsedMs / 1000).toFixed(0))],
      ['requests sent', ...counts('sent')],
      ['failed', ...counts('failed')],
      ['slow (over 1 s late)', ...counts('slow')],
      ['half answered within', ...over('p50')],
      ['99 of 100 within', ...over('p99')],
    ]),
    heading(`${server}, the aged server`),
    ...table([
      ['', 'before', 'after'],
      ['boot id', boot.before.id, boot.after.id],
      ['running for', duration(boot.before.uptimeSeconds), duration(boot.after.uptimeSeconds)],
      ['its shop holds', memory(boot.before), memory(boot.after)],
    ]),
    heading('rejuv status'),
    ...story.status
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`.trimEnd()),
  ].join('\n');
}

const heading = (text: string): string => `\n${text}\n${'-'.repeat(text.length)}`;
const number = (value: number): string => value.toLocaleString('en-US');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(6)} s`;
const bar = (ms: number, all: number): string =>
  '#'.repeat(Math.max(1, Math.round((ms / Math.max(all, 1)) * 50)));

function duration(value: number): string {
  if (value >= 2 * 86_400) return `${Math.round(value / 86_400)} days`;
  return `${value.toFixed(1)} s`;
}

function memory({ memoryBytes }: Boot): string {
  return memoryBytes === null
    ? 'nothing: it sleeps, as spares do'
    : `${Math.round(memoryBytes / 1024 / 1024)} MiB`;
}

/** Columns as wide as they must be: the first to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? `  ${cell.padEnd(widths[0]!)}` : cell.padStart(widths[column]!)))
      .join('   ')
      .trimEnd(),
  );
}
