// `npm run bench -- sampling`: see sampling.md.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, spreadOf } from './figures.ts';
import { publish, type Row } from './report.ts';

const { values } = parseArgs({
  options: { days: { type: 'string', default: '8' }, json: { type: 'boolean' } },
});
const root = fileURLToPath(new URL('../../', import.meta.url));
const loads = 3;
const servers = 1_000;
const everyMs = 15_000;
const newMeanMs = 300_000;

interface Measured {
  readonly cpuShare?: number;
  readonly highestMiB?: number;
  readonly loadMs?: number;
  readonly loadCpuMs?: number;
  readonly now: number;
  readonly backends: readonly number[];
  readonly oneBackend: readonly number[];
  readonly allAged: readonly number[];
  readonly trendsMs: number;
  readonly keptTrendsMs: number;
  readonly emptyMiB: number;
  readonly rssMiB: number;
}

interface Fetched {
  readonly readingMs: readonly number[];
  readonly parsingMs: readonly number[];
}

/** Compiled as the sidecar is, and run without the loader of TypeScript, which costs time and memory of its own. */
function program(name: string): string {
  return join(root, '.cache/bench/program/test/bench', `${name}.js`);
}

function run(args: readonly string[]): string {
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
  if (ran.status !== 0)
    throw new Error(`${args.join(' ')} ended with ${ran.status ?? '?'}: ${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

function inProcess(...args: readonly string[]): Measured {
  return JSON.parse(run([program('sampling-process'), ...args])) as Measured;
}

async function fetched(): Promise<Fetched> {
  const exporter = spawn(process.execPath, [program('sampling-exporter')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = (await once(exporter.stdout, 'data')) as [Buffer];
    return JSON.parse(run([program('sampling-fetch'), port.toString().trim(), '400'])) as Fetched;
  } finally {
    exporter.kill();
  }
}

async function mebibytesIn(directory: string): Promise<number> {
  const sizes = (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 2 ** 20;
}

run(['node_modules/typescript/bin/tsc', '-p', '.config/tsconfig.bench.json']);
const directory = await mkdtemp(join(tmpdir(), 'rejuv-bench-'));
try {
  const pages = await fetched();
  const filled = inProcess('fill', directory, values.days);
  const onDisk = await mebibytesIn(join(directory, 'samples'));
  const loaded = Array.from({ length: loads }, () => inProcess('load', directory, String(filled.now)));
  const keeping = 100 * (filled.cpuShare ?? NaN);
  const judging = (100 * (median(filled.backends) + filled.keptTrendsMs)) / everyMs;
  const foretelling = (100 * filled.trendsMs) / newMeanMs;
  const reading = pages.readingMs.map((ms) => (100 * ms * servers) / everyMs);
  const parsing = pages.parsingMs.map((ms) => (100 * ms * servers) / everyMs);
  const share = (what: string, shares: readonly number[], goal: number | null): Row => ({
    ...{ what: `CPU of a core: ${what}`, measured: spreadOf(shares), unit: ' %', goal },
  });
  const row = (what: string, figures: readonly number[], unit: string, goal: number | null): Row => ({
    ...{ what, measured: spreadOf(figures), unit, goal },
  });
  const rows: Row[] = [
    share('samples kept and written', [keeping], null),
    share('thresholds, every 15 s', [judging], null),
    share('trends, one a server', [foretelling], null),
    share('pages of 60 kB fetched and read (400 readings, scaled)', reading, null),
    share('of that, parsing', parsing, null),
    share('in all', [keeping + judging + foretelling + median(reading)], 5),
    row('one evaluation, backends of 20, CPU', filled.backends, ' ms', 50),
    row('one evaluation, one backend of 1,000, CPU', filled.oneBackend, ' ms', 50),
    row('one evaluation, every server aged, CPU', filled.allAged, ' ms', null),
    row('1,000 new trends, CPU', [filled.trendsMs], ' ms', null),
    row('resident, before anything', [filled.emptyMiB], ' MiB', null),
    row('resident, running', [filled.rssMiB], ' MiB', 300),
    row('resident, at most', [filled.highestMiB ?? NaN], ' MiB', 300),
    row(
      'load, CPU',
      loaded.map(({ loadCpuMs }) => loadCpuMs ?? NaN),
      ' ms',
      null,
    ),
    row(
      'load',
      loaded.map(({ loadMs }) => loadMs ?? NaN),
      ' ms',
      null,
    ),
    row(
      'resident, after a restart',
      loaded.map(({ rssMiB }) => rssMiB),
      ' MiB',
      300,
    ),
    row('on the disk', [onDisk], ' MiB', null),
  ];
  process.exitCode = await publish('sampling', rows, { pages, filled, loaded });
} finally {
  await rm(directory, { recursive: true, force: true });
}
