// `npm run bench -- status`: see status.md.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, spreadOf } from './figures.ts';
import { startIdlePair, startSidecar, startTarget, stopProcess } from './idle-sidecar.ts';
import { installed } from './installed.ts';
import { publish, type Row } from './report.ts';

const rounds = 25;
const perRatio = 5;

/** Milliseconds from the start of a Node process to its end; `expected` is what it has to print. */
function timed(args: readonly string[], expected: string): number {
  const start = performance.now();
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const took = performance.now() - start;
  if (ran.status !== 0) throw new Error(`${args.join(' ')} ended with ${ran.status ?? '?'}: ${ran.stderr}`);
  if (!ran.stdout.includes(expected)) throw new Error(`${args.join(' ')} did not print ${expected}`);
  return took;
}

const target = await startTarget();
const pair = await startIdlePair(target.port);
const rows: Row[] = [];
const details: Record<string, unknown> = {};
try {
  const config = await pair.writeConfig(5, '2s');
  const empty = join(pair.directory, 'empty.cjs');
  await writeFile(empty, '');
  for (const { name, main } of installed()) {
    const sidecar = await startSidecar(main, pair, config);
    try {
      const times: { empty: number; status: number; version: number }[] = [];
      const status = [main, 'status', '-c', config];
      for (let round = -3; round < rounds; round += 1) {
        const one = {
          empty: timed([empty], ''),
          status: timed(status, 'as the sidecar knows it'),
          version: timed([main, '--version'], '.'),
        };
        if (round >= 0) times.push(one); // the first few fill the caches of the disk
        await sleep(20);
      }
      details[name] = times;
      // A ratio of two single starts is mostly noise: each is of the medians of some that alternate.
      const ratios = groupsOf(times, perRatio).map(
        (group) => median(group.map((one) => one.status)) / median(group.map((one) => one.empty)),
      );
      const each = (pick: (one: (typeof times)[number]) => number) => spreadOf(times.map(pick));
      rows.push(
        { what: `${name}: rejuv status / empty script`, measured: spreadOf(ratios), unit: '', goal: 2 },
        { what: `${name}: empty script`, measured: each((one) => one.empty), unit: ' ms', goal: null },
        { what: `${name}: rejuv status`, measured: each((one) => one.status), unit: ' ms', goal: null },
        { what: `${name}: rejuv --version`, measured: each((one) => one.version), unit: ' ms', goal: null },
      );
    } finally {
      await stopProcess(sidecar);
    }
  }
} finally {
  await pair.stop();
  target.close();
}
process.exitCode = await publish('status', rows, details);

function groupsOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.floor(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}
