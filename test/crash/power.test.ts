import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import { expectAsRecorded } from './as-recorded.ts';
import { clients, quick, started } from './lab.ts';
import { rejuvenateDuring, type Moment } from './moments.ts';

/** What happened to the machine: it booted by rejuv's one order, and once more by the power. */
const ownBoots = 1;

/** How long it is without power. */
const outMs = 1_500;

describeLab('a server that loses its power after its reboot began', () => {
  it.each<readonly [string, Moment]>([
    ['while it boots', 'rejuvenating'],
    ['while both HAProxys check it', 'verifying'],
    ['while it becomes the next spare', 'registering'],
  ])(
    '%s is ordered to reboot once, and ends well or failed and safe',
    { timeout: 180_000 },
    async (_, moment) => {
      await withLab(quick, async (lab) => {
        const sidecar = await started(lab, lab.spawnRejuv(['run']));
        try {
          const load = await lab.startLoad(clients);
          const { phase, server, steps } = await rejuvenateDuring(lab, {
            [moment]: async (target: string) => await blackout(lab, target, moment),
          });
          expect(['completed', 'failed']).toContain(phase);
          expect(steps.filter(({ step }) => step.kind === 'reboot')).toHaveLength(1);
          expect(lab.server(server).boots).toBe(1 + ownBoots + 1);
          await expectAsRecorded(lab);
          expect((await load.stop()).failures).toEqual([]);
        } finally {
          await sidecar.kill('SIGKILL');
        }
      });
    },
  );
});

async function blackout(lab: Lab, target: string, moment: Moment): Promise<void> {
  const server = lab.server(target);
  if (moment === 'rejuvenating') {
    // Its own boot, first: a machine without power cannot obey.
    await until(`${target} boots`, () => server.boots > 1, { withinMs: 30_000, everyMs: 5 });
  }
  await server.powerOff();
  await sleep(outMs);
  await server.powerOn();
}
