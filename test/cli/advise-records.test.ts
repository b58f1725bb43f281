import { describe, expect, it } from 'vitest';
import { presentSchedule } from '../../src/cli/advise/present.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { createCron, cronRules } from '../../src/io/cron.ts';
import { fakeWorld, follow, never, request } from '../fakes/world.ts';
import { advised } from './advise/advised.ts';
import { setScene, type Scene } from './scene.ts';

const server = `
life: { twoStage: { agingPerHour: 0.004, failurePerHour: 0.002 } }
repair: 8h
rejuvenation: 12m
`;

const shop = `
loadBalancers:
  lb-a: { socket: /run/a.sock }
  lb-b: { socket: /run/b.sock }
ssh: { agent: true }
backends:
  shop:
    minServing: 1
    servers:
      web1: { ssh: 10.0.0.1 }
      web2: { ssh: 10.0.0.2 }
      web4: { ssh: 10.0.0.4, role: spare }
    probe: { http: "http://{address}:{port}/health" }
    actions:
      - reboot:
    schedule:
      - { cron: "30 3 * * *", timeZone: Europe/Berlin }
`;

describe('rejuv advise beside a config file', () => {
  it('needs one without --given, and a backend of it', async () => {
    const scene = setScene();
    scene.env = { REJUV_CONFIG: '/missing.yaml' };
    expect(await scene.run('advise', 'shop')).toBe(2);
    expect(await setScene().run('advise', 'shap')).toBe(2);
    expect(await setScene().run('advise', 'shop/web1')).toBe(2);
  });

  it('takes sizes and the present schedule from it, and the rest from the file', async () => {
    const scene = setScene(shop);
    scene.rates = server;
    const advice = await advised(scene, '--given', 'r.yaml');
    if (advice.verdict === 'not-enough-data') throw new Error('no figures');
    expect(advice.basis).toMatchObject({ servers: 2, spares: 1, minServing: 1 });
    // Daily, each run another of two.
    expect(advice.present).toMatchObject({
      cron: ['30 3 * * * (Europe/Berlin)'],
      source: 'config',
      everyHours: 48,
    });
    expect(advice.line?.timeZone).toBe('Europe/Berlin');
  });

  it('refuses a minimum in the file that the servers of the config file cannot keep', async () => {
    const scene = setScene(shop);
    scene.rates = `${server}minServing: 3\n`;
    expect(await scene.run('advise', 'shop', '--given', 'r.yaml')).toBe(2);
    expect(scene.err()).toContain('minServing: is 3, but only 2 serve at a time');
  });

  it('counts no runs that a window or a freeze holds up', () => {
    const cron = createCron();
    const at = Date.parse('2026-11-21T03:30:00Z');
    const runs = (calendar: string): number => {
      const settings = readConfig(`${shop}${calendar}`, { path: 'c', cron: cronRules });
      const [backend] = settings.backends;
      const windows = [settings.calendar.windows, backend!.calendar.windows];
      const openings = { windows, freezes: backend!.calendar.freezes, freezeFiles: false };
      return presentSchedule(backend!, openings, cron, at).runsPerYear;
    };
    expect(runs('')).toBe(365);
    const frozen =
      '    calendar: { timeZone: Europe/Berlin, freeze: [{ from: 2026-12-01, to: 2026-12-10 }] }\n';
    expect(runs(frozen)).toBe(355);
    expect(
      runs(
        '    calendar: { timeZone: Europe/Berlin, windows: [{ days: mon-fri, from: "02:00", to: "05:00" }] }\n',
      ),
    ).toBe(260);
  });

  it('says how much is missing without a single failure on record, as an answer and not an error', async () => {
    const scene = setScene(shop);
    scene.control.past = { operations: await cycles([7, 7, 7, 7]), runs: [] };
    scene.now = after(scene);
    expect(await scene.run('advise', 'shop')).toBe(0);
    expect(scene.out().replaceAll('\n', ' ')).toMatch(
      /^Not enough data on shop .* no failure is in the records, and 5 more are needed .* how long a repair takes: none .* lives \d+ d .* or longer on average\. .* --given FILE; examples\/rates\.yaml/,
    );
    const advice = await advised(again(scene));
    expect(advice).toMatchObject({ verdict: 'not-enough-data', seen: { failures: 0 } });
  });

  it('estimates life, repair and rejuvenation from the records, and gives bands', async () => {
    const scene = setScene(shop);
    scene.control.past = { operations: await cycles(aging, 'fault'), runs: [] };
    scene.now = after(scene);
    const advice = await advised(scene, '--cost-rejuvenation', '0.1');
    if (advice.verdict === 'not-enough-data') throw new Error('no figures');
    expect(advice.basis).toMatchObject({
      law: 'weibull',
      confidence: 0.95,
      sources: { life: 'records', repair: 'records', rejuvenation: 'records' },
    });
    expect(advice.basis.weibullShape).toBeGreaterThan(2);
    const { value, lower, upper } = advice.best.costPerYear;
    expect(lower).toBeLessThan(value!);
    expect(upper).toBeGreaterThan(value!);
  });

  it('lets the file replace what the records say', async () => {
    const scene = setScene(shop);
    scene.control.past = { operations: await cycles(aging, 'fault'), runs: [] };
    scene.now = after(scene);
    scene.rates = 'repair: 10h\n';
    const advice = await advised(scene, '--given', 'r.yaml');
    if (advice.verdict === 'not-enough-data') throw new Error('no figures');
    expect(advice.basis.repairHours).toEqual({ value: 10, lower: 10, upper: 10 });
    expect(advice.basis.sources).toEqual({ life: 'records', repair: 'file', rejuvenation: 'records' });
  });

  it('names the operation whose times cannot be', async () => {
    const scene = setScene(shop);
    const operations = await cycles([7, 7]);
    scene.control.past = {
      operations: operations.map((one, n) => (n === 0 ? { ...one, startedAt: NaN } : one)),
      runs: [],
    };
    scene.now = after(scene);
    expect(await scene.run('advise', 'shop')).toBe(2);
    expect(scene.err()).toMatch(/operation op-\d+\.startedAt/);
    expect(scene.err()).toContain('hint: --without op-2 goes on without this operation');
    const next = again(scene);
    expect((await advised(next, '--without', 'op-2')).verdict).toBe('not-enough-data');
  });

  it('reads the records themselves where no sidecar runs', async () => {
    const scene = setScene(shop);
    scene.sidecar = false;
    scene.control.past = { operations: await cycles(aging, 'fault'), runs: [] };
    scene.now = after(scene);
    expect((await advised(scene)).verdict).not.toBe('not-enough-data');
  });
});

/** Days from one rejuvenation to the next, which make lives of some three weeks that vary little. */
const aging = [10, 11, 9, 10, 12, 10, 9, 11, 10, 10, 11, 9, 10, 11];

/** The records of so many rejuvenations by the real engine, newest first; with a trigger, as if most had answered a failure. */
async function cycles(days: readonly number[], trigger?: 'fault'): Promise<Operation[]> {
  const world = fakeWorld();
  const turn = ['web1', 'web2', 'web3', 'web4'];
  for (const [n, wait] of days.entries()) {
    await follow(world.control, request('rejuvenation', turn[n % turn.length] ?? ''));
    await world.clock.sleep(wait * 86_400_000, never);
  }
  const { operations } = world.store.records;
  return operations
    .map((one, n): Operation => {
      // Some are planned all the same: without one nobody knows how long a rejuvenation takes.
      return trigger === undefined || n % 7 === 6 ? one : { ...one, trigger, kind: 'failover' };
    })
    .toReversed();
}

function after({ control: { past } }: Scene): number {
  return Math.max(...past.operations.map(({ endedAt }) => endedAt ?? 0)) + 86_400_000;
}

function again(scene: Scene): Scene {
  const next = setScene(shop);
  next.control.past = scene.control.past;
  next.now = scene.now;
  return next;
}
