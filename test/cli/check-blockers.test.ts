import { describe, expect, it } from 'vitest';
import { examineBlockers } from '../../src/cli/check/blockers.ts';
import type { AlertBlocker, DeployMarker } from '../../src/domain/blockers.ts';
import { fakeWorld, never, type FakeWorld } from '../fakes/world.ts';

function alertsOf(url: string, kind: AlertBlocker['kind'] = 'prometheus'): AlertBlocker {
  return { kind, url, deadlineMs: 1_000, matching: {}, except: [], auth: null };
}

async function examine(
  blockers: { alerts?: readonly AlertBlocker[]; deploys?: readonly DeployMarker[] },
  set: (world: FakeWorld) => void,
): Promise<string[]> {
  const world = fakeWorld({ backend: { blockers: { alerts: [], deploys: [], ...blockers } } });
  set(world);
  const findings = await examineBlockers({ ...world, clock: world.clock }, never);
  return findings.map(({ severity, where, message }) => `${severity} ${where}: ${message}`);
}

describe('what blocks, examined', () => {
  it('asks each alert server once, and says how many fire there or why nobody knows', async () => {
    const alerts = [alertsOf('http://prom'), alertsOf('http://prom'), alertsOf('http://am', 'alertmanager')];
    let asked = (): number => 0;
    const findings = await examine({ alerts }, (world) => {
      world.alerts.firingAt.set('http://prom', [{ labels: { alertname: 'Watchdog' }, since: null }]);
      asked = () => world.alerts.asked;
    });
    expect(findings).toEqual([
      'ok http://prom: it answers, and 1 alert(s) fire there',
      expect.stringMatching(/^error http:\/\/am: .*connection refused/) as string,
    ]);
    expect(asked()).toBe(2);
  });

  it('says of a deploy marker whether it is there, was left behind, cannot be seen, or never will be', async () => {
    const marker = (path: string): DeployMarker => ({ path, maxAgeMs: 3_600_000 });
    const deploys = [marker('/run/shop/deploying'), marker('/gone/deploying'), marker('/run/old')];
    const findings = await examine({ deploys }, (world) => {
      const now = world.clock.now();
      for (const [path, age] of [
        ['/run/shop', 0],
        ['/run/old', 7_200_000],
      ] as const) {
        world.markers.files.set(path, now - age);
      }
    });
    expect(findings).toEqual([
      'ok /run/shop/deploying: it is not there: nothing is being deployed',
      'warning /gone/deploying: there is no /gone',
      expect.stringMatching(
        /^warning \/run\/old: it was left behind: it is there since .*, longer than `maxAge`, and blocks no more$/,
      ) as string,
    ]);
    const during = await examine({ deploys: [marker('/run/now')] }, (world) =>
      world.markers.files.set('/run/now', world.clock.now()),
    );
    expect(during[0]).toMatch(/^note \/run\/now: it is there since .*: the shop is being deployed$/);
    // The same file blocks another backend for longer, or as long as it is there.
    for (const maxAgeMs of [86_400_000, null]) {
      const both = [marker('/run/old'), { path: '/run/old', maxAgeMs }];
      for (const deploys of [both, both.toReversed()]) {
        const shared = await examine({ deploys }, (world) =>
          world.markers.files.set('/run/old', world.clock.now() - 7_200_000),
        );
        expect(shared).toEqual([expect.stringMatching(/^note \/run\/old: .*being deployed$/)]);
      }
    }
    const unseen = await examine({ deploys: [marker('/root/x')] }, (world) => {
      world.markers.unreadable = true;
    });
    expect(unseen[0]).toMatch(/^error \/root\/x: .*no permission/);
  });
});
