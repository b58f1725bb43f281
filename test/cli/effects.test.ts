import { describe, expect, it } from 'vitest';
import type { Effect } from '../../src/domain/effect.ts';
import { backendName, operationId, serverName } from '../../src/domain/names.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { setScene } from './scene.ts';

const endedAt = Date.parse('2026-11-20T03:10Z');

const effect = (before: number, after: number, reducedMs = 0): Effect => ({
  before: { fromAt: 0, untilAt: 1, means: { 'memory.used': before, 'requests.rate': 40 } },
  after: { fromAt: 2, untilAt: 3, means: { 'memory.used': after, 'requests.rate': 41 } },
  comparable: true,
  reducedMs,
});

function rejuvenation(number: number, server: string, measured: Operation['effect']): Operation {
  return {
    ...{ id: operationId(`op-${number}`), kind: 'rejuvenation', backend: backendName('shop') },
    ...{ server: serverName(server), spare: serverName('web4'), trigger: 'schedule', by: null, reason: null },
    ...{ force: false, run: null, because: null, effect: measured, startedAt: endedAt - 600_000 },
    ...{ phase: 'completed', phaseAt: endedAt, deadline: null, steps: [], abortAsked: null, cause: null },
    ...{ wayOutFrom: null, resumedAt: [], endedAt },
  };
}

describe('rejuv history --effect', () => {
  it('shows per server and backend what was gained', async () => {
    const scene = setScene();
    const operations = Array.from({ length: 8 }, (_, i) =>
      rejuvenation(i, i < 6 ? 'web1' : 'web2', effect(0.8, 0.4, 60_000)),
    );
    scene.control.past = { operations, runs: [] };
    expect(await scene.run('history', '--effect')).toBe(0);
    const lines = scene.out().trim().split('\n');
    expect(lines).toEqual([
      'shop: 8 rejuvenations, 8 compared; 8 minutes with one server less',
      '    memory.used: -50 % (median of 8), p = 0.0078: less',
      '  web1: 6 rejuvenations, 6 compared; 6 minutes with one server less',
      '      memory.used: -50 % (median of 6), p = 0.031: less',
      '  web2: 2 rejuvenations, 2 compared: too few to tell; 2 minutes with one server less',
      '      memory.used: -50 % (median of 2): too few to tell',
    ]);
  });

  it('says when a backend does not age', async () => {
    const scene = setScene();
    const operations = Array.from({ length: 12 }, (_, i) =>
      rejuvenation(i, 'web1', effect(0.5, i % 2 === 0 ? 0.56 : 0.44)),
    );
    scene.control.past = { operations, runs: [] };
    expect(await scene.run('history', '--effect')).toBe(0);
    expect(scene.out()).toContain('shop: 12 rejuvenations, no measurable effect');
  });

  it('says when nothing is measured, and gives all of it as JSON', async () => {
    const scene = setScene();
    expect(await scene.run('history', '--effect')).toBe(0);
    expect(scene.out()).toContain('no rejuvenation has been completed yet');
    const other = setScene();
    other.control.past = { operations: [rejuvenation(1, 'web1', 'owed')], runs: [] };
    expect(await other.run('history', '--effect', '--json')).toBe(0);
    expect(JSON.parse(other.out())).toMatchObject({
      effects: [
        { backend: 'shop', server: null, rejuvenations: 1, measured: 0, figures: [] },
        { backend: 'shop', server: 'web1', rejuvenations: 1, measured: 0, figures: [] },
      ],
    });
  });
});
