import { describe, expect, it } from 'vitest';
import { backendName, operationId, serverName } from '../../src/domain/names.ts';
import type { Operation } from '../../src/domain/operation.ts';
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
    },
    ...{ startedAt: Date.parse('2026-11-20T03:00Z'), phase: 'completed', phaseAt: 0, deadline: null },
    ...{ abortAsked: null, cause: null, endedAt: Date.parse('2026-11-20T03:10Z') },
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
    expect(scene.out()).toMatch(/asked by +kim \(as stated\), operator/);
    expect(scene.out()).toMatch(/why +it leaks/);
    expect(scene.out()).toMatch(/03:01:00 +grace +shop\/web1 +done +3m00s +0 sessions on both/);
    expect(await setScene().run('history', 'op-9')).toBe(2);
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
      'paused until `rejuv resume`\n  by kim since 2026-11-21T03:00:00.000Z: a deploy',
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
    expect(scene.err()).toContain('paused until 2026-11-21T05:30:00.000Z');
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
