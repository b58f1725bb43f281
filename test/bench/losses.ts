// `npm run bench -- losses`: see losses.md.
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { between, nextReport, type Traffic } from '../demo/traffic.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import type { Failure, LoadSummary } from '../lab/load-count.ts';
import { healthChecks, maintScript, rejuv, calm, type Way } from './way.ts';
import { markdown } from './table.ts';

/** Requests of all clients from shortly before one reboot until nothing of it can be felt any more. */
export interface Run extends Traffic {
  readonly server: string;
  /** How long the reboot with all around it took. */
  readonly rebootMs: number;
}

export interface Measured {
  readonly way: string;
  readonly runs: readonly Run[];
  /** The longest queue seen on one server of one load balancer: proof that requests did queue. */
  readonly longestQueue: number;
  readonly load: LoadSummary;
}

const timeoutMs = 5000;
const clients = { keepAlive: 12, cookie: 8, short: 6, slow: 4, queued: 14, thinkMs: 60, timeoutMs };

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, json: { type: 'string' } },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs is a whole number, at least 1');

async function measure(way: Way, count: number): Promise<Measured> {
  const lab = await startLab({
    servers: ['web1', 'web2', 'web3', 'web4'].map((name) => ({
      name,
      words: 'maxconn 3',
      disabled: name === 'web4',
    })),
    haproxy: { inter: '1000ms' },
    downMs: 5000,
    configure: (file) => (file['oldWorkersGone'] = '1s'), // the HAProxys are new, so they have no old workers
  });
  try {
    await way.prepare(lab);
    const queue = watchQueue(lab);
    const load = await lab.startLoad(clients);
    await sleep(3000);
    const measured: Run[] = [];
    let before = await nextReport(load);
    while (measured.length < count) {
      const start = performance.now();
      const server = await way.reboot(lab);
      const rebootMs = Math.round(performance.now() - start);
      await calm(lab);
      await sleep(timeoutMs + 1000); // the last request that hung because of it has been given up by now
      const after = await nextReport(load);
      const run = { server, rebootMs, ...between(before, after) };
      before = after;
      measured.push(run);
      const { sent, failed, slow } = run;
      console.error(
        `${way.name}, run ${measured.length} of ${count}: ${server}, ${(rebootMs / 1000).toFixed(1)} s, ` +
          `${sent} requests, ${failed} failed, ${slow} slow`,
      );
    }
    const summary = await load.stop();
    queue.stop();
    for (const failure of summary.failures.slice(0, 5)) console.error(`  ${describe(failure)}`);
    return { way: way.name, runs: measured, longestQueue: queue.longest(), load: summary };
  } finally {
    await lab.stop();
  }
}

function describe({ at, kind, lb, error, server, ms }: Failure): string {
  return `${at} ${kind} by ${lb}${server === undefined ? '' : ` from ${server}`}: ${error} after ${ms} ms`;
}

function watchQueue(lab: Lab): { longest(): number; stop(): void } {
  let longest = 0;
  const timer = setInterval(() => {
    for (const lb of lab.lbs) {
      lb.command('show stat shop 4 -1').then(
        (text) => {
          const [header = '', ...rows] = text.trimEnd().split('\n');
          const column = header.split(',').indexOf('qcur');
          longest = Math.max(longest, ...rows.map((row) => Number(row.split(',')[column] ?? 0)));
        },
        () => undefined, // one look less
      );
    }
  }, 500);
  return { longest: () => longest, stop: () => clearInterval(timer) };
}

const results: Measured[] = [];
const start = performance.now();
for (const [way, count] of [
  [healthChecks, runs],
  [maintScript, runs],
  [rejuv, runs * 4],
] as const) {
  results.push(await measure(way, count));
}
console.log(markdown(results));
console.error(`\nin all ${Math.round((performance.now() - start) / 1000)} s`);
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify({ clients, runs, results }, null, 2)}\n`);
}
process.exit(results.at(-1)!.load.failed === 0 ? 0 : 1);
