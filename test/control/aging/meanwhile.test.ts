import { describe, expect, it } from 'vitest';
import { createControl, type LocalControl } from '../../../src/control/local-control.ts';
import type { AlertBlocker } from '../../../src/domain/blockers.ts';
import type { BackendSettings, Settings } from '../../../src/domain/settings.ts';
import { never, request, until } from '../../fakes/world.ts';
import { rule } from '../../policy/aging/measured.ts';
import { last, pass, stepBegun } from '../quick-shop.ts';
import {
  agedOf,
  aging,
  calendarOf,
  curedByReboot,
  measuredShop,
  minute,
  unstable,
  type MeasuredShop,
  useStarted,
} from './measured-shop.ts';

const started = useStarted();

describe('what hangs', () => {
  const blocked = { alerts: [], deploys: [{ path: '/mnt/deploy', maxAgeMs: null }] };

  it('when a marker file lies on a file system that is away, holds up a rejuvenation and nothing else', async () => {
    const world = measuredShop({ backend: { blockers: blocked } });
    world.markers.hangs = true;
    const control = await started(world);
    await expect(control.begin(request('rejuvenation', 'web2'), never)).rejects.toMatchObject({
      code: 'marker-unreadable',
    });
    const id = await control.begin(request('drain', 'web1'), never);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).id).toBe(id);
    expect(last(world).phase).toBe('completed');
  });

  it('when an Alertmanager heeds no deadline, holds up a rejuvenation and nothing else', async () => {
    const alerting: AlertBlocker = {
      ...{
        kind: 'alertmanager',
        url: 'http://10.0.0.6:9093',
        deadlineMs: 10_000,
        matching: {},
        except: [],
        auth: null,
      },
    };
    const world = measuredShop({ backend: { blockers: { alerts: [alerting], deploys: [] } } });
    world.alerts.hangs = true;
    const control = await started(world);
    await expect(control.begin(request('rejuvenation', 'web2'), never)).rejects.toMatchObject({
      code: 'alerts-unknown',
    });
  });
});

describe('a reload of the config file', () => {
  function reloadable(world: MeasuredShop): { control: LocalControl; file: { settings: Settings } } {
    const file = { settings: world.settings };
    const control = createControl(world.world, async () => {
      await Promise.resolve();
      return { ...world.world, settings: file.settings, close: () => Promise.resolve() };
    });
    return { control, file };
  }
  const withRules = (settings: Settings, rules: BackendSettings['rules']): Settings => ({
    ...settings,
    backends: settings.backends.map((one) => ({ ...one, rules })),
  });

  it('ends what a rule has said once the rule is gone, the last one as well', async () => {
    const world = measuredShop({ backend: { calendar: calendarOf({ spacingMs: 0 }) } });
    const { control, file } = reloadable(world);
    await started(world, control);
    await control.pause(
      { by: 'anna', reason: 'sale', until: null, rollBack: false, includingFailover: false },
      never,
    );
    world.used.set('web2', 0.9);
    await pass(world, 3 * minute);
    expect(agedOf(world, 'web2')).toEqual([aging.text]);
    file.settings = withRules(world.settings, []);
    await control.reload(null, never);
    await pass(world, minute);
    expect(agedOf(world, 'web2')).toEqual([]);
    expect((await control.status(never)).backends[0]?.servers[1]?.condition).toBe('healthy');
  });

  it('does not disturb a confirmation whose rule is gone since', async () => {
    const world = measuredShop();
    const { control, file } = reloadable(world);
    curedByReboot(world);
    await started(world, control);
    world.used.set('web2', 0.9);
    await until(world, stepBegun('confirm-aging'));
    file.settings = withRules(world.settings, [rule('load > 900')]);
    await control.reload(null, never);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).phase).toBe('completed');
  });

  it('between the verdict and the start ends the start, and alarms nobody', async () => {
    const world = measuredShop();
    const { control, file } = reloadable(world);
    await started(world, control);
    file.settings = withRules(world.settings, [aging]);
    await control.reload(null, never);
    const because = { severity: unstable.severity, rule: unstable.text, evidence: 'seen', confirmMs: 0 };
    await expect(
      control.begin(request('rejuvenation', 'web2', { trigger: 'threshold', because }), never),
    ).rejects.toMatchObject({ code: 'no-longer-aged' });
  });
});
