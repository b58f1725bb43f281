import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabProcess } from '../lab/hub.ts';
import type { Load } from '../lab/load-run.ts';
import { bundleSidecar } from './bundle.ts';
import { clients, controlOf, quick, started } from './lab.ts';
import { begin, pickTarget, abortIn, settled } from './operation.ts';
import { expectAsRecorded } from './as-recorded.ts';
import { trials, type Point, type Trial } from './trials.ts';

/** Labs at once: more of them only wait for the two processors of a pipeline. */
const labs = 4;

describeLab('kill -9 of the sidecar, under load', () => {
  let program = '';
  beforeAll(async () => {
    program = await bundleSidecar();
  });
  afterAll(async () => {
    if (program !== '') await rm(dirname(program), { recursive: true });
  });

  it('is tried at sixty points and more, in every phase', () => {
    const points = trials.flatMap((one) => one.points.map(({ at }) => at));
    expect(points.length).toBeGreaterThanOrEqual(60);
    expect(new Set(points.map((at) => at.split(':')[0]))).toEqual(
      new Set([
        ...['requested', 'activating', 'duplexing', 'admitting', 'draining', 'rolling-back'],
        ...['rejuvenating', 'verifying', 'registering', 'completed'],
      ]),
    );
  });

  it.concurrent.each(Array.from({ length: labs }, (_, lab) => lab))(
    'leaves nothing half-done, reboots no server twice and fails no request, at every point of part %i',
    { timeout: 600_000 },
    async (part) => {
      const mine = trials.filter((_, index) => index % labs === part);
      await withLab(quick, async (lab) => {
        const load = await lab.startLoad(clients);
        const next = async (point: Point | undefined) =>
          await started(lab, lab.spawn([process.execPath, program, lab.configFile, ...argsFor(point)]));
        let sidecar = await next(mine[0]?.points[0]);
        try {
          for (const [index, trial] of mine.entries()) {
            const after = mine[index + 1]?.points[0];
            sidecar = await suffer(lab, load, trial, sidecar, next, after);
          }
        } finally {
          await sidecar.kill('SIGKILL');
        }
        const { failures, sent } = await load.stop();
        expect(failures).toEqual([]);
        expect(sent).toBeGreaterThan(1_000);
      });
    },
  );
});

function argsFor(point: Point | undefined): string[] {
  return point === undefined ? [] : [JSON.stringify(point)];
}

/** One trial; gives the sidecar that took up what was left, which dies in turn at the first point of the next one. */
async function suffer(
  lab: Lab,
  load: Load,
  trial: Trial,
  first: LabProcess,
  start: (point: Point | undefined) => Promise<LabProcess>,
  after: Point | undefined,
): Promise<LabProcess> {
  let sidecar = first;
  try {
    const target = await pickTarget(lab);
    const boots = lab.servers.map((server) => server.boots);
    const before = (await controlOf(lab).history(AbortSignal.timeout(20_000))).operations.length;
    const id = await begin(lab, target);
    if (trial.aborted && id !== null) await abortIn(lab, id, 'grace');
    await dead(sidecar);
    for (const point of trial.points.slice(1)) {
      sidecar = await start(point);
      await dead(sidecar);
    }
    sidecar = await start(after);
    const operations = await settled(lab);
    expect(operations.length, 'operations').toBe(before + 1);
    expect(operations[0]).toMatchObject({ server: target, phase: trial.ends });
    await expectAsRecorded(lab);
    const rebooted = lab.servers.filter((server, index) => server.boots !== boots[index]);
    const expected = trial.ends === 'completed' ? [target] : [];
    expect(
      rebooted.map(({ name }) => name),
      'rebooted',
    ).toEqual(expected);
    expect(
      lab.server(target).boots - (boots[lab.servers.findIndex(({ name }) => name === target)] ?? 0),
    ).toBe(expected.length);
    expect(load.latest()?.failures).toEqual([]);
    return sidecar;
  } catch (cause) {
    const log = sidecar.output.stdout.split('\n').slice(-40).join('\n');
    await sidecar.kill('SIGKILL');
    throw new Error(`killed at ${trial.name}: ${String(cause)}\n${sidecar.output.stderr}\n${log}`, { cause });
  }
}

/** Killed by itself at its point, and in time. */
async function dead(sidecar: LabProcess): Promise<void> {
  const timer = AbortSignal.timeout(60_000);
  const late = new Promise<never>((_, reject) => {
    timer.addEventListener('abort', () => reject(new Error('it was never at that point')));
  });
  const { code, signal } = await Promise.race([sidecar.done, late]);
  expect(signal === 'SIGKILL' || code === 137, `ended by ${signal ?? code ?? '?'}`).toBe(true);
}
