// `npm run bench -- sampling`: see sampling.md.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { spreadOf } from './figures.ts';
import { publish, type Row } from './report.ts';

const { values } = parseArgs({
  options: { days: { type: 'string', default: '8' }, json: { type: 'boolean' } },
});
const child = fileURLToPath(new URL('./sampling-process.ts', import.meta.url));
const loads = 3;

interface Measured {
  readonly cpuShare?: number;
  readonly highestMiB?: number;
  readonly loadMs?: number;
  readonly loadCpuMs?: number;
  readonly now: number;
  readonly evaluations: readonly number[];
  readonly emptyMiB: number;
  readonly rssMiB: number;
  readonly samples: number;
  readonly means: number;
}

function inProcess(...args: readonly string[]): Measured {
  const ran = spawnSync(process.execPath, ['--import', 'tsx', child, ...args], { encoding: 'utf8' });
  if (ran.status !== 0)
    throw new Error(`the measured process ended with ${ran.status ?? '?'}: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as Measured;
}

async function mebibytesIn(directory: string): Promise<number> {
  const sizes = (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 2 ** 20;
}

const directory = await mkdtemp(join(tmpdir(), 'rejuv-bench-'));
try {
  const filled = inProcess('fill', directory, values.days);
  const onDisk = await mebibytesIn(join(directory, 'samples'));
  const loaded = Array.from({ length: loads }, () => inProcess('load', directory, String(filled.now)));
  const rows: Row[] = [
    { what: 'CPU of a core', measured: spreadOf([100 * (filled.cpuShare ?? NaN)]), unit: ' %', goal: 5 },
    { what: 'resident, before anything', measured: spreadOf([filled.emptyMiB]), unit: ' MiB', goal: null },
    { what: 'resident, running', measured: spreadOf([filled.rssMiB]), unit: ' MiB', goal: 300 },
    { what: 'resident, at most', measured: spreadOf([filled.highestMiB ?? NaN]), unit: ' MiB', goal: 300 },
    { what: 'one evaluation, CPU', measured: spreadOf(filled.evaluations), unit: ' ms', goal: 50 },
    {
      what: 'load, CPU',
      measured: spreadOf(loaded.map(({ loadCpuMs }) => loadCpuMs ?? NaN)),
      unit: ' ms',
      goal: null,
    },
    { what: 'load', measured: spreadOf(loaded.map(({ loadMs }) => loadMs ?? NaN)), unit: ' ms', goal: null },
    {
      what: 'resident, after a restart',
      measured: spreadOf(loaded.map(({ rssMiB }) => rssMiB)),
      unit: ' MiB',
      goal: 300,
    },
    { what: 'on the disk', measured: spreadOf([onDisk]), unit: ' MiB', goal: null },
  ];
  process.exitCode = await publish('sampling', rows, { filled, loaded });
} finally {
  await rm(directory, { recursive: true, force: true });
}
