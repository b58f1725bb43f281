import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabProcess } from '../lab/hub.ts';
import type { LabOptions } from '../lab/options.ts';
import { until } from '../lab/until.ts';
import { expectAsRecorded } from './as-recorded.ts';
import { clients, controlOf, never, quick, started } from './lab.ts';
import { rejuvenateDuring, type Moment } from './moments.ts';

/** How long it is away: several looks, and longer than one exchange with it may take. */
const awayMs = 7_000;

type Way = 'stopped' | 'killed' | 'frozen';

describeLab('one of the two HAProxys is gone', () => {
  describe('with the default, block', () => {
    it.each<Way>(['stopped', 'killed', 'frozen'])(
      'and a drain waits while it is %s, says so, and goes on when it is back',
      { timeout: 180_000 },
      async (way) => {
        await withPair({}, async (lab, sidecar) => {
          const seen = await goneIn(lab, 'draining', way);
          expect(seen.phaseWhileAway).toBe('draining');
          expect(seen.told).toMatch(/waits in draining: .*lb-b/);
          if (way === 'frozen') return;
          // The new process has forgotten everything, and is brought into line first.
          const log = sidecar.output.stdout;
          const restored = log.lastIndexOf('"event":"states-restored"');
          expect(restored).toBeGreaterThan(log.indexOf('waits in draining'));
          expect(restored).toBeLessThan(log.indexOf('phase rejuvenating'));
        });
      },
    );

    it('and what is past its drain goes on without it', { timeout: 180_000 }, async () => {
      await withPair({}, async (lab) => {
        const seen = await goneIn(lab, 'rejuvenating', 'stopped');
        expect(['verifying', 'registering', 'completed']).toContain(seen.phaseWhileAway);
      });
    });
  });

  it('with continue, a drain goes on without it', { timeout: 180_000 }, async () => {
    const options: LabOptions = {
      ...quick,
      configure: (file) => {
        quick.configure?.(file);
        file['whenOneIsDown'] = 'continue';
      },
    };
    await withPair(options, async (lab) => {
      const seen = await goneIn(lab, 'draining', 'stopped');
      expect(seen.phaseWhileAway).not.toBe('draining');
    });
  });
});

async function withPair(
  options: LabOptions,
  test: (lab: Lab, sidecar: LabProcess) => Promise<void>,
): Promise<void> {
  await withLab({ ...quick, ...options }, async (lab) => {
    const sidecar = await started(lab, lab.spawnRejuv(['run']));
    try {
      await test(lab, sidecar);
    } finally {
      await sidecar.kill('SIGKILL');
    }
  });
}

interface Seen {
  /** Right before it comes back. */
  readonly phaseWhileAway: string;
  /** What `status` tells a person meanwhile. */
  readonly told: string;
}

/** A rejuvenation under load in which lb-b goes in one phase and comes back later: it completes, and all is as recorded. */
async function goneIn(lab: Lab, moment: Moment, way: Way): Promise<Seen> {
  const load = await lab.startLoad(clients);
  const lbB = lab.lb('lb-b');
  let seen: Seen = { phaseWhileAway: '', told: '' };
  let span = { from: 0, to: 0 };
  const { phase, cause, server } = await rejuvenateDuring(lab, {
    [moment]: async () => {
      const from = Date.now();
      await (way === 'stopped' ? lbB.stop() : way === 'killed' ? lbB.kill() : lbB.freeze());
      await sleep(awayMs);
      const { operations, findings } = await controlOf(lab).status(never);
      seen = {
        phaseWhileAway: operations[0]?.phase ?? 'completed',
        told: findings.map(({ message }) => message).join('\n'),
      };
      await (way === 'frozen' ? lbB.thaw() : lbB.start());
      span = { from, to: Date.now() };
    },
  });
  expect({ phase, cause }).toEqual({ phase: 'completed', cause: null });
  expect(lab.server(server).boots).toBe(2);
  await until('all is as recorded', async () => {
    await expectAsRecorded(lab);
    return true;
  });
  const { failures, failedAt, ok } = await load.stop();
  expect(ok).toBeGreaterThan(100);
  // Only who asked the HAProxy that was away, and only while it was.
  expect(failures.filter(({ lb }) => !lb.startsWith(`${lbB.address}:`))).toEqual([]);
  expect(failures.filter(({ status }) => status !== undefined)).toEqual([]);
  expect(failedAt.filter((at) => at < span.from || at > span.to + 1_000)).toEqual([]);
  return seen;
}
