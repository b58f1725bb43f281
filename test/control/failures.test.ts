import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/domain/catalogue.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import { findOperation, serverRecord } from '../../src/domain/records.ts';
import { fakeWorld, follow, never, request, until, type FakeWorld } from '../fakes/world.ts';

const web1 = 'shop/web1';
const web4 = 'shop/web4';
const down = new RejuvError('haproxy-down', {
  loadBalancer: 'lb-b',
  socket: '/run/lb-b.sock',
  problem: 'refused',
});

/** Both load balancers have the shop as it was before. */
function expectAsItWas(world: FakeWorld): void {
  for (const one of [world.a, world.b]) {
    expect([web1, 'shop/web2', 'shop/web3', web4].map((id) => one.admin(id))).toEqual([
      'ready',
      'ready',
      'ready',
      'maint',
    ]);
  }
  expect(world.shop.server('web4').running).toBe(false);
  expect(world.shop.server('web1').boots).toBe(0);
}

/** The server is out and held, the spare serves as primary. */
function expectSafe(world: FakeWorld): void {
  for (const one of [world.a, world.b]) {
    expect(one.admin(web1)).toBe('maint');
    expect(one.admin(web4)).toBe('ready');
  }
  expect(serverRecord(world.store.records, request('ready', 'web1').target).hold?.failed).toBe(true);
  expect(serverRecord(world.store.records, request('ready', 'web4').target).role).toBe('primary');
  expect(world.store.of('alert').length).toBeGreaterThan(0);
}

const beforeTheFirstAction: [string, ErrorCode, (world: FakeWorld) => void][] = [
  [
    'the start command of the spare fails',
    'command-failed',
    ({ hosts }) => hosts.answers.set('sudo -n systemctl start shop', { status: 1, stderr: 'no such unit' }),
  ],
  [
    'sudo wants a password',
    'sudo-password',
    ({ hosts }) =>
      hosts.answers.set('sudo -n systemctl start shop', {
        status: 1,
        stderr: 'sudo: a password is required',
      }),
  ],
  [
    'the spare starts but never passes its probe',
    'probe-failed',
    ({ shop }) => (shop.server('web4').passesProbe = false),
  ],
  [
    'the spare passes its probe but not the check of HAProxy',
    'check-failed',
    ({ shop }) => (shop.server('web4').passesCheck = false),
  ],
  [
    'a hand-over command is not there',
    'command-not-found',
    ({ hosts }) => hosts.answers.set('sudo -n shopctl flush-sessions', { status: 127 }),
  ],
  [
    'the copy fails',
    'copy-failed',
    ({ hosts }) =>
      hosts.faults.fail(
        'copy',
        new RejuvError('copy-failed', { from: 'a', to: 'b', problem: 'no such file' }),
        1,
      ),
  ],
  [
    'one load balancer refuses the drain of the server',
    'haproxy-refused',
    ({ b }) => {
      const refusal = { loadBalancer: 'lb-b', command: 'set server', reply: 'no' };
      b.faults.fail('setAdmin', new RejuvError('haproxy-refused', refusal), 1, 2);
    },
  ],
];

describe('a failure before the first action', () => {
  it.each(beforeTheFirstAction)('rolls everything back when %s', async (_name, code, arrange) => {
    const world = fakeWorld();
    arrange(world);
    const { last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last).toMatchObject({ state: 'aborted', code });
    expectAsItWas(world);
  });

  it('rolls back when the drain reaches its deadline and the policy is abort', async () => {
    const world = fakeWorld({
      backend: { drain: { persistenceMs: 5_000, deadlineMs: 20_000, atDeadline: 'abort' } },
    });
    world.shop.server('web1').stuck = 2;
    const { last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last).toMatchObject({ state: 'aborted', code: 'drain-deadline' });
    world.shop.server('web1').stuck = 0;
    expectAsItWas(world);
  });

  it('admits the server again, checked, before the spare leaves', async () => {
    const world = fakeWorld({
      backend: { drain: { persistenceMs: 5_000, deadlineMs: 20_000, atDeadline: 'abort' } },
    });
    world.shop.server('web1').stuck = 2;
    await follow(world.control, request('rejuvenation', 'web1'));
    const sets = world.a.faults.calls.filter((call) => call.startsWith('setAdmin ')).slice(4);
    expect(sets).toEqual([
      `setAdmin ${web1} drain`,
      `setAdmin ${web1} ready`,
      `setAdmin ${web4} drain`,
      `setAdmin ${web4} maint`,
    ]);
  });

  it('keeps a partial write open and blocking until the load balancer answers again', async () => {
    const world = fakeWorld();
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, (operation) => operation.phase === 'draining');
    const refusal = new RejuvError('haproxy-refused', { loadBalancer: 'lb-b', command: 'set', reply: 'no' });
    world.b.faults.fail('setAdmin', refusal, 1);
    world.a.faults.fail('setAdmin', down, 2, 1);
    await until(world, (operation) => operation.phase === 'rolling-back');
    const status = await world.control.status(never);
    expect(status.backends[0]?.blocked).toContain(id);
    await until(world, (operation) => operation.endedAt !== null);
    expectAsItWas(world);
  });
});

describe('the deadline of a drain', () => {
  it('is told to a person and waited past when the policy is wait', async () => {
    const world = fakeWorld({
      backend: { drain: { persistenceMs: 5_000, deadlineMs: 20_000, atDeadline: 'wait' } },
    });
    world.shop.server('web1').stuck = 2;
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, () => world.store.of('alert').length > 0);
    expect(world.store.of('alert')[0]).toMatchObject({ code: 'drain-deadline' });
    world.shop.server('web1').stuck = 0;
    expect((await until(world, (operation) => operation.endedAt !== null)).phase).toBe('completed');
  });

  it('cuts what remains when the policy is close, and says so', async () => {
    const world = fakeWorld({
      backend: { drain: { persistenceMs: 5_000, deadlineMs: 20_000, atDeadline: 'close' } },
    });
    world.shop.server('web1').stuck = 2;
    expect((await follow(world.control, request('rejuvenation', 'web1'))).last.state).toBe('completed');
    expect(world.a.faults.calls).toContain(`closeSessions ${web1}`);
    expect(world.store.of('alert')[0]?.message).toContain('cut');
  });

  it('ends a drain by hand failed, still in drain, with the count and the advice', async () => {
    const world = fakeWorld({
      backend: { drain: { persistenceMs: 5_000, deadlineMs: 20_000, atDeadline: 'wait' } },
    });
    world.shop.server('web1').bound = 2;
    const { last } = await follow(world.control, request('drain', 'web1'));
    expect(last).toMatchObject({ state: 'failed', code: 'drain-deadline' });
    expect(last.reason).toContain('4 session(s)');
    expect(world.a.admin(web1)).toBe('drain');
  });
});

const afterTheFirstAction: [string, ErrorCode, (world: FakeWorld) => void][] = [
  [
    'an action fails',
    'command-failed',
    ({ hosts }) => hosts.answers.set('sudo -n clean', { status: 2, stderr: 'cannot' }),
  ],
  [
    'the reboot command returns and nothing reboots',
    'reboot-did-nothing',
    ({ hosts }) => hosts.fates.set('web1', 'nothing'),
  ],
  ['the server only drops SSH', 'reboot-only-dropped', ({ hosts }) => hosts.fates.set('web1', 'drops-ssh')],
  ['the server never returns', 'never-returned', ({ hosts }) => hosts.fates.set('web1', 'never-returns')],
  [
    'the server returns but never gets healthy',
    'probe-failed',
    ({ hosts }) => hosts.fates.set('web1', 'returns-sick'),
  ],
];

describe('a failure from the first action on', () => {
  it.each(afterTheFirstAction)('ends failed and safe when %s', async (_name, code, arrange) => {
    const world = fakeWorld();
    arrange(world);
    const { last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last).toMatchObject({ state: 'failed', code });
    expectSafe(world);
  });

  it('refuses a host that answers with another host key after the reboot', async () => {
    const world = fakeWorld();
    const facts = { host: 'web1', knownHosts: '/k', fingerprint: 'SHA256:x', line: 'l' };
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, (operation) =>
      operation.steps.some(({ step, state }) => step.kind === 'reboot' && state === 'begun'),
    );
    world.hosts.faults.fail('connect', new RejuvError('host-key-changed', facts));
    const operation = await until(world, ({ endedAt }) => endedAt !== null);
    expect(operation.cause?.code).toBe('host-key-changed');
    expectSafe(world);
  });
});

describe('a person who changes the server by hand in the middle', () => {
  it('stops the operation, which touches that server no more and undoes its other acts', async () => {
    const world = fakeWorld();
    Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 60_000 });
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, (o) => o.steps.some(({ step, state }) => step.kind === 'grace' && state === 'begun'));
    world.a.setByHand(web1, 'ready');
    const operation = await until(world, ({ endedAt }) => endedAt !== null);
    expect(operation).toMatchObject({ phase: 'failed', cause: { code: 'changed-by-hand' } });
    expect(world.a.admin(web1)).toBe('ready');
    expect(world.b.admin(web1)).toBe('drain');
  });

  it('is never overridden when it is the spare that was taken', async () => {
    const world = fakeWorld();
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'activating');
    world.b.setByHand(web4, 'ready');
    const operation = await until(world, ({ endedAt }) => endedAt !== null);
    expect(operation.cause?.code).toBe('changed-by-hand');
    expect(world.b.admin(web4)).toBe('ready');
    expect(world.a.admin(web4)).toBe('maint');
    expect(world.a.admin(web1)).toBe('ready');
  });
});

describe('an abort', () => {
  it('rolls back before the first action and ends aborted by a person', async () => {
    const world = fakeWorld();
    Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 60_000 });
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'draining');
    await world.control.abort(id, 'anna', 'sale starts', never);
    const operation = await until(world, ({ endedAt }) => endedAt !== null);
    expect(operation).toMatchObject({
      phase: 'aborted',
      cause: { code: 'aborted' },
      abortAsked: { by: 'anna' },
    });
    expectAsItWas(world);
  });

  it('stops before the next action once one has begun, and ends safe', async () => {
    const world = fakeWorld();
    world.hosts.slow.set('sudo -n clean', 10_000);
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'rejuvenating');
    await world.control.abort(id, 'anna', 'stop it', never);
    const operation = await until(world, ({ endedAt }) => endedAt !== null);
    expect(operation).toMatchObject({ phase: 'failed', cause: { code: 'aborted' } });
    expect(world.shop.server('web1').boots).toBe(0);
    expectSafe(world);
  });
});

describe('a sidecar that stops', () => {
  it('rolls back what is before its first action', async () => {
    const world = fakeWorld();
    Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 60_000 });
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'draining');
    await world.control.stop();
    expect(world.store.records.operations.at(-1)).toMatchObject({
      phase: 'aborted',
      cause: { code: 'stopping' },
    });
    expectAsItWas(world);
  });

  it('leaves the rest recorded; after a restart the backend is blocked, and an abort ends it safely', async () => {
    const world = fakeWorld();
    world.hosts.slow.set('sudo -n clean', 10_000);
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'rejuvenating');
    await world.control.stop();
    expect(world.store.records.operations.at(-1)?.phase).toBe('rejuvenating');

    const next = world.restart();
    const status = await next.status(never);
    expect(status.backends[0]?.blocked).toContain('a sidecar takes it up');
    expect(status.operations[0]).toMatchObject({ id, phase: 'rejuvenating', running: false });
    await expect(next.begin(request('rejuvenation', 'web2'), never)).rejects.toMatchObject({
      code: 'backend-busy',
    });
    expect((await follow(next, request('drain', 'web3'))).last.state).toBe('completed');
    expect((await follow(next, request('ready', 'web3'))).last.state).toBe('completed');
    await next.abort(id, 'anna', 'after the crash', never);
    await until(world, () => findOperation(world.store.records, id)?.endedAt !== null);
    expectSafe(world);
  });
});
