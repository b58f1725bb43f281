import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { backendName, operationId, serverName } from '../../src/domain/names.ts';
import type { Why } from '../../src/domain/why.ts';
import { contract } from './contract.ts';
import { setScene, type Scene } from './scene.ts';

const isWhy = contract('why');
const target = { backend: backendName('shop'), server: serverName('web2') };

/** Held by a drain, changed by hand on one load balancer, with the other one away. */
function troubled(scene: Scene): Why {
  const { reasons } = scene.control;
  const [a] = reasons.loadBalancers;
  const { message } = new RejuvError('haproxy-down', {
    loadBalancer: 'lb-b',
    socket: '/run/haproxy/admin.sock',
    problem: 'connection refused',
  });
  const nothing = { admin: null, owner: null, operational: null, check: null, sessions: null, queue: null };
  const touch = {
    ...{ id: operationId('op-20261121-0318-k7q2'), kind: 'drain' as const, of: target },
    ...{ trigger: 'operator' as const, by: 'anna', reason: 'it leaks, and nobody knows why' },
    startedAt: '2026-11-21T03:18:00.000Z',
  };
  const held = new RejuvError('held', {
    ...target,
    since: '2026-11-21T03:18:00.000Z',
    problem: 'it leaks, and nobody knows why',
  });
  return {
    ...reasons,
    list: 'off',
    condition: 'unknown',
    loadBalancers: [
      { ...a!, admin: 'drain', owner: 'person', queue: 2, changedAt: '2026-11-20T03:18:00.000Z' },
      { name: 'lb-b', reachable: false, problem: message, ...nothing, changedAt: null },
    ],
    held: {
      ...{ since: '2026-11-21T03:18:00.000Z', reason: 'it leaks, and nobody knows why', by: 'anna' },
      ...{ kind: 'drain', operation: touch.id, failed: false },
    },
    lastOperation: { ...touch, ended: 'completed', endedAt: '2026-11-21T03:19:30.000Z', cause: null },
    next: { ...reasons.next, unknown: message },
    blocks: [
      {
        ...{ code: 'held', message: held.message, fix: held.fix, holdsUp: 'everybody' },
        ...{ since: '2026-11-21T03:18:00.000Z', until: null },
      },
      {
        ...{ code: 'outside-window', message: 'all backends: no window is open', fix: 'wait' },
        ...{ since: null, until: '2026-11-22T02:00:00.000Z', holdsUp: 'schedules' },
      },
    ],
  };
}

describe('rejuv why', () => {
  it('is with --json one document that fits its schema, and nothing else', async () => {
    const scene = setScene();
    scene.control.reasons = troubled(scene);
    expect(await scene.run('why', 'shop/web2', '--json')).toBe(0);
    const document: unknown = JSON.parse(scene.out());
    expect(isWhy(document), JSON.stringify(isWhy.errors)).toBe(true);
    expect(document).toEqual(scene.control.reasons);
    expect(scene.err()).toBe('');
    expect(scene.control.asked).toEqual(['why shop/web2']);
  });

  it('says of a server with nothing in the way that nothing is, in a few lines', async () => {
    const scene = setScene();
    expect(await scene.run('why', 'shop/web2')).toBe(0);
    expect(scene.out()).toBe(`shop/web2: primary, serving, condition healthy; never verified by rejuv
  Sat 2026-11-21 03:30:00 UTC, as the sidecar knows it

        state  set by       seen  check  sessions  last change
  lb-a  ready  haproxy.cfg  up    L7OK   3         2026-11-20 03:30:00, 1d0h ago
  lb-b  ready  haproxy.cfg  up    L7OK   3         2026-11-20 03:30:00, 1d0h ago

what comes next
  no schedule would choose it in the next 35 days

nothing blocks a rejuvenation of it now
`);
  });

  it('shows who holds it, what is unknown, and what clears each gate, within 80 characters', async () => {
    const scene = setScene();
    scene.isTTY = true;
    scene.control.reasons = troubled(scene);
    expect(await scene.run('why', 'shop/web2')).toBe(0);
    expect(scene.out()).toBe(`shop/web2: primary, off the list, condition unknown; never verified by rejuv
  Sat 2026-11-21 03:30:00 UTC, as the sidecar knows it

        state  set by  seen  check  sessions      last change
  lb-a  drain  hand    up    L7OK   3 + 2 queued  2026-11-20 03:18:00, 1d0h ago
  lb-b  no answer  nothing answers at /run/haproxy/admin.sock (connection
    refused)
  held for 12m00s, since 03:18:00 by anna (as the client states it) with \`rejuv
    drain\`: it leaks, and nobody knows why
    only a person ends it: \`rejuv ready shop/web2\`
  last touched by op-20261121-0318-k7q2, drain of shop/web2, completed 03:19:30,
    10m30s ago, by anna (as the client states it): it leaks, and nobody knows
    why

what comes next
  what the schedules would do is unknown: lb-b: nothing answers at
    /run/haproxy/admin.sock (connection refused)

what blocks a rejuvenation of it now
  held: shop/web2 is held out of service since 03:18:00: it leaks, and nobody
      knows why
      since 03:18:00, 12m00s ago
      to clear it: end that with \`rejuv ready shop/web2\`
what holds up schedules, but no person
  outside-window: all backends: no window is open
      ends by itself 2026-11-22 02:00:00, in 22h30m
      to clear it: wait
`);
  });

  it('tells of a spare whether it could take over, and when it would', async () => {
    const scene = setScene();
    const { reasons, ahead } = scene.control;
    const run = {
      ...{ due: ahead.from, start: '2026-11-22T02:30:00.000Z', backend: target.backend, cron: '30 3 * * *' },
      ...{ timeZone: 'Europe/Berlin', server: serverName('web1'), spare: target.server },
      ...{ verdict: 'runs' as const, code: null, reason: null },
    };
    scene.control.reasons = {
      ...{ ...reasons, role: 'spare', list: 'spare', next: { ...reasons.next, run } },
      takeOver: { possible: false, problem: 'is held (a new disk)' },
    };
    expect(await scene.run('why', 'shop/web2')).toBe(0);
    expect(scene.out()).toContain(
      '2026-11-22 02:30:00, in 23h00m, by the schedule 30 3 * * * (Europe/Berlin): takes over from web1',
    );
    expect(scene.out()).toContain('it could not take over now: is held (a new disk)');
  });

  it('looks for itself when no sidecar runs, and says so', async () => {
    const scene = setScene();
    scene.sidecar = false;
    scene.warnings = ['the records cannot be read'];
    expect(await scene.run('why', 'shop/web2', '--json')).toBe(0);
    expect(scene.took).toEqual(['onlooker', 'closed']);
    expect(scene.err()).toContain('warning: the records cannot be read');
    expect(scene.err()).toContain('no sidecar is running');
    JSON.parse(scene.out());
  });

  it('ends with 4 when neither load balancer answers, and with 2 for a server that is none', async () => {
    const scene = setScene();
    const { reasons } = scene.control;
    scene.control.reasons = {
      ...reasons,
      loadBalancers: reasons.loadBalancers.map((one) => ({ ...one, reachable: false, problem: 'away' })),
    };
    expect(await scene.run('why', 'shop/web2')).toBe(4);
    for (const wrong of [['why'], ['why', 'web2'], ['why', 'shop/web9'], ['why', 'shop/web2', 'x']]) {
      expect(await setScene().run(...wrong), wrong.join(' ')).toBe(2);
    }
  });
});
