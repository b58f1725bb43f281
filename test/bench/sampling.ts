// `npm run bench -- sampling`: see sampling.md.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { expositionRounds, expositionRows } from './exposition-rounds.ts';
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

interface Filled {
  readonly cpuShare: number;
  readonly highestMiB: number;
  readonly now: number;
  readonly backends: readonly number[];
  readonly oneBackend: readonly number[];
  readonly allAged: readonly number[];
  readonly trendsMs: number;
  readonly keptTrendsMs: number;
  readonly emptyMiB: number;
  readonly rssMiB: number;
}

interface Loaded {
  readonly loadMs: number;
  readonly loadCpuMs: number;
  readonly rssMiB: number;
}

interface Live {
  readonly shares: readonly number[];
  readonly rssMiB: readonly number[];
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

/** What the first line of the program gives to Node. */
const [, nodeOptions = ''] =
  /^#!\/usr\/bin\/env -S node (.+)\n/.exec(readFileSync(join(root, 'src/main.ts'), 'utf8')) ?? [];

function inProcess(name: string, ...args: readonly string[]): unknown {
  return JSON.parse(run([...nodeOptions.split(' '), program(name), ...args]));
}

async function live(directory: string, now: number): Promise<Live> {
  const exporter = spawn(process.execPath, [program('sampling-exporter'), String(servers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let ports = '';
    for await (const chunk of exporter.stdout as AsyncIterable<Buffer>) {
      ports += chunk.toString();
      if (ports.endsWith('\n')) break;
    }
    return inProcess('sampling-live', directory, String(now), ports.trim()) as Live;
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
  const filled = inProcess('sampling-process', 'fill', directory, values.days) as Filled;
  const onDisk = await mebibytesIn(join(directory, 'samples'));
  const loaded = Array.from(
    { length: loads },
    () => inProcess('sampling-process', 'load', directory) as Loaded,
  );
  const measuring = await live(directory, filled.now);
  const keeping = 100 * filled.cpuShare;
  const judging = (100 * (median(filled.backends) + filled.keptTrendsMs)) / everyMs;
  const foretelling = (100 * filled.trendsMs) / newMeanMs;
  const parsing = measuring.parsingMs.map((ms) => (100 * ms * servers) / everyMs);
  const exposition = expositionRounds();
  const share = (what: string, shares: readonly number[], goal: number | null): Row => ({
    ...{ what: `CPU of a core: ${what}`, measured: spreadOf(shares), unit: ' %', goal },
  });
  const row = (what: string, figures: readonly number[], unit: string, goal: number | null): Row => ({
    ...{ what, measured: spreadOf(figures), unit, goal },
  });
  const rows: Row[] = [
    share('measuring and judging 1,000 servers, as it runs', measuring.shares, 5),
    share('of that, parsing pages of 60 kB', parsing, null),
    share('of that, samples kept and written', [keeping], null),
    share('of that, thresholds', [judging], null),
    share('of that, trends, one a server', [foretelling], null),
    row('one evaluation, backends of 20, CPU', filled.backends, ' ms', 50),
    row('one evaluation, one backend of 1,000, CPU', filled.oneBackend, ' ms', 50),
    row('one evaluation, every server aged, CPU', filled.allAged, ' ms', null),
    row('1,000 new trends, CPU', [filled.trendsMs], ' ms', null),
    row('resident, before anything', [filled.emptyMiB], ' MiB', null),
    row('resident, all samples', [filled.rssMiB], ' MiB', 300),
    row('resident, all samples, at most', [filled.highestMiB], ' MiB', 300),
    row('resident, measuring and judging as it runs', measuring.rssMiB, ' MiB', 300),
    row(
      'load, CPU',
      loaded.map(({ loadCpuMs }) => loadCpuMs),
      ' ms',
      null,
    ),
    row(
      'load',
      loaded.map(({ loadMs }) => loadMs),
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
    ...expositionRows(exposition),
  ];
  process.exitCode = await publish('sampling', rows, { filled, loaded, measuring, exposition });
} finally {
  await rm(directory, { recursive: true, force: true });
}
