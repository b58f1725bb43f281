import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/domain/step.ts';
import { backendName, serverName } from '../../src/domain/names.ts';
import { costsOf, waitOf, type TakenStep } from './waits.ts';
import type { Row, Sight } from './witness.ts';

const server = { backend: backendName('shop'), server: serverName('web1') };
const up: Row = { adminBits: 8, operational: 2, health: 4, full: 4, load: 0 };

function sight(at: number, row: Partial<Row> = {}, bootId: string | null = '1 a'): Sight {
  return { at, bootId, rows: new Map([['web1', [up, { ...up, ...row }]]]) };
}

function taken(
  step: Step,
  beganAt: number,
  endedAt: number,
  phase: TakenStep['phase'] = 'draining',
): TakenStep {
  return { phase, step, beganAt, endedAt };
}

const idle: Step = {
  kind: 'await-idle',
  server,
  admin: 'maint',
  quietMs: 0,
  deadlineMs: 1_000,
  atDeadline: 'wait',
};
const roles: Step = { kind: 'roles', server, primary: server, spare: server };

describe('how long a step really waited', () => {
  it('ends when the sessions were gone on both load balancers, not when rejuv noticed', () => {
    const sights = [sight(0), sight(100, { load: 2 }), sight(300, { load: 1 }), sight(320), sight(900)];
    expect(waitOf(taken(idle, 50, 1_000), sights)).toEqual({ from: 50, to: 320 });
  });

  it('is all of it where the witness never saw what was waited for', () => {
    expect(waitOf(taken(idle, 50, 1_000), [sight(60, { load: 1 })])).toEqual({ from: 50, to: 1_000 });
  });

  it('ends when the host was up with another boot id', () => {
    const host = { user: 'rejuv', host: '10.0.0.1' } as unknown as Extract<Step, { kind: 'reboot' }>['host'];
    const step: Step = { kind: 'reboot', server, host, command: 'reboot', deadlineMs: 60_000 };
    const sights = [sight(10), sight(500, {}, null), sight(700, {}, null), sight(720, {}, '2 b')];
    expect(waitOf(taken(step, 20, 2_000), sights)).toEqual({ from: 20, to: 720 });
  });

  it('ends when both checks had full health, and not while one still counts', () => {
    const step: Step = { kind: 'await-checked', server, on: null, deadlineMs: 1, allowUnchecked: false };
    const sights = [sight(100, { health: 3 }), sight(140, { operational: 0, health: 4 }), sight(180)];
    expect(waitOf(taken(step, 90, 600), sights)).toEqual({ from: 90, to: 180 });
  });

  it('is nothing for an entry in the records', () => {
    expect(waitOf(taken(roles, 10, 40), [])).toEqual({ from: 10, to: 10 });
  });
});

describe('what a phase costs', () => {
  it('is its time less what was waited for, and the time between two phases belongs to the first', () => {
    const steps = [taken(idle, 100, 700), taken(roles, 720, 740), taken(idle, 800, 1_000, 'registering')];
    const sights = [sight(90, { load: 1 }), sight(300), sight(850, { load: 1 }), sight(900)];
    expect(costsOf(steps, 1_050, sights)).toEqual([
      { phase: 'draining', totalMs: 700, waitedMs: 200, addedMs: 500 },
      { phase: 'registering', totalMs: 250, waitedMs: 100, addedMs: 150 },
    ]);
  });
});
