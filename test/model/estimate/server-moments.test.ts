import { describe, expect, it } from 'vitest';
import { backendName, operationId, parseServerId, serverName } from '../../../src/domain/names.ts';
import type { Operation, PlannedStep } from '../../../src/domain/operation.ts';
import type { Step } from '../../../src/domain/step.ts';
import { observeHistory, type Observations } from '../../../src/model/estimate/history.ts';
import { momentsOf } from '../../../src/model/estimate/server-moments.ts';
import { fakeWorld } from '../../fakes/world.ts';

const hour = 3_600_000;
const { settings } = fakeWorld();
const host = settings.backends[0]!.servers[0]!.ssh!;
const probe = settings.backends[0]!.probe;
const back = { allowUnchecked: false, checkDeadlineMs: 1, graceMs: 1, idleDeadlineMs: 1, floor: null };
const web1 = parseServerId('shop/web1')!;
const blog1 = parseServerId('blog/blog1')!;

function done(step: Step, endedAt: number, change: Partial<PlannedStep> = {}): PlannedStep {
  return {
    phase: 'draining',
    step,
    state: 'done',
    found: null,
    beganAt: endedAt - 60_000,
    endedAt,
    detail: null,
    ...change,
  };
}

function set(
  server: typeof web1,
  to: 'ready' | 'drain' | 'maint',
  at: number,
  found?: 'ready' | 'maint',
): PlannedStep {
  const step: Step = { kind: 'admin', server, to, from: null, keepReady: false, floor: null, back };
  return done(step, at, { found: found === undefined ? null : { admin: { 'lb-a': found, 'lb-b': found } } });
}

const reboot = (at: number): PlannedStep =>
  done({ kind: 'reboot', server: web1, host, command: 'reboot', deadlineMs: 1 }, at, {
    phase: 'rejuvenating',
  });

const wake = (at: number, probed: boolean): PlannedStep =>
  done(
    {
      kind: 'wake',
      server: web1,
      host,
      command: 'start',
      stop: null,
      deadlineMs: 1,
      probe: probed ? probe : null,
    },
    at,
    { found: { asleep: true }, phase: 'activating' },
  );

let ids = 0;
function operation(
  kind: Operation['kind'],
  steps: readonly PlannedStep[],
  change: Partial<Operation> = {},
): Operation {
  const startedAt = steps[0]!.beganAt!;
  const endedAt = steps.at(-1)!.endedAt;
  return {
    id: operationId(`op-${(ids += 1)}`),
    kind,
    backend: backendName('shop'),
    server: serverName('web1'),
    spare: null,
    trigger: 'schedule',
    by: null,
    reason: null,
    force: false,
    run: null,
    because: null,
    effect: null,
    startedAt,
    phase: 'completed',
    phaseAt: startedAt,
    deadline: null,
    steps,
    abortAsked: null,
    cause: null,
    wayOutFrom: null,
    resumedAt: [],
    endedAt,
    ...change,
  };
}

function observed(...operations: Operation[]): Observations {
  return observeHistory({ operations }, backendName('shop'), 100 * hour);
}

describe('what an operation says about a server', () => {
  it('lets a reboot restart every server on the host, in whatever backend', () => {
    const proof: Step = {
      kind: 'prove-out',
      server: web1,
      sameHost: [blog1],
      floor: null,
      beforeReboot: true,
      oldWorkersGoneMs: 0,
    };
    const moments = momentsOf(operation('rejuvenation', [done(proof, 2 * hour), reboot(3 * hour)]));
    expect(moments.filter(({ kind }) => kind === 'new').map(({ server }) => server)).toEqual([
      'shop/web1',
      'blog/blog1',
      'shop/web1',
    ]);
  });

  it('does not blame a symptom for the end of a neighbour that was only rebooted along', () => {
    const proof: Step = {
      kind: 'prove-out',
      server: web1,
      sameHost: [blog1],
      floor: null,
      beforeReboot: true,
      oldWorkersGoneMs: 0,
    };
    const both = [
      done(proof, 2 * hour),
      reboot(3 * hour),
      set(web1, 'ready', 4 * hour),
      set(blog1, 'ready', 5 * hour),
    ];
    const later = [done(proof, 22 * hour), reboot(24 * hour)];
    const operations = [
      operation('rejuvenation', both),
      operation('rejuvenation', later, { trigger: 'threshold' }),
    ];
    const blog = observeHistory({ operations }, backendName('blog'), 100 * hour);
    expect(blog.lives[0]).toMatchObject({ server: 'blog/blog1', hours: 19, end: 'rejuvenation' });
    expect(observed(...operations).lives[0]).toMatchObject({
      server: 'shop/web1',
      hours: 20,
      end: 'symptom',
    });
  });

  it('counts the start of a sleeping application as a restart only where a probe had found it asleep', () => {
    const served = (probed: boolean): Operation =>
      operation('ready', [wake(1 * hour, probed), set(web1, 'ready', 2 * hour)]);
    expect(observed(served(true)).lives).toMatchObject([{ hours: 98, end: 'open' }]);
    expect(observed(served(false)).lives).toEqual([]);
    expect(observed(served(false)).leftOut).toHaveLength(1);
  });

  it('takes a server out only where it was ready, and takes nothing out to check what is ready', () => {
    const checked: Step = {
      kind: 'admin',
      server: web1,
      to: 'drain',
      from: null,
      keepReady: true,
      floor: null,
      back,
    };
    const steps = [
      set(web1, 'drain', 2 * hour, 'maint'),
      done(checked, 3 * hour),
      set(web1, 'drain', 4 * hour, 'ready'),
      set(web1, 'maint', 5 * hour),
    ];
    expect(momentsOf(operation('drain', steps)).map(({ kind, at }) => [kind, at / hour])).toEqual([
      ['out', 4],
      ['out', 5],
    ]);
  });

  it('counts nothing that failed, was skipped or is still to come', () => {
    const states = (['planned', 'begun', 'failed', 'skipped'] as const).map((state) => ({
      ...set(web1, 'maint', 2 * hour),
      state,
    }));
    expect(momentsOf(operation('maint', states))).toEqual([]);
  });

  it('calls a server rejuvenated when all actions were done, whatever they are', () => {
    const clean: Step = { kind: 'run', server: web1, host, command: 'clean', deadlineMs: 1, once: false };
    const action = (at: number, state: 'done' | 'failed'): PlannedStep =>
      done(clean, at, { phase: 'rejuvenating', state });
    const whole = momentsOf(operation('rejuvenation', [action(2 * hour, 'done'), action(3 * hour, 'done')]));
    expect(whole).toEqual([{ server: 'shop/web1', kind: 'new', at: 3 * hour }]);
    const half = momentsOf(operation('rejuvenation', [action(2 * hour, 'done'), action(3 * hour, 'failed')]));
    expect(half).toEqual([]);
  });

  it('lets a failure end a life even where no repair is recorded, and counts the repair as still open', () => {
    const first = operation('ready', [wake(1 * hour, true), set(web1, 'ready', 2 * hour)]);
    const fault = operation('failover', [set(web1, 'maint', 12 * hour, 'ready')], { trigger: 'fault' });
    const { lives, repairs } = observed(first, fault);
    expect(lives).toHaveLength(1);
    expect(lives[0]).toMatchObject({ failed: true, end: 'failure', operation: fault.id });
    // It had failed when the operation began, a minute before the first step ended.
    expect(lives[0]!.hours).toBeCloseTo(10 - 1 / 60, 9);
    expect(repairs).toHaveLength(1);
    expect(repairs[0]).toMatchObject({ complete: false, operation: fault.id });
    expect(repairs[0]!.hours).toBeCloseTo(88 + 1 / 60, 9);
  });

  it('leaves out a failure of a server whose age nobody knows', () => {
    const fault = operation('failover', [set(web1, 'maint', 12 * hour, 'ready')], { trigger: 'fault' });
    expect(observed(fault)).toMatchObject({ lives: [], leftOut: [{ server: 'shop/web1' }] });
  });

  it('gives a reboot that never came back as a duration of at least so long', () => {
    const gone = operation('rejuvenation', [{ ...reboot(3 * hour), state: 'failed' }], { phase: 'failed' });
    expect(observed(gone).boots).toMatchObject([{ hours: 1 / 60, complete: false }]);
    const running = operation('rejuvenation', [{ ...reboot(3 * hour), state: 'begun', endedAt: null }], {
      phase: 'rejuvenating',
      endedAt: null,
    });
    expect(observed(running).boots[0]!.hours).toBeCloseTo(97 + 1 / 60, 9);
  });
});
