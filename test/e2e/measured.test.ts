import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { until } from '../lab/until.ts';
import { operations, stands, untilCourses } from './fault-lab.ts';
import {
  agedSoFar,
  conditionNow,
  leak,
  memoryAged,
  memoryOf,
  untilAged,
  untilEnded,
  withMeasured,
} from './measured-lab.ts';
import { whyOf } from './sidecar.ts';

const clients = { keepAlive: 6, short: 3, slow: 2 };
const aging = [{ when: memoryAged, for: '5s', confirm: '2s' }];

describeLab('measured aging on real node exporters', () => {
  it(
    'a server that leaks is seen, waited out, confirmed and rejuvenated under load, and its memory falls',
    { timeout: 120_000 },
    async () => {
      await withMeasured({ backend: { aging } }, async (lab) => {
        const { address } = lab.server('web2');
        const boots = lab.server('web2').boots;
        const load = await lab.startLoad(clients);
        await sleep(2_000);
        const leakedAt = await leak(lab, 'web2');
        await until('the rule waits', async () => {
          const { aging: rules } = await whyOf(lab, 'web2');
          return rules[0]?.verdict === 'waiting';
        });
        const before = await memoryOf(lab, address);
        const aged = await untilAged(lab, 'web2');
        expect(aged.at - leakedAt, 'not before its `for`').toBeGreaterThanOrEqual(5_000);
        expect(aged).toMatchObject({ severity: 'aging', rule: memoryAged });
        expect(aged.evidence).toMatch(/^memory\.used [\d.]+%; true for \d+s, \d+ samples$/);
        expect((await whyOf(lab, 'web2')).aging).toMatchObject([{ rule: memoryAged, verdict: 'holds' }]);
        const status = await lab.rejuv(['status']);
        expect(status.stdout).toContain(memoryAged);

        const done = await untilEnded(lab, 'completed');
        expect(done).toMatchObject({ trigger: 'threshold', server: 'web2', spare: 'web4' });
        expect(done.because).toMatchObject({ rule: memoryAged });
        const confirmed = done.steps.find(({ step }) => step.kind === 'confirm-aging');
        expect(confirmed?.detail).toMatch(/^still aging: memory\.used [\d.]+%/);
        expect(lab.server('web2').boots).toBe(boots + 1);
        expect(await stands(lab)).toMatchObject({
          web2: expect.stringContaining('spare') as string,
          web4: expect.stringContaining('primary serving') as string,
        });
        await until('its memory is low again', async () => (await memoryOf(lab, address)) < 0.3);
        expect(before).toBeGreaterThan(0.5);
        const { failures, ok } = await load.stop();
        expect(failures).toEqual([]);
        expect(ok).toBeGreaterThan(200);
        await until('its aging is over', () => agedSoFar(lab).at(-1)?.type === 'aged-over');
        const people = await lab.rejuv(['history']);
        expect(people.stdout).toMatch(/web2 .*threshold/);
        expect(people.stdout).toContain(memoryAged);
      });
    },
  );
});
