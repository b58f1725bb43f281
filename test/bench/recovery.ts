// `npm run bench -- recovery`: see recovery.md.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { operationId } from '../../src/domain/names.ts';
import { layoutOf } from '../../src/io/store/layout.ts';
import { openStore } from '../../src/io/store/open-store.ts';
import { moments } from '../crash/moments.ts';
import { quick, started } from '../crash/lab.ts';
import { begin, follow, pickTarget, settled } from '../crash/operation.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import { spreadOf } from './figures.ts';
import { publish, type Row } from './report.ts';

/** The default of `poll`. */
const pollMs = 2_000;
const reloads = 10;
const kills = 5;
const many = 1_000;
const goalSeconds = 10;

const rows: Row[] = [];
const details: Record<string, unknown> = {};

const waits = await withLab(`${pollMs}ms`, afterReload);
details['reload'] = waits;
rows.push(
  {
    what: `reload to states set again, in polls of ${pollMs} ms`,
    measured: spreadOf(waits.map((ms) => ms / pollMs)),
    unit: '',
    goal: 1,
  },
  { what: 'reload to states set again', measured: spreadOf(waits), unit: ' ms', goal: null },
);
await withLab('500ms', async (lab) => {
  for (const held of [0, many]) {
    for (const moment of ['draining', 'rejuvenating'] as const) {
      const took: number[] = [];
      for (let round = 0; round < kills; round += 1) took.push(await killedIn(lab, moment));
      details[`${moment}, ${held} operations`] = took;
      const what = `killed in ${moment}: restart to its next step, ${held === 0 ? 'few' : held} operations recorded`;
      rows.push({ what, measured: spreadOf(took), unit: ' s', goal: goalSeconds });
    }
    if (held === 0) await recordMany(lab, many);
  }
});
process.exitCode = await publish('recovery', rows, details);

async function withLab<T>(poll: string, work: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await startLab({
    ...quick,
    downMs: 1_500,
    configure: (file) => {
      quick.configure?.(file);
      file['poll'] = poll;
    },
  });
  try {
    return await work(lab);
  } finally {
    await lab.stop();
  }
}

/** Milliseconds from the first answer of a new process to all states as they were, each time. */
async function afterReload(lab: Lab): Promise<number[]> {
  await started(lab, lab.spawnRejuv(['run']));
  const ran = await lab.rejuv(['switchover', 'shop/web1', '--reason', 'to measure']);
  if (ran.code !== 0) throw new Error(`switchover: ${ran.stderr}`);
  const states = async (): Promise<string> =>
    [...(await lab.lbs[0].states()).values()].map((row) => Number(row['srv_admin_state']) & 0x3b).join(' ');
  const before = await states();
  const took: number[] = [];
  for (let turn = 0; turn < reloads; turn += 1) {
    await sleep(pollMs + Math.random() * pollMs);
    await lab.lbs[0].reload();
    const from = performance.now();
    if ((await states()) === before && turn === 0) throw new Error('the reload forgot nothing');
    await until('all is set again', async () => (await states()) === before, {
      withinMs: 30_000,
      everyMs: 10,
    });
    took.push(performance.now() - from);
  }
  return took;
}

/** Seconds from the start of the sidecar that comes after a killed one to the next step of what was open. */
async function killedIn(lab: Lab, moment: 'draining' | 'rejuvenating'): Promise<number> {
  const first = await started(lab, lab.spawnRejuv(['run']));
  const target = await pickTarget(lab);
  const id = await begin(lab, target);
  if (id === null) throw new Error('no sidecar answers');
  await follow(lab, id, (step) => step === moments[moment]);
  if (moment === 'rejuvenating') {
    await until(`${target} is away`, () => !lab.server(target).host.on, { withinMs: 30_000, everyMs: 5 });
  }
  await first.kill('SIGKILL');
  await first.done;
  const from = Date.now();
  const next = lab.spawnRejuv(['run']);
  let at = Number.NaN;
  await until(
    'its next step is begun',
    async () => {
      at = await nextStepAt(lab);
      return at >= from;
    },
    { withinMs: 60_000, everyMs: 100 },
  );
  const seconds = (at - from) / 1000;
  const [operation] = await settled(lab);
  if (operation?.phase !== 'completed') throw new Error(`it ended ${operation?.phase ?? 'nowhere'}`);
  await next.kill('SIGKILL');
  await next.done;
  return seconds;
}

/** When a step was first begun after the last operation was taken up, by the journal, Unix milliseconds; NaN: not yet. */
async function nextStepAt(lab: Lab): Promise<number> {
  const text = await readFile(layoutOf(join(lab.directory, 'state')).journal, 'utf8');
  const resumed = text.lastIndexOf('"type":"operation-resumed"');
  const [, at] = resumed < 0 ? [] : (/"type":"step-begun","at":(\d+)/.exec(text.slice(resumed)) ?? []);
  return Number(at ?? Number.NaN);
}

/** The same finished operation, under other names: what years of use leave behind. */
async function recordMany(lab: Lab, count: number): Promise<void> {
  const store = await openStore({ directory: join(lab.directory, 'state') });
  try {
    const pattern = store.records.operations.find(({ phase }) => phase === 'completed');
    if (pattern === undefined) throw new Error('no rejuvenation was completed');
    const at = pattern.startedAt;
    for (let n = 0; n < count; n += 1) {
      const id = operationId(`op-20200101-0000-${n.toString(36).padStart(4, '0')}`);
      await store.append({ type: 'operation-opened', at, operation: { ...pattern, id } });
    }
  } finally {
    await store.close();
  }
}
