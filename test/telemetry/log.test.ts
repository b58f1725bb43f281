import { describe, expect, it } from 'vitest';
import type { Event, EventType } from '../../src/domain/event.ts';
import { backendName, loadBalancerName, operationId, serverName } from '../../src/domain/names.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { apply } from '../../src/domain/fold-records.ts';
import { noRecords, type Records } from '../../src/domain/records.ts';
import type { Level } from '../../src/telemetry/line.ts';
import { createLog, logEvent } from '../../src/telemetry/log.ts';
import { samplePassedOver, sampleRoll } from './sample-roll.ts';

const at = Date.UTC(2026, 2, 2, 10);
const id = operationId('op-1');
const web1 = { backend: backendName('shop'), server: serverName('web1') };
const lb1 = loadBalancerName('lb1');
const process = { pid: 42, startedAtSeconds: 7 };
const host = {
  host: '10.0.0.1',
  port: 22,
  user: 'ops',
  privateKey: '/k',
  agent: false,
  knownHosts: '/kh',
  connectTimeoutMs: 1,
};

const operation: Operation = {
  id,
  kind: 'rejuvenation',
  backend: web1.backend,
  server: web1.server,
  spare: serverName('web3'),
  trigger: 'operator',
  by: 'anna',
  reason: 'leaks, see https://anna:s3cret@wiki/1',
  force: false,
  run: null,
  because: null,
  effect: 'owed',
  startedAt: at,
  phase: 'requested',
  phaseAt: at,
  deadline: null,
  steps: [
    {
      phase: 'duplexing',
      step: {
        kind: 'run',
        server: web1,
        host,
        command: 'sync --password s3cret',
        deadlineMs: 1,
        once: false,
      },
      state: 'planned',
      found: null,
      beganAt: null,
      endedAt: null,
      detail: null,
    },
  ],
  abortAsked: null,
  cause: null,
  wayOutFrom: null,
  resumedAt: [],
  endedAt: null,
};

/** One of every type; a new type of the union does not compile until it is here. */
const samples: { [T in EventType]: Extract<Event, { type: T }> } = {
  'operation-opened': { type: 'operation-opened', at, operation },
  'phase-entered': { type: 'phase-entered', at, id, phase: 'duplexing' },
  'step-begun': { type: 'step-begun', at, id, index: 0, found: {} },
  'step-ended': { type: 'step-ended', at, id, index: 0, state: 'failed', detail: 'password=s3cret refused' },
  'repair-redirected': { type: 'repair-redirected', at, id, by: id, reason: 'web4 has its place', steps: [] },
  'course-turned': { type: 'course-turned', at, id, reason: 'web1 is down on both', steps: [] },
  'operation-resumed': { type: 'operation-resumed', at, id, how: 'carry-on' },
  'deadline-set': { type: 'deadline-set', at, id, deadline: at + 1000 },
  'abort-asked': { type: 'abort-asked', at, id, by: 'anna', reason: 'wrong one' },
  'course-left': {
    type: 'course-left',
    at,
    id,
    cause: { end: 'failed', code: 'command-failed', reason: 'curl -H "Authorization: Bearer s3cret" failed' },
    failed: null,
    steps: [],
  },
  'operation-ended': { type: 'operation-ended', at, id, phase: 'failed' },
  'admin-intended': {
    type: 'admin-intended',
    at,
    id,
    loadBalancer: lb1,
    server: web1,
    from: 'ready',
    to: 'drain',
    process,
    unsure: false,
  },
  'agent-intended': {
    type: 'agent-intended',
    at,
    id,
    loadBalancer: lb1,
    server: web1,
    wasEnabled: true,
    enabled: false,
  },
  'admin-confirmed': { type: 'admin-confirmed', at, loadBalancer: lb1, server: web1, process },
  'admin-yielded': { type: 'admin-yielded', at, loadBalancer: lb1, server: web1, found: 'drain', process },
  'agent-restored': { type: 'agent-restored', at, loadBalancer: lb1, server: web1 },
  'weight-intended': {
    type: 'weight-intended',
    at,
    id,
    loadBalancer: lb1,
    server: web1,
    original: null,
    share: 0.25,
    from: 100,
    to: 25,
    process,
  },
  'weight-confirmed': {
    type: 'weight-confirmed',
    at,
    loadBalancer: lb1,
    server: web1,
    share: 0.25,
    to: 25,
    process,
  },
  'roll-opened': { type: 'roll-opened', at, roll: sampleRoll(id, web1, at) },
  'roll-passed-over': samplePassedOver(id, web1, at),
  'roll-asked': { type: 'roll-asked', at, id },
  'roll-continued': { type: 'roll-continued', at, id, by: 'anna', through: 1 },
  'roll-abort-asked': { type: 'roll-abort-asked', at, id, by: 'anna', reason: 'enough' },
  'roll-ended': { type: 'roll-ended', at, id, phase: 'completed', code: null, reason: null },
  'weight-yielded': { type: 'weight-yielded', at, loadBalancer: lb1, server: web1, found: 50 },
  'role-set': { type: 'role-set', at, server: web1, role: 'spare', by: null, reason: null },
  held: { type: 'held', at, server: web1, reason: 'the reboot failed', failed: true, operation: id },
  released: { type: 'released', at, server: web1 },
  verified: { type: 'verified', at, server: web1, operation: id },
  'process-seen': { type: 'process-seen', at, loadBalancer: lb1, process, states: {} },
  'states-restored': { type: 'states-restored', at, loadBalancer: lb1, servers: ['shop/web1'] },
  'schedule-watched': { type: 'schedule-watched', at, schedule: 'shop | 0 3 * * * | UTC | longest-running' },
  'schedule-forgotten': {
    type: 'schedule-forgotten',
    at,
    schedule: 'shop | 0 3 * * * | UTC | longest-running',
  },
  'run-settled': {
    ...{
      type: 'run-settled',
      at,
      schedule: 'shop | 0 3 * * * | UTC | longest-running',
      backend: web1.backend,
    },
    ...{ due: at, count: 1, outcome: 'refused', server: web1.server, code: 'no-spare' },
    reason: 'no spare, says https://anna:s3cret@wiki/1',
  },
  paused: {
    type: 'paused',
    at,
    by: 'anna',
    reason: 'a fair, see https://anna:s3cret@wiki/1',
    until: at + 1000,
    includingFailover: true,
  },
  resumed: { type: 'resumed', at, by: 'anna', reason: null },
  'config-reloaded': { type: 'config-reloaded', at, by: 'anna', changes: ['poll changed'] },
  'fault-seen': {
    type: 'fault-seen',
    at,
    server: web1,
    verdict: 'failed',
    evidence: ['lb-a says DOWN', 'see https://anna:s3cret@wiki/1'],
  },
  'fault-over': { type: 'fault-over', at, server: web1 },
  recovered: { type: 'recovered', at, server: web1, operation: id },
  quarantined: { type: 'quarantined', at, server: web1, reason: 'token: s3cret' },
  'quarantine-ended': { type: 'quarantine-ended', at, server: web1, by: 'anna' },
  'storm-began': { type: 'storm-began', at, backend: web1.backend, servers: [web1.server] },
  'storm-ended': {
    type: 'storm-ended',
    at,
    backend: web1.backend,
    by: 'anna',
    reason: 'a switch, see https://anna:s3cret@wiki/1',
  },
  'checkpoint-made': {
    ...{ type: 'checkpoint-made', at, server: web1 },
    ...{ receiver: null, slot: 1, tookMs: 5 },
  },
  'checkpoint-failed': {
    type: 'checkpoint-failed',
    at,
    server: web1,
    code: 'copy-failed',
    message: 'cannot copy https://anna:s3cret@wiki/1',
  },
  aged: {
    ...{ type: 'aged', at, server: web1, severity: 'aging', rule: 'memory.used > 85%' },
    evidence: 'memory.used 91 %, says https://anna:s3cret@wiki/1',
  },
  'effect-measured': { type: 'effect-measured', at, id, effect: null },
  'aged-over': {
    ...{ type: 'aged-over', at, server: web1, severity: 'aging', rule: 'memory.used > 85%' },
    evidence: 'memory.used 41 %',
  },
  alert: {
    type: 'alert',
    at,
    code: 'internal',
    message: 'this should not happen',
    fix: 'token: s3cret',
    server: web1,
    operation: id,
  },
};

function linesOf(act: (log: ReturnType<typeof createLog>) => void, level: Level = 'debug'): string[] {
  const lines: string[] = [];
  act(createLog({ level, destination: { write: (line) => void lines.push(line) } }));
  return lines;
}

function logged(event: Event, records?: Records): Record<string, unknown> {
  const lines = linesOf((log) => {
    logEvent(log, event, records);
  });
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!) as Record<string, unknown>;
}

const records = apply(noRecords, samples['operation-opened']);

describe('the log line of an event', () => {
  it.each(Object.values(samples))('says type, instant and a message: $type', (event) => {
    const line = logged(event, records);
    expect(line).toMatchObject({ event: event.type, at: '2026-03-02T10:00:00.000Z' });
    expect(line['msg']).toMatch(/^\S/);
    expect(line['level']).toMatch(/^(error|warn|info|debug)$/);
    expect(Date.parse(String(line['time']))).not.toBeNaN();
  });

  it.each(Object.values(samples))('holds no password, token or command: $type', (event) => {
    const lines = linesOf((log) => {
      logEvent(log, event, records);
    });
    expect(lines.join('')).not.toMatch(/s3cret|sync --|10\.0\.0\.1/);
  });

  it('names operation, backend, server, phase and kind of a step', () => {
    expect(logged(samples['step-ended'], records)).toMatchObject({
      level: 'warn',
      msg: 'step run of shop/web1 failed',
      operation: 'op-1',
      backend: 'shop',
      server: 'web1',
      phase: 'duplexing',
      step: 'run',
      state: 'failed',
      detail: 'password=*** refused',
    });
  });

  it('still comes out when the records do not know the operation', () => {
    expect(logged(samples['step-begun'])).toMatchObject({ operation: 'op-1', index: 0 });
    expect(logged(samples['operation-ended'])).toMatchObject({ operation: 'op-1', phase: 'failed' });
  });

  it('is an error where a person is needed, a warning where a course was left', () => {
    const level = (event: Event): unknown => logged(event, records)['level'];
    expect(level(samples.alert)).toBe('error');
    expect(level(samples.held)).toBe('error');
    expect(level({ ...samples.held, failed: false })).toBe('warn');
    expect(level(samples['operation-ended'])).toBe('error');
    expect(level({ ...samples['operation-ended'], phase: 'aborted' })).toBe('warn');
    expect(level({ ...samples['operation-ended'], phase: 'completed' })).toBe('info');
    expect(level(samples['states-restored'])).toBe('warn');
  });
});

describe('the log', () => {
  it('leaves out what is below its level', () => {
    const all = (log: ReturnType<typeof createLog>): void => {
      for (const event of Object.values(samples)) logEvent(log, event, records);
    };
    expect(linesOf(all, 'error').map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      'course-turned',
      'course-left',
      'operation-ended',
      'held',
      'fault-seen',
      'quarantined',
      'storm-began',
      'alert',
    ]);
  });

  it('masks secrets in any object that it is given', () => {
    const lines = linesOf((log) => {
      log.info({ password: 's3cret', ssh: { passphrase: 's3cret', host: 'web1' } }, 'config');
    });
    expect(JSON.parse(lines[0]!)).toMatchObject({
      password: '***',
      ssh: { passphrase: '***', host: 'web1' },
    });
  });
});
