import type { ErrorCode } from '../../src/domain/catalogue.ts';
import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import type { EndPhase } from '../../src/domain/operation.ts';
import { fakeId } from '../fakes/control.ts';
import { contract } from './contract.ts';
import { jsonLines, setScene } from './scene.ts';

const isProgress = contract('progress');

function expectProgress(lines: Record<string, unknown>[]): void {
  for (const line of lines) expect(isProgress(line), JSON.stringify(isProgress.errors)).toBe(true);
}

describe('the verbs', () => {
  it.each([
    ['drain', 'drain'],
    ['maint', 'maint'],
    ['ready', 'ready'],
    ['rejuvenate', 'rejuvenation'],
    ['switchover', 'switchover'],
  ])('`rejuv %s` asks for a %s in the name of the person, and waits for its end', async (verb, kind) => {
    const scene = setScene();
    scene.control.emit({});
    scene.control.emit({ state: 'completed', phase: 'completed' });
    expect(await scene.run(verb, 'shop/web2', '--reason', 'slow since noon')).toBe(0);
    expect(scene.control.begun).toEqual([
      {
        kind,
        target: { backend: 'shop', server: 'web2' },
        trigger: 'operator',
        by: 'kim',
        reason: 'slow since noon',
        force: false,
        noWait: false,
        run: null,
        because: null,
      },
    ]);
    expect(scene.out()).toBe('');
  });

  it('`rejuv rejuvenate shop --all` goes through the backend, and waits for its end', async () => {
    const scene = setScene();
    scene.control.emit({ state: 'completed', phase: 'completed' });
    const typed = ['rejuvenate', 'shop', '--all', '--max-failed', '1', '--reason', 'a new kernel'];
    expect(await scene.run(...typed)).toBe(0);
    expect(scene.control.rolls).toEqual([
      { backend: 'shop', by: 'kim', reason: 'a new kernel', force: false, maxFailed: 1 },
    ]);
    expect(scene.control.begun).toEqual([]);
  });

  it.each([
    ['a backend that is not there', ['rejuvenate', 'shops', '--all']],
    ['a number that is none', ['rejuvenate', 'shop', '--all', '--max-failed', 'few']],
    ['a dry run of all', ['rejuvenate', 'shop', '--all', '--dry-run']],
  ])('`--all` refuses %s', async (_, typed) => {
    const scene = setScene();
    expect(await scene.run(...typed)).toBe(2);
    expect(scene.control.rolls).toEqual([]);
  });

  it('`rejuv continue` says go on in the name of the person', async () => {
    const scene = setScene();
    expect(await scene.run('continue', fakeId)).toBe(0);
    expect(scene.control.asked).toEqual([`continue ${fakeId} kim`]);
  });

  it.each<[EndPhase, ErrorCode | null, number]>([
    ['completed', null, 0],
    ['called-off', null, 0],
    ['failed', 'never-returned', 1],
    ['aborted', 'probe-failed', 1],
    ['aborted', 'aborted', 5],
    ['failed', 'aborted', 5],
  ])('end with the exit status of what became of it: %s with code %s is %i', async (state, code, status) => {
    const scene = setScene();
    scene.control.emit({ state, phase: state, code });
    expect(await scene.run('rejuvenate', 'shop/web2', '--json')).toBe(status);
    expectProgress(jsonLines(scene));
    expect(jsonLines(scene)).toHaveLength(1);
  });

  it('print one JSON object per line, of the contract, and nothing else on either stream', async () => {
    const scene = setScene();
    scene.control.emit({ sessions: { 'lb-a': 3, 'lb-b': 0 }, queue: { 'lb-a': 0, 'lb-b': 0 } });
    scene.control.emit({ deadline: '2026-11-21T03:40:00.000Z' });
    scene.control.emit({ state: 'failed', phase: 'failed', code: 'drain-deadline', reason: '3 remain' });
    expect(await scene.run('drain', 'shop/web2', '--json')).toBe(1);
    const lines = jsonLines(scene);
    expectProgress(lines);
    expect(lines.map((line) => line['state'])).toEqual(['running', 'running', 'failed']);
    expect(scene.err()).toBe('');
  });

  it('say what to do after a drain that did not reach zero', async () => {
    const scene = setScene();
    scene.control.emit({ state: 'failed', phase: 'failed', code: 'drain-deadline', reason: '3 remain' });
    expect(await scene.run('drain', 'shop/web2')).toBe(1);
    expect(scene.err()).toContain('`rejuv maint shop/web2` moves them');
  });

  it('show a guard that refuses as one sentence and its fix, with its exit status', async () => {
    const scene = setScene();
    scene.control.fail('begin', new RejuvError('no-actions', { backend: 'shop' }));
    expect(await scene.run('rejuvenate', 'shop/web2')).toBe(3);
    expect(scene.err()).toContain('backend shop has no `actions`');
    expect(scene.err()).toContain('use `rejuv switchover`');
    expect(scene.out()).toBe('');
  });

  it.each([
    [new RejuvError('no-actions', { backend: 'shop' }), 3],
    [new RejuvError('haproxy-down', { loadBalancer: 'lb-a', socket: '/run/a.sock', problem: 'refused' }), 4],
  ])('show a guard that refuses as one JSON line of the contract', async (error, status) => {
    const scene = setScene();
    scene.control.fail('begin', error);
    expect(await scene.run('rejuvenate', 'shop/web2', '--json')).toBe(status);
    const lines = jsonLines(scene);
    expectProgress(lines);
    expect(lines).toMatchObject([
      { operation: null, phase: 'requested', state: 'blocked', code: error.code, reason: error.message },
    ]);
  });

  it('refuse --force without a reason before anything is asked', async () => {
    const scene = setScene();
    expect(await scene.run('drain', 'shop/web2', '--force')).toBe(2);
    expect(await scene.run('drain', 'shop/web2', '--force', '--reason', '  ')).toBe(2);
    expect(scene.control.begun).toEqual([]);
    scene.control.emit({ state: 'completed', phase: 'completed' });
    expect(await scene.run('drain', 'shop/web2', '--force', '--reason', 'on fire')).toBe(0);
    expect(scene.control.begun).toMatchObject([{ force: true, reason: 'on fire' }]);
  });

  it.each([
    ['web2', 'usage'],
    ['shop/web2/x', 'usage'],
    ['shop/we b2', 'usage'],
    ['shop/web9', 'unknown-server'],
    ['store/web2', 'unknown-backend'],
  ])('refuse the name %s', async (name, code) => {
    const scene = setScene();
    expect(await scene.run('drain', name, '--json')).toBe(2);
    expect(jsonDocument(scene.out())).toMatchObject({ error: { code } });
  });

  it('name the person behind sudo', async () => {
    const scene = setScene();
    scene.env = { SUDO_USER: 'sam', LOGNAME: 'root', USER: 'root' };
    scene.control.emit({ state: 'completed', phase: 'completed' });
    await scene.run('maint', 'shop/web2');
    expect(scene.control.begun).toMatchObject([{ by: 'sam' }]);
  });
});

describe('--no-wait', () => {
  it('lets a drain go once drain is set, and does not call that a proof', async () => {
    const scene = setScene();
    scene.control.emit({ state: 'completed', phase: 'completed' });
    expect(await scene.run('drain', 'shop/web2', '--no-wait', '--json')).toBe(0);
    expect(scene.control.begun).toMatchObject([{ noWait: true }]);
    expectProgress(jsonLines(scene));
    expect(jsonLines(scene)).toMatchObject([{ operation: fakeId, phase: 'draining', state: 'detached' }]);
  });

  it('leaves a rejuvenation to the sidecar, and says how to follow it', async () => {
    const scene = setScene();
    expect(await scene.run('rejuvenate', 'shop/web2', '--no-wait')).toBe(0);
    expect(scene.control.begun).toMatchObject([{ noWait: false }]);
    expect(scene.err()).toContain(`rejuv watch ${fakeId}`);
  });

  it('ends its JSON with a detached line', async () => {
    const scene = setScene();
    expect(await scene.run('switchover', 'shop/web2', '--no-wait', '--json')).toBe(0);
    expectProgress(jsonLines(scene));
    expect(jsonLines(scene)).toMatchObject([{ operation: fakeId, state: 'detached' }]);
    expect(scene.err()).toBe('');
  });
});

describe('--dry-run', () => {
  const phases = [
    {
      phase: 'draining' as const,
      steps: [{ kind: 'admin', lines: ['lb-a: set server shop/web2 state drain'] }],
    },
  ];

  it('prints every step with its commands and begins nothing', async () => {
    const scene = setScene();
    scene.control.rehearsal = { spare: 'web4', phases, blocked: [] };
    expect(await scene.run('rejuvenate', 'shop/web2', '--dry-run')).toBe(0);
    expect(scene.out()).toContain('spare: web4');
    expect(scene.out()).toContain('    lb-a: set server shop/web2 state drain');
  });

  it('ends with 3 when a gate would block, and says which', async () => {
    const scene = setScene();
    const blocked = [{ code: 'no-spare', message: 'no spare', fix: 'free one' }];
    scene.control.rehearsal = { spare: null, phases, blocked };
    expect(await scene.run('rejuvenate', 'shop/web2', '--dry-run')).toBe(3);
    expect(scene.out()).toContain('blocked: no spare\n  free one');
    const other = setScene();
    other.control.rehearsal = { spare: null, phases, blocked };
    expect(await other.run('switchover', 'shop/web2', '--dry-run', '--json')).toBe(3);
    expect(jsonDocument(other.out())).toEqual({ spare: null, phases, blocked });
  });
});

describe('without a sidecar', () => {
  it.each(['drain', 'maint', 'ready'])(
    '`rejuv %s` acts straight on the sockets and lets go',
    async (verb) => {
      const scene = setScene();
      scene.sidecar = false;
      scene.control.emit({ state: 'completed', phase: 'completed' });
      expect(await scene.run(verb, 'shop/web2')).toBe(0);
      expect(scene.took).toEqual(['direct', 'closed']);
    },
  );

  it.each(['rejuvenate', 'switchover'])('`rejuv %s` says that the sidecar is needed', async (verb) => {
    const scene = setScene();
    scene.sidecar = false;
    expect(await scene.run(verb, 'shop/web2', '--json')).toBe(4);
    expect(jsonDocument(scene.out())).toMatchObject({ error: { code: 'sidecar-absent' } });
  });

  it('a drain is refused where the record cannot be written', async () => {
    const scene = setScene();
    scene.sidecar = false;
    scene.refusal = new RejuvError('records-unwritable', {
      path: '/var/lib/rejuv',
      problem: 'no permission',
    });
    expect(await scene.run('drain', 'shop/web2')).toBe(3);
    expect(scene.err()).toContain('--unrecorded acts without them');
    expect(await scene.run('drain', 'shop/web2', '--json')).toBe(3);
    expectProgress(jsonLines(scene));
    expect(jsonLines(scene)).toMatchObject([{ state: 'blocked', code: 'records-unwritable' }]);
  });

  it('--unrecorded acts without the records, and the warnings are for people', async () => {
    const scene = setScene();
    scene.sidecar = false;
    scene.warnings = ['nothing is recorded'];
    scene.control.emit({ state: 'completed', phase: 'completed' });
    expect(await scene.run('maint', 'shop/web2', '--unrecorded', '--json')).toBe(0);
    expect(scene.took).toEqual(['unrecorded', 'closed']);
    expect(scene.err()).toContain('warning: nothing is recorded');
    expectProgress(jsonLines(scene));
  });

  it('what is locked by another rejuv is blocked', async () => {
    const scene = setScene();
    scene.sidecar = false;
    scene.refusal = new RejuvError('records-locked', { path: '/var/lib/rejuv' });
    expect(await scene.run('ready', 'shop/web2')).toBe(3);
  });
});

function jsonDocument(text: string): unknown {
  return JSON.parse(text) as unknown;
}
