// `npm run bench -- failover`: see failover.md.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSidecar, statusOf } from '../demo/sidecar.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import type { LoadSummary } from '../lab/load-count.ts';
import type { LabOptions } from '../lab/options.ts';
import { until } from '../lab/until.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { partsOf, type Parts, type Pace } from './failover-parts.ts';
import { spreadOf } from './figures.ts';
import { publish, type Row } from './report.ts';
import { startWitness } from './witness.ts';

const clients = { keepAlive: 12, cookie: 8, short: 6, slow: 3, thinkMs: 60, timeoutMs: 5_000 };
const calmMs = 2_000;
/** After the kill: longer than any failover here takes, and than a client waits. */
const afterMs = 12_000;
const pace: Pace = { pollMs: 2_000, checkMs: 1_000, probePasses: 3, probeEveryMs: 1_000 };

interface Run {
  readonly parts: Parts | null;
  readonly load: LoadSummary;
}

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});
const count = Number(values.runs);
if (!Number.isInteger(count) || count < 1) throw new Error('--runs is a whole number, at least 1');

function options(primaries: number, way: 'rejuv' | 'alone'): LabOptions {
  const names = Array.from({ length: primaries }, (_, at) => `web${at + 1}`);
  const spare = way === 'alone' ? { words: 'backup' } : { disabled: true, enabled: true };
  return {
    servers: [...names.map((name) => ({ name })), { name: `web${primaries + 1}`, ...spare }],
    haproxy: { inter: `${pace.checkMs}ms`, fall: 2, rise: 2 },
    configure: (file) => {
      file['oldWorkersGone'] = '1s'; // the HAProxys are new, so they have no old workers
      const shop = file.backends['shop']!;
      delete shop['spare']; // it runs
      const probe = { http: 'http://{address}:{port}/health', expect: 200, timeout: '1s', deadline: '30s' };
      Object.assign(shop, {
        minServing: 1,
        probe: { ...probe, passes: pace.probePasses, every: `${pace.probeEveryMs}ms` },
        faults: { every: `${pace.pollMs}ms`, fall: 3, rise: 2, onFault: 'failover' },
      });
    },
  };
}

async function once(primaries: number, way: 'rejuv' | 'alone'): Promise<Run> {
  const lab = await startLab(options(primaries, way));
  try {
    if (way === 'rejuv') await startWatching(lab);
    const witness = startWitness(lab, 'web1');
    const clientsAtWork = await lab.startLoad(clients);
    await sleep(calmMs + Math.random() * pace.pollMs); // in any part of rejuv's pace
    const killedAt = Date.now();
    await lab.server('web1').signalApp('KILL');
    await sleep(afterMs);
    const load = await clientsAtWork.stop();
    const sights = await witness.stop();
    if (way === 'alone') return { parts: null, load };
    const { operations } = JSON.parse((await lab.rejuv(['history', '--json'])).stdout) as {
      operations: Operation[];
    };
    const operation = operations.find(({ kind }) => kind === 'failover');
    if (operation?.phase !== 'completed') throw new Error(`no failover: ${JSON.stringify(operations)}`);
    return { parts: partsOf(operation, { killedAt, spare: `web${primaries + 1}` }, sights, pace), load };
  } finally {
    await lab.stop();
  }
}

async function startWatching(lab: Lab): Promise<void> {
  await startSidecar(lab);
  await until(
    'every server is well',
    async () => {
      const [backend] = (await statusOf(lab)).backends;
      return backend!.servers.every(({ watch }) => watch?.verdict === 'well');
    },
    { withinMs: 30_000, everyMs: 300 },
  );
}

async function runs(primaries: number, way: 'rejuv' | 'alone'): Promise<Run[]> {
  const all: Run[] = [];
  while (all.length < count) {
    const run = await once(primaries, way);
    all.push(run);
    const took = run.parts === null ? '' : `, ${Math.round(run.parts.totalMs)} ms in all`;
    const { sent, failed, slow } = run.load;
    console.error(
      `${way}, ${primaries} primaries, run ${all.length}: ${failed} of ${sent} failed, ${slow} slow${took}`,
    );
  }
  return all;
}

const details = {
  rejuvOfThree: await runs(3, 'rejuv'),
  aloneOfThree: await runs(3, 'alone'),
  rejuvOfOne: await runs(1, 'rejuv'),
  aloneOfOne: await runs(1, 'alone'),
};
const parts = [...details.rejuvOfThree, ...details.rejuvOfOne].flatMap((run) => run.parts ?? []);
const part = (what: string, pick: (one: Parts) => number, goal: number | null = null): Row => ({
  what,
  measured: spreadOf(parts.map(pick)),
  unit: ' ms',
  goal,
});
const clientsOf = (what: string, all: readonly Run[]): Row[] => [
  { what: `${what}: failed`, measured: spreadOf(all.map(({ load }) => load.failed)), unit: '', goal: null },
  { what: `${what}: slow`, measured: spreadOf(all.map(({ load }) => load.slow)), unit: '', goal: null },
];
process.exitCode = await publish(
  'failover',
  [
    part('detection', ({ detectionMs }) => detectionMs),
    part('poll', ({ pollMs }) => pollMs),
    part('hold and preparation', ({ preparationMs }) => preparationMs),
    part('checked admission', ({ admissionMs }) => admissionMs),
    part('in all, from the kill', ({ totalMs }) => totalMs),
    // Each run has a goal of its own, since each has its own detection.
    part('in all, less what it may take', ({ totalMs, goalMs }) => totalMs - goalMs, 0),
    part("rejuv's own", ({ ownMs }) => ownMs, 200),
    ...clientsOf('three primaries, rejuv', details.rejuvOfThree),
    ...clientsOf('three primaries, HAProxy alone', details.aloneOfThree),
    ...clientsOf('one primary, rejuv', details.rejuvOfOne),
    ...clientsOf('one primary, HAProxy alone', details.aloneOfOne),
  ],
  details,
);
