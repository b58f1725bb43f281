import { describe, expect, it } from 'vitest';
import type { AlertBlocker } from '../../../src/domain/blockers.ts';
import type { Window } from '../../../src/domain/calendar.ts';
import { expectAtRest } from '../../fakes/at-rest.ts';
import { never, until } from '../../fakes/world.ts';
import { last, pass, stepBegun } from '../quick-shop.ts';
import {
  agedOf,
  aging,
  calendarOf,
  curedByReboot,
  hour,
  measuredShop,
  minute,
  type MeasuredShop,
  useStarted,
} from './measured-shop.ts';

const started = useStarted();

const rejuvenations = (world: MeasuredShop): string[] =>
  world.store.records.operations.map(({ server, phase }) => `${server} ${phase}`);
const alerts = (world: MeasuredShop): string[] => world.store.of('alert').map(({ code }) => code);

describe('a server that leaks', () => {
  it('is rejuvenated once its rule has held for long enough and is confirmed, and is young then', async () => {
    const world = measuredShop();
    curedByReboot(world);
    await started(world);
    world.used.set('web2', 0.9);
    await pass(world, 50_000);
    expect(rejuvenations(world)).toEqual([]);
    await pass(world, 10 * minute);
    expect(rejuvenations(world)).toEqual(['web2 completed']);
    expect(last(world)).toMatchObject({
      trigger: 'threshold',
      because: { severity: 'aging', rule: aging.text },
    });
    expect(last(world).steps.find(({ step }) => step.kind === 'confirm-aging')?.detail).toContain(
      'still aging',
    );
    expect(agedOf(world, 'web2')).toEqual([]);
    expectAtRest(world);
  });

  it('is left where it is when it recovers while its spare is made ready, and the spare goes back', async () => {
    const world = measuredShop();
    await started(world);
    world.used.set('web2', 0.9);
    await until(world, stepBegun('confirm-aging'));
    world.used.set('web2', 0.5);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world)).toMatchObject({ phase: 'called-off', cause: { code: 'no-longer-aged' } });
    expect(world.shop.server('web4').running).toBe(false);
    expect(alerts(world)).toEqual([]);
    expectAtRest(world);
  });

  it('is in the plan with what holds it up, as long as it is in service', async () => {
    const world = measuredShop();
    await started(world);
    await world.control.pause(
      { by: 'anna', reason: 'I look', until: null, rollBack: false, includingFailover: false },
      never,
    );
    world.used.set('web2', 0.9);
    await pass(world, 2 * minute);
    const { aged } = await world.control.plan(1, never);
    expect(aged).toMatchObject([{ server: 'web2', rule: aging.text, verdict: 'refused', code: 'paused' }]);
    for (const one of [world.a, world.b]) one.setByHand('shop/web2', 'maint');
    await pass(world, 10_000);
    expect(agedOf(world, 'web2')).toEqual([aging.text]);
    expect((await world.control.plan(1, never)).aged).toEqual([]);
  });

  it('is not called recovered because nobody can tell any more', async () => {
    const world = measuredShop();
    await started(world);
    world.used.set('web2', 0.9);
    await until(world, stepBegun('confirm-aging'));
    world.used.delete('web2');
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world)).toMatchObject({ phase: 'aborted', cause: { code: 'aging-unknown' } });
    expect(agedOf(world, 'web2')).toEqual([aging.text]);
    expectAtRest(world);
  });

  it('forgives single samples in its confirmation, where its rule does', async () => {
    const forgiving = { ...aging, samples: { holds: 3, of: 5 }, confirmMs: minute };
    const world = measuredShop({ backend: { rules: [forgiving] } });
    curedByReboot(world);
    let reads = 0;
    const answer = world.metrics.answers.get('node')!;
    world.metrics.answers.set('node', (at, target) => {
      if (target.id.server !== 'web2' || !world.used.has('leak')) return answer(at, target);
      return [{ kind: 'gauge', figure: 'memory.used', value: (reads += 1) % 5 === 0 ? 0.8 : 0.9 }];
    });
    world.used.set('leak', 1);
    await started(world);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(rejuvenations(world)).toEqual(['web2 completed']);
  });

  it('goes up and down without waking its spare more and more', async () => {
    const world = measuredShop({ slow: true });
    const answer = world.metrics.answers.get('node')!;
    world.metrics.answers.set('node', (at, target) => {
      if (target.id.server !== 'web2') return answer(at, target);
      const confirming = world.store.records.operations.at(-1)?.phase === 'confirming';
      const recovers = confirming || world.used.has('recovered');
      if (confirming) world.used.set('recovered', at);
      if (recovers && at - (world.used.get('recovered') ?? 0) > minute) world.used.delete('recovered');
      return [{ kind: 'gauge', figure: 'memory.used', value: recovers ? 0.5 : 0.9 }];
    });
    await started(world);
    await pass(world, 75 * minute);
    const tries = world.store.records.operations;
    expect(tries.length).toBeGreaterThan(1);
    expect(tries.length).toBeLessThanOrEqual(4);
    expect(tries.every(({ phase }) => phase === 'called-off')).toBe(true);
  });

  it('that a rejuvenation does not help is not rebooted without end', async () => {
    const world = measuredShop({
      slow: true,
      backend: { mode: 'active-active', spare: { start: null, stop: null, deadlineMs: 120_000 } },
    });
    for (const one of [world.a, world.b]) one.row('shop/web4').bits = 0;
    world.shop.setRunning('web4', true);
    await started(world);
    world.used.set('web2', 0.9);
    await pass(world, 75 * minute);
    expect(world.shop.server('web2').boots).toBeGreaterThan(1);
    expect(world.shop.server('web2').boots).toBeLessThanOrEqual(4);
  });
});

describe('an unstable server', () => {
  it('does not wait for a window, and one that is merely aging does', async () => {
    // It is Monday, ten o'clock.
    const window: Window = { days: ['sun'], fromMs: 0, untilMs: hour, timeZone: 'UTC' };
    const world = measuredShop({ slow: true, backend: { calendar: calendarOf({ windows: [window] }) } });
    curedByReboot(world);
    await started(world);
    world.used.set('web2', 0.9);
    await pass(world, hour / 2);
    expect(rejuvenations(world)).toEqual([]);
    expect(agedOf(world, 'web2')).toEqual([aging.text]);
    expect(alerts(world)).toEqual([]);
    world.used.set('web2', 0.99);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world)).toMatchObject({ because: { severity: 'unstable' }, phase: 'completed' });
  });

  it('waits its turn behind another one without anybody being told, and gets it', async () => {
    const world = measuredShop();
    curedByReboot(world);
    await started(world);
    world.used.set('web2', 0.99);
    world.used.set('web3', 0.98);
    await pass(world, 5 * minute);
    expect(rejuvenations(world).toSorted()).toEqual(['web2 completed', 'web3 completed']);
    expect(alerts(world)).toEqual([]);
  });

  it('that is held up is told of once, for as long as it lasts, and starts by itself', async () => {
    const blocker: AlertBlocker = {
      ...{
        kind: 'prometheus',
        url: 'http://10.0.0.5:9090',
        deadlineMs: 10_000,
        matching: {},
        except: [],
        auth: null,
      },
    };
    const world = measuredShop({ backend: { blockers: { alerts: [blocker], deploys: [] } } });
    curedByReboot(world);
    await started(world);
    world.used.set('web2', 0.99);
    await pass(world, 30 * minute);
    expect(rejuvenations(world)).toEqual([]);
    expect(alerts(world)).toEqual(['aged-blocked']);
    expect(world.store.of('alert')[0]?.message).toContain('connection refused');
    expect(world.alerts.asked).toBeLessThanOrEqual(31);
    world.alerts.firingAt.set(blocker.url, []);
    await pass(world, 5 * minute);
    expect(rejuvenations(world)).toEqual(['web2 completed']);
  });

  it('is not told of again with each gap in its figures', async () => {
    const blockers = { alerts: [], deploys: [{ path: '/run/deploy', maxAgeMs: null }] };
    const world = measuredShop({ backend: { blockers } });
    world.markers.files.set('/run/deploy', world.clock.now());
    await started(world);
    for (let gap = 0; gap < 4; gap += 1) {
      world.used.set('web2', 0.99);
      await pass(world, 3 * minute);
      world.used.delete('web2');
      await pass(world, minute);
    }
    expect(alerts(world)).toEqual(['aged-blocked']);
  });

  it('whose rejuvenation is rolled back is told of', async () => {
    const world = measuredShop();
    world.shop.server('web4').passesProbe = false;
    await started(world);
    world.used.set('web2', 0.99);
    await until(world, ({ endedAt }) => endedAt !== null);
    await pass(world, minute);
    expect(rejuvenations(world)).toEqual(['web2 aborted']);
    expect(alerts(world)).toContain('aged-blocked');
  });
});

describe('a full disk', () => {
  it('is told of once while it lasts, and not with each turn', async () => {
    const world = measuredShop({ settings: { onAlert: 'page' } });
    const pages: string[] = [];
    world.machine.onRun = (command) => void pages.push(command);
    await started(world);
    world.store.full = 'all';
    world.used.set('web2', 0.9);
    await pass(world, 20 * minute);
    expect(pages.length).toBeLessThanOrEqual(2);
  });
});
