// `npm run bench -- detectors`: see detectors.md.
import { parseArgs } from 'node:util';
import { detectors, ours, type Detector } from '../policy/aging/detectors.ts';
import { healthy, leaks } from '../policy/aging/recipes.ts';
import { alarmsOf, shareOfWay } from '../policy/aging/replay.ts';
import { day, makeSeries, minute, stepMs, type Recipe, type Series } from '../policy/aging/series.ts';
import { median } from './figures.ts';
import { keep } from './report.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2' },
    first: { type: 'string', default: '1' },
    every: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.first) + i);
const everyMs = Number(values.every) * minute;
const paces = [...new Set(leaks.map(({ pace }) => pace))];
const seriesOf = (recipe: Recipe): Series[] => seeds.map((seed) => makeSeries(recipe, seed));

function falseAlarms(recipe: Recipe) {
  const all = seriesOf(recipe);
  const years = all.reduce((sum, one) => sum + (one.values.length * stepMs) / (365 * day), 0);
  const count = (detector: Detector): number =>
    all.reduce((sum, one) => sum + alarmsOf(one, detector, everyMs).length, 0);
  const row = { name: recipe.name, years, counts: detectors.map(count) };
  console.error(`${row.name}: ${row.counts.join(', ')}`);
  return row;
}

function detections(pace: string) {
  const found = leaks
    .filter((leak) => leak.pace === pace)
    .flatMap(({ recipe }) => {
      const lookMs = Math.max(
        15 * minute,
        Math.floor((recipe.leak?.exhaustionMs ?? 0) / 100 / stepMs) * stepMs,
      );
      return seriesOf(recipe).map((one) => ({
        name: recipe.name,
        seed: one.seed,
        shares: detectors.map((detector) => shareOfWay(one, detector, lookMs)),
      }));
    });
  console.error(`${pace}: ${found.length} series`);
  return { pace, found };
}

/** Medians of the CPU time of one look on the last week of each kind of series without a leak. */
function cost(): number {
  const times = healthy.map((recipe) => {
    const one = makeSeries(recipe, 1);
    const samples = {
      length: 2016,
      at: (i: number) => one.startAt + i * stepMs,
      value: (i: number) => one.values[i] ?? NaN,
    };
    const look = (): boolean => ours.holds({ samples, since: 0, now: one.startAt + 7 * day });
    for (let i = 0; i < 30; i++) look();
    const before = process.cpuUsage();
    for (let i = 0; i < 50; i++) look();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 50 / 1000;
  });
  return median(times);
}

const costMs = cost();
const alarms = healthy.map(falseAlarms);
const delays = paces.map(detections);
const perYear = detectors.map(
  (_, d) => sum(alarms.map(({ counts }) => counts[d] ?? 0)) / sum(alarms.map(({ years }) => years)),
);

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = (header: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [line(header), line(header.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
const names = detectors.map(({ name }) => name);
const share = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : 'never');

const text = [
  `Seeds ${seeds.join(', ')}; ${sum(alarms.map(({ years }) => years)).toFixed(1)} server-years without a leak.`,
  '',
  table(
    ['false alarms per server-year', ...names],
    [
      ...alarms.map(({ name, years, counts }) => [
        name,
        ...counts.map((count) => (count / years).toFixed(1)),
      ]),
      ['all', ...perYear.map((rate) => rate.toFixed(2))],
    ],
  ),
  '',
  table(
    ['detection: median / latest (after 0.8)', ...names],
    delays.map(({ pace, found }) => [
      pace,
      ...detectors.map((_, d) => {
        const shares = found.map(({ shares: all }) => all[d] ?? Infinity);
        const late = shares.filter((one) => one > 0.8).length;
        return `${share(median(shares))} / ${share(Math.max(...shares))} (${late} of ${shares.length})`;
      }),
    ]),
  ),
  '',
  'After 0.8 of the way with the last of these:',
  ...delays.flatMap(({ found }) =>
    found
      .filter(({ shares }) => (shares.at(-1) ?? Infinity) > 0.8)
      .map(({ name, seed, shares }) => `- ${name}, seed ${seed}: ${share(shares.at(-1) ?? Infinity)}`),
  ),
  '',
  `One forecast on a week of means: ${costMs.toFixed(2)} ms of CPU.`,
].join('\n');
const json = `${JSON.stringify({ bench: 'detectors', seeds, everyMs, detectors: names, perYear, alarms, delays, costMs }, null, 2)}\n`;
await keep('detectors', json);
(values.json ? process.stderr : process.stdout).write(`${text}\n`);
if (values.json) process.stdout.write(json);
process.exitCode = (perYear.at(-1) ?? Infinity) <= 1 ? 0 : 1;

function sum(figures: readonly number[]): number {
  return figures.reduce((a, b) => a + b, 0);
}
