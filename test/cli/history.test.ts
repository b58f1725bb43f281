import { describe, expect, it } from 'vitest';
import { backendName, operationId, serverName } from '../../src/domain/names.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { showOperation } from '../../src/cli/show/operation.ts';
import { setScene } from './scene.ts';

describe('rejuv history, pause and resume', () => {
  it('history shows what happened, with or without a sidecar', async () => {
    const scene = setScene();
    expect(await scene.run('history')).toBe(0);
    expect(scene.out()).toContain('nothing has happened yet');
    const other = setScene();
    other.sidecar = false;
    expect(await other.run('history', '--json')).toBe(0);
    expect(JSON.parse(other.out())).toEqual({ operations: [], runs: [] });
  });

  const operation = (id: string, change: Partial<Operation> = {}): Operation => ({
    ...{
      id: operationId(id),
      kind: 'rejuvenation',
      backend: backendName('shop'),
      server: serverName('web1'),
    },
    ...{
      spare: serverName('web4'),
      trigger: 'operator',
      by: 'kim',
      reason: 'it leaks',
      force: false,
      run: null,
      because: null,
      effect: null,
    },
    ...{ startedAt: Date.parse('2026-11-20T03:00Z'), phase: 'completed', phaseAt: 0, deadline: null },
    ...{
      abortAsked: null,
      cause: null,
      wayOutFrom: null,
      resumedAt: [],
      endedAt: Date.parse('2026-11-20T03:10Z'),
    },
    steps: [
      {
        ...{ phase: 'draining', state: 'done', found: {}, detail: '0 sessions on both' },
        ...{ beganAt: Date.parse('2026-11-20T03:01Z'), endedAt: Date.parse('2026-11-20T03:04Z') },
        step: {
          kind: 'grace',
          server: { backend: backendName('shop'), server: serverName('web1') },
          forMs: 1,
        },
      },
    ],
    ...change,
  });

  it('history says what was measured of a server that a threshold took', async () => {
    const evidence = 'memory.used 91%; true for 12m, 49 samples';
    const because = { severity: 'aging', rule: 'memory.used > 85%', evidence, confirmMs: 60_000 } as const;
    const measured = operation('op-1', { trigger: 'threshold', by: null, because });
    for (const args of [[], ['op-1']]) {
      const scene = setScene();
      scene.control.past = { operations: [measured], runs: [] };
      expect(await scene.run('history', ...args)).toBe(0);
      expect(scene.out().replaceAll(/\s+/g, ' ')).toContain(evidence);
    }
  });

  describe('history of one rejuvenation says what it has brought', () => {
    const hour = (means: Record<string, number>) => ({ fromAt: 0, untilAt: 3_600_000, means });
    const before = hour({ 'memory.used': 0.9, 'latency.p95': 800, 'requests.rate': 40 });
    const after = hour({ 'memory.used': 0.41, 'latency.p95': 250, 'requests.rate': 41 });
    const shown = async (change: Partial<Operation>): Promise<string> => {
      const scene = setScene();
      scene.control.past = { operations: [operation('op-1', change)], runs: [] };
      expect(await scene.run('history', 'op-1')).toBe(0);
      return scene.out().replaceAll(/\s+/g, ' ');
    };

    it('once that is measured, with the traffic and what it has cost', async () => {
      const effect = { before, after, comparable: true, reducedMs: 0 };
      const figures = 'memory.used 90% → 41%, latency.p95 800ms → 250ms';
      expect(await shown({ effect })).toContain(`brought ${figures}, at about the same traffic, 40/s → 41/s`);
      expect(await shown({ effect: { ...effect, comparable: false, reducedMs: 180_000 } })).toContain(
        `${figures}, at other traffic, 40/s → 41/s; 3m00s with one server less`,
      );
    });

    it('also where nothing that it should change was measured', async () => {
      const traffic = hour({ 'requests.rate': 40 });
      expect(
        await shown({ effect: { before: traffic, after: traffic, comparable: true, reducedMs: 0 } }),
      ).toContain(
        'brought nothing that it should change was measured, at about the same traffic, 40/s → 40/s',
      );
    });

    it('and that it is not known yet, where it will be', async () => {
      expect(await shown({ effect: 'owed' })).not.toContain('brought');
      const screen = { width: 100, colours: false, timeZone: 'UTC' };
      const owed = operation('op-1', { effect: 'owed' });
      expect(showOperation(owed, owed.startedAt, screen, true)).toMatch(
        /^brought +not measured yet: it has to have served again for an hour$/m,
      );
      const failed = operation('op-1', { effect: 'owed', phase: 'failed' });
      expect(showOperation(failed, failed.startedAt, screen, true)).not.toContain('brought');
    });
  });

  it('history is narrowed by server and time, and gives the time of each phase', async () => {
    const scene = setScene();
    const old = operation('op-old', { startedAt: Date.parse('2026-10-01T03:00Z') });
    const other = operation('op-other', { server: serverName('web2'), steps: [], spare: null });
    scene.control.past = { operations: [operation('op-1'), other, old], runs: [] };
    expect(await scene.run('history', '--json', '--server', 'shop/web1', '--since', '7d')).toBe(0);
    const found = JSON.parse(scene.out()) as { operations: { id: string; phases: unknown }[] };
    expect(found.operations.map(({ id }) => id)).toEqual(['op-1']);
    expect(found.operations[0]?.phases).toEqual([
      {
        phase: 'draining',
        beganAt: Date.parse('2026-11-20T03:01Z'),
        endedAt: Date.parse('2026-11-20T03:10Z'),
        durationMs: 540_000,
      },
    ]);
    const wrong = setScene();
    expect(await wrong.run('history', '--since', 'yesterday')).toBe(2);
    expect(wrong.err()).toContain('--since is a time such as');
    expect(await setScene().run('history', '--server', 'shop/web9')).toBe(2);
  });

  it('history ID shows every step, who asked as the client stated it, and why', async () => {
    const scene = setScene();
    scene.control.past = { operations: [operation('op-1')], runs: [] };
    expect(await scene.run('history', 'op-1')).toBe(0);
    expect(scene.out()).toContain('op-1: rejuvenation of shop/web1, begun 2026-11-20 03:00:00');
    expect(scene.out()).toMatch(/asked for +by kim \(as the client states it\)/);
    expect(scene.out()).toMatch(/why +it leaks/);
    expect(scene.out()).toContain('03:01:00  grace shop/web1 done after 3m00s: 0 sessions on both');
    expect(await setScene().run('history', 'op-9')).toBe(2);
    const shown = setScene();
    shown.control.past = scene.control.past;
    expect(await shown.run('history', 'show', 'op-1')).toBe(0);
    expect(shown.out()).toBe(scene.out());
    expect(await setScene().run('history', 'show')).toBe(2);
    expect(await setScene().run('history', 'op-1', 'op-2')).toBe(2);
  });

  it('history ID says who asked for the abort, and what was never begun', async () => {
    const scene = setScene();
    const [grace] = operation('op-1').steps;
    const left = { ...grace!, phase: 'registering' as const, beganAt: null, endedAt: null, detail: null };
    scene.control.past = {
      operations: [
        operation('op-1', {
          ...{ phase: 'aborted', steps: [grace!, left], by: null, trigger: 'schedule' },
          abortAsked: { at: Date.parse('2026-11-20T03:05Z'), by: 'anna', reason: 'wrong server' },
          cause: { end: 'aborted', code: 'aborted', reason: 'aborted by anna: wrong server' },
        }),
      ],
      runs: [],
    };
    expect(await scene.run('history', 'op-1')).toBe(0);
    expect(scene.out()).toMatch(/asked for +by a schedule/);
    expect(scene.out()).toMatch(
      /abort +asked for 2026-11-20 03:05:00 by anna \(as the client states it\): wrong server/,
    );
    expect(scene.out()).toContain('not begun: registering grace');
  });

  it('history lists the end and the phases of each operation, within the width of the terminal', async () => {
    const scene = setScene();
    const [grace] = operation('op-1').steps;
    const later = Date.parse('2026-11-20T03:04Z');
    const proof = { ...grace!, phase: 'rejuvenating' as const, beganAt: later, endedAt: later };
    scene.control.past = {
      operations: [operation('op-1', { steps: [grace!, proof], reason: 'it leaks '.repeat(20).trim() })],
      runs: [],
    };
    scene.isTTY = true;
    expect(await scene.run('history')).toBe(0);
    const lines = scene.out().split('\n');
    expect(lines[0]).toBe('2026-11-20 03:00:00  op-1  rejuvenation of shop/web1');
    expect(lines[1]).toMatch(/^ {4}completed after 10m00s, spare web4, by kim \(as the client states it\):/);
    expect(scene.out()).toContain('draining 3m00s, rejuvenating 6m00s');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('status says that it is paused, by whom, until when and why', async () => {
    const scene = setScene();
    const since = '2026-11-21T03:00:00.000Z';
    scene.control.now = {
      ...scene.control.now,
      paused: { reason: 'a deploy', by: 'kim', since, until: null, includingFailover: false },
    };
    expect(await scene.run('status')).toBe(0);
    expect(scene.out()).toContain(
      'paused until `rejuv resume`\n  by kim (as the client states it) since 03:00:00, 30m00s ago: a deploy',
    );
  });

  it('a pause holds up failovers only where it says so', async () => {
    const scene = setScene();
    expect(await scene.run('pause', '--reason', 'a move', '--including-failover')).toBe(0);
    expect(scene.err()).toContain('a server that fails is not replaced meanwhile: a person is told');
    expect(scene.control.asked).toEqual(['pause by kim: a move, until resumed, finish, failovers too']);
  });

  it('pause and resume say until when, with a reason', async () => {
    const scene = setScene();
    expect(await scene.run('pause', '--reason', 'a deploy', '--for', '2h', '--roll-back')).toBe(0);
    expect(scene.err()).toContain('paused until 05:30:00, in 2h00m; drain');
    expect(scene.err()).toContain('asked op-20261121-0330-k7q2 to stop');
    expect(await scene.run('resume', '--reason', 'deployed', '--json')).toBe(0);
    expect(scene.control.asked).toEqual([
      `pause by kim: a deploy, until ${Date.parse('2026-11-21T05:30Z')}, roll back`,
      'resume by kim: deployed',
    ]);
  });

  it.each([
    [['pause']],
    [['pause', '--reason', 'x', '--for', '2h', '--until', '18:00']],
    [['pause', '--reason', 'x', '--until', '2026-11-20T00:00Z']],
    [['pause', '--reason', 'x', '--until', 'later']],
    [['pause', '--reason', 'x', '--until', '2h ago']],
    [['pause', '--reason', 'x', '--for', '1:30']],
    [['pause', '--reason', 'x', '--for', '100000000d']],
  ])('%j is wrong usage', async (words) => {
    const scene = setScene();
    expect(await scene.run(...words)).toBe(2);
    expect(scene.control.asked).toEqual([]);
  });
});
