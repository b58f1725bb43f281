// `npm run bench -- idle`: see idle.md.
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runtime } from '../lab/runtime.ts';
import { until } from '../lab/until.ts';
import { slope, spreadOf } from './figures.ts';
import { cpuMs, residentMiB, startIdlePair, startSidecar, startTarget, stopProcess } from './idle-sidecar.ts';
import { installed } from './installed.ts';
import type { Pair } from './pair.ts';
import { publish, type Row } from './report.ts';

const runs = 3;
const settleMs = 10_000;
const watchMs = 30_000;
const polls = 10_000;
/** Memory of the first polls is that of code that is being compiled; growth is looked for behind them. */
const warmPolls = 2_000;
/** One forgotten listener per poll would be more; what is compiled late is less. */
const leastLeakMiB = (polls * 64) / 2 ** 20;

const target = await startTarget();
const pair = await startIdlePair(target.port);
const rows: Row[] = [];
const details: Record<string, unknown> = {};
try {
  for (const way of installed()) {
    const seen: Idle[] = [];
    for (let run = 0; run < runs; run += 1) seen.push(await idleOnce(way.main, pair));
    const grown = await growth(way.main, pair);
    details[way.name] = { seen, grown };
    const each = (pick: (one: (typeof seen)[number]) => number) => spreadOf(seen.map(pick));
    const { name } = way;
    rows.push(
      {
        what: `${name}: resident / empty process`,
        measured: each((one) => one.rss / one.empty),
        unit: '',
        goal: 2.2,
      },
      { what: `${name}: empty process`, measured: each((one) => one.empty), unit: ' MiB', goal: null },
      { what: `${name}: sidecar`, measured: each((one) => one.rss), unit: ' MiB', goal: null },
      { what: `${name}: CPU of a core`, measured: each((one) => one.cpuPercent), unit: ' %', goal: 1 },
      {
        what: `${name}: live heap, more per ${polls} polls`,
        measured: spreadOf([grown.heap]),
        unit: ' MiB',
        goal: leastLeakMiB,
      },
      {
        what: `${name}: resident, more per ${polls} polls`,
        measured: spreadOf([grown.rss]),
        unit: ' MiB',
        goal: null,
      },
    );
  }
} finally {
  await pair.stop();
  target.close();
}
process.exitCode = await publish('idle', rows, details);

interface Idle {
  /** Resident, MiB. */
  readonly rss: number;
  readonly empty: number;
  readonly cpuPercent: number;
}

/** Memory and CPU at a poll of 2 s, next to a Node process that does nothing. */
async function idleOnce(main: string, over: Pair): Promise<Idle> {
  const config = await over.writeConfig(5, '2s');
  const idle = join(over.directory, 'idle.cjs');
  await writeFile(idle, 'setInterval(() => undefined, 1e8);\n');
  const empty = spawn(process.execPath, [idle], { stdio: 'ignore' });
  const sidecar = await startSidecar(main, over, config);
  try {
    await sleep(settleMs);
    const before = await cpuMs(sidecar.pid!);
    const start = performance.now();
    await sleep(watchMs);
    const cpuPercent = ((await cpuMs(sidecar.pid!)) - before) / ((performance.now() - start) / 100);
    return { rss: await residentMiB(sidecar.pid!), empty: await residentMiB(empty.pid!), cpuPercent };
  } finally {
    await stopProcess(sidecar);
    await stopProcess(empty);
  }
}

/**
 * Live heap and resident memory over many polls that follow each other closely. Each poll is one connection to each
 * HAProxy, and HAProxy counts them. What is alive is what is left after a full collection, which the sidecar is told to
 * make by a signal; nothing else in it differs from the one that people run.
 */
async function growth(main: string, over: Pair) {
  const config = await over.writeConfig(5, '1ms');
  const heapFile = join(over.directory, 'heap');
  const hook = join(over.directory, 'hook.cjs');
  await writeFile(hook, hookText(heapFile));
  const sidecar = await startSidecar(main, over, config, ['--expose-gc', '--require', hook]);
  const points: { polls: number; heap: number; rss: number }[] = [];
  try {
    const first = await connections(over);
    while ((points.at(-1)?.polls ?? 0) < polls + warmPolls) {
      await sleep(1_000);
      await rm(heapFile, { force: true });
      sidecar.kill('SIGUSR2');
      await until('the sidecar has collected', async () => (await readFile(heapFile, 'utf8')) !== '');
      const heap = Number(await readFile(heapFile, 'utf8')) / 2 ** 20;
      const done = (await connections(over)) - first - points.length;
      points.push({ polls: done, heap, rss: await residentMiB(sidecar.pid!) });
    }
  } finally {
    await stopProcess(sidecar);
  }
  const warm = points.filter((point) => point.polls >= warmPolls);
  const per = (pick: (point: (typeof points)[number]) => number): number =>
    polls * slope(warm.map((point) => ({ x: point.polls, y: pick(point) })));
  return { heap: per(({ heap }) => heap), rss: per(({ rss }) => rss), points };
}

function hookText(file: string): string {
  return `process.on('SIGUSR2', () => {
  gc();
  const path = ${JSON.stringify(file)};
  require('node:fs').writeFileSync(path + '.new', String(process.memoryUsage().heapUsed));
  require('node:fs').renameSync(path + '.new', path);
});
`;
}

/** How many connections the first HAProxy has had. */
async function connections(over: Pair): Promise<number> {
  const info = await runtime(over.lbs[0]!.socket, 'show info');
  return Number(/^CumConns: (\d+)$/m.exec(info)?.[1]);
}
