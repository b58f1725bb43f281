// `npm run bench -- overhead`: see overhead.md.
import { rejuvenate, startSidecar } from '../demo/sidecar.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import { spreadOf } from './figures.ts';
import { publish, type Row } from './report.ts';
import { costsOf, type PhaseCost, type TakenStep } from './waits.ts';
import { startWitness } from './witness.ts';
import { calm } from './way.ts';

const runs = 5;
const goalPolls = 2;
/** The default of `poll`. */
const pollMs = 2_000;
/** A step that waits looks more often than that (`control/step-context.ts`). */
const lookMs = 500;

const lab = await startLab({
  configure: (file) => {
    file['oldWorkersGone'] = '1s'; // the HAProxys are new, so they have no old workers
    file['poll'] = `${pollMs}ms`;
  },
});
const all: PhaseCost[][] = [];
try {
  await startSidecar(lab);
  const load = await lab.startLoad({ keepAlive: 6, cookie: 0, short: 4, slow: 3, queued: 0 });
  // One after the other: each rejuvenated server is the next spare.
  for (const aged of ['web1', 'web2', 'web3', 'web4', 'web1'].slice(0, runs)) {
    await calm(lab);
    all.push(await measure(lab, aged));
    console.error(
      `${aged}: ${Math.round(sum(all.at(-1)!, 'totalMs'))} ms, of these ${Math.round(sum(all.at(-1)!, 'addedMs'))} ms added`,
    );
  }
  const { failed } = await load.stop();
  if (failed > 0) throw new Error(`${failed} request(s) failed`);
} finally {
  await lab.stop();
}

const phases = all[0]!.map(({ phase }) => phase);
const of = (phase: string, what: 'totalMs' | 'waitedMs' | 'addedMs') =>
  all.map((run) => run.find((one) => one.phase === phase)?.[what] ?? 0);
const rows: Row[] = [
  ...phases.map((phase) => ({
    what: `${phase}: added, in polls of ${pollMs} ms`,
    measured: spreadOf(of(phase, 'addedMs').map((ms) => ms / pollMs)),
    unit: '',
    goal: goalPolls,
  })),
  ...phases.map((phase) => ({
    what: `${phase}: added, in looks of ${lookMs} ms`,
    measured: spreadOf(of(phase, 'addedMs').map((ms) => ms / lookMs)),
    unit: '',
    goal: null,
  })),
  ...phases.flatMap((phase) => [
    { what: `${phase}: total`, measured: spreadOf(of(phase, 'totalMs')), unit: ' ms', goal: null },
    { what: `${phase}: waited`, measured: spreadOf(of(phase, 'waitedMs')), unit: ' ms', goal: null },
  ]),
  {
    what: 'whole: total',
    measured: spreadOf(all.map((run) => sum(run, 'totalMs'))),
    unit: ' ms',
    goal: null,
  },
  {
    what: 'whole: added',
    measured: spreadOf(all.map((run) => sum(run, 'addedMs'))),
    unit: ' ms',
    goal: null,
  },
];
process.exitCode = await publish('overhead', rows, all);

/** One rejuvenation, with a witness beside it. */
async function measure(lab: Lab, aged: string): Promise<PhaseCost[]> {
  const witness = startWitness(lab, aged);
  const { status, stderr } = await rejuvenate(lab, aged);
  const sights = await witness.stop();
  if (status !== 0) throw new Error(`rejuvenating ${aged} ended with ${status ?? '?'}: ${stderr}`);
  const history = await lab.rejuv(['history', '--json']);
  const { operations } = JSON.parse(history.stdout) as { operations: Operation[] };
  const operation = operations.find(({ server }) => server === aged);
  if (operation?.endedAt == null) throw new Error(`the history does not show the rejuvenation of ${aged}`);
  return costsOf(operation.steps.flatMap(taken), operation.endedAt, sights);
}

function taken({ phase, step, beganAt, endedAt }: Operation['steps'][number]): TakenStep[] {
  return beganAt === null || endedAt === null ? [] : [{ phase, step, beganAt, endedAt }];
}

function sum(run: readonly PhaseCost[], what: 'totalMs' | 'addedMs'): number {
  return run.reduce((total, one) => total + one[what], 0);
}
