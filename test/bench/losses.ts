// `npm run bench -- losses`: see losses.md.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startLab, type Lab } from '../lab/lab.ts';
import type { Failure, LoadSummary } from '../lab/load-count.ts';
import type { LabOptions } from '../lab/options.ts';
import { healthChecks, maintScript, rejuv, calm, type Way } from './way.ts';
import { keep } from './report.ts';
import { markdown } from './table.ts';

/** Requests of all clients from shortly before one reboot until nothing of it can be felt any more. */
export interface Run extends LoadSummary {
  readonly server: string;
  /** How long the reboot with all around it took. */
  readonly rebootMs: number;
}

export interface Measured {
  readonly way: string;
  readonly runs: readonly Run[];
  /** The longest queue seen on one server of one load balancer: proof that requests did queue. */
  readonly longestQueue: number;
}

/** Time of traffic before and after a reboot with nothing else going on. */
const calmMs = 3000;
const clients = { keepAlive: 12, cookie: 8, short: 6, slow: 3, queued: 18, thinkMs: 60, timeoutMs: 5000 };

const labOptions: LabOptions = {
  servers: ['web1', 'web2', 'web3', 'web4'].map((name) => ({
    name,
    words: 'maxconn 4',
    disabled: name === 'web4',
  })),
  haproxy: { inter: '1000ms' },
  downMs: 5000,
  configure: (file) => (file['oldWorkersGone'] = '1s'), // the HAProxys are new, so they have no old workers
};

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs is a whole number, at least 1');

async function measure(way: Way, count: number): Promise<Measured> {
  const measured: Run[] = [];
  const queue = { longest: 0 };
  while (measured.length < count) {
    const lab = await startLab(labOptions);
    const watching = watchQueue(lab, queue);
    try {
      await way.prepare(lab);
      // A server that was cut off leaves hung requests behind, which hold its slots in HAProxy for a minute: the next
      // reboot would have little left to hurt. So these ways get a new lab for each run; rejuv has to do with one.
      const runsHere = way.leavesTraces ? 1 : count;
      for (let run = 0; run < runsHere; run += 1) {
        measured.push(await once(way, lab));
        tell(way, measured.at(-1)!, `run ${measured.length} of ${count}`);
      }
    } finally {
      clearInterval(watching);
      await lab.stop();
    }
  }
  return { way: way.name, runs: measured, longestQueue: queue.longest };
}

/** One reboot under clients of its own. */
async function once(way: Way, lab: Lab): Promise<Run> {
  const load = await lab.startLoad(clients);
  await sleep(calmMs);
  const start = performance.now();
  const server = await way.reboot(lab);
  const rebootMs = Math.round(performance.now() - start);
  await calm(lab);
  await sleep(calmMs);
  return { server, rebootMs, ...(await load.stop()) };
}

function tell(way: Way, { server, rebootMs, sent, failed, slow, failures }: Run, which: string): void {
  const counts = `${sent} requests, ${failed} failed, ${slow} slow`;
  console.error(`${way.name}, ${which}: ${server}, ${(rebootMs / 1000).toFixed(1)} s, ${counts}`);
  for (const failure of failures.slice(0, 5)) console.error(`  ${describe(failure)}`);
}

function describe({ at, kind, lb, error, server, ms }: Failure): string {
  return `${at} ${kind} by ${lb}${server === undefined ? '' : ` from ${server}`}: ${error} after ${ms} ms`;
}

/** Keeps the longest queue of any server on either load balancer. */
function watchQueue(lab: Lab, queue: { longest: number }): NodeJS.Timeout {
  return setInterval(() => {
    for (const lb of lab.lbs) {
      lb.command('show stat shop 4 -1').then(
        (text) => {
          const [header = '', ...rows] = text.trimEnd().split('\n');
          const column = header.split(',').indexOf('qcur');
          queue.longest = Math.max(queue.longest, ...rows.map((row) => Number(row.split(',')[column] ?? 0)));
        },
        () => undefined, // one look less
      );
    }
  }, 500);
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
const text = `${JSON.stringify({ clients, runs, results }, null, 2)}\n`;
await keep('losses', text);
console.log(values.json ? text : markdown(results));
console.error(`\nin all ${Math.round((performance.now() - start) / 1000)} s`);
process.exit(results.at(-1)!.runs.every(({ failed }) => failed === 0) ? 0 : 1);
