import type { Control, DryRun, History, Reload } from '../../src/control/control.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import { backendName, operationId, serverName, type OperationId } from '../../src/domain/names.ts';
import type { OperationRequest } from '../../src/domain/operation.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Progress } from '../../src/domain/progress.ts';
import type { RollRequest } from '../../src/domain/roll.ts';
import type { Status } from '../../src/domain/status.ts';
import type { Why } from '../../src/domain/why.ts';
import { quietStatus } from './quiet-status.ts';

/** A Control with a state: what was begun, what its progress is, what was asked of it. */
export interface FakeControl extends Control {
  readonly begun: OperationRequest[];
  readonly rolls: RollRequest[];
  readonly aborted: { id: string; by: string | null; reason: string }[];
  readonly roles: { server: string; role: string; by: string | null; reason: string | null }[];
  /** Plans and reloads. */
  readonly asked: string[];
  readonly watchers: { count: number };
  /** The next call of this method fails so. */
  fail(method: keyof Control, error: Error): void;
  /** One more line for whoever watches. */
  emit(line: Partial<Progress>): void;
  /** Breaks the progress of whoever watches. */
  breakOff(error: Error): void;
  now: Status;
  rehearsal: DryRun;
  ahead: Plan;
  reasons: Why;
  past: History;
  reloaded: Reload;
  /** Called when an abort is asked for. */
  onAbort: () => void;
}

export const fakeId: OperationId = operationId('op-20261121-0330-k7q2');

export function progress(line: Partial<Progress> = {}): Progress {
  return {
    time: '2026-11-21T03:30:00.000Z',
    operation: fakeId,
    backend: backendName('shop'),
    server: serverName('web2'),
    spare: null,
    phase: 'draining',
    state: 'running',
    message: 'waiting for its sessions',
    reason: null,
    code: null,
    step: 'await-idle',
    deadline: null,
    sessions: {},
    queue: {},
    ...line,
  };
}

export function createFakeControl(): FakeControl {
  const failures = new Map<keyof Control, Error>();
  const lines: (Progress | Error)[] = [];
  const wakers = new Set<() => void>();
  const failed = (method: keyof Control): void => {
    const error = failures.get(method);
    failures.delete(method);
    if (error !== undefined) throw error;
  };
  const push = (line: Progress | Error): void => {
    lines.push(line);
    for (const wake of wakers) wake();
  };
  const fake: FakeControl = {
    begun: [],
    rolls: [],
    aborted: [],
    roles: [],
    asked: [],
    watchers: { count: 0 },
    now: quietStatus,
    rehearsal: { spare: 'web4', phases: [], blocked: [] },
    ahead: {
      from: '2026-11-21T03:30:00.000Z',
      until: '2026-12-05T03:30:00.000Z',
      truncatedAt: null,
      runs: [],
      aged: [],
      freezes: [],
      open: null,
      typicalMs: {},
    },
    reasons: quietReasons,
    past: { operations: [], runs: [] },
    reloaded: { changes: [] },
    onAbort: () => undefined,
    fail: (method, error) => failures.set(method, error),
    emit: (line) => push(progress(line)),
    breakOff: (error) => push(error),
    status: (signal) => {
      signal.throwIfAborted();
      failed('status');
      return Promise.resolve(fake.now);
    },
    begin: (request) => {
      failed('begin');
      fake.begun.push(request);
      return Promise.resolve(fakeId);
    },
    beginRoll: (request) => {
      failed('beginRoll');
      fake.rolls.push(request);
      return Promise.resolve(fakeId);
    },
    continueRoll: (id, by) => {
      failed('continueRoll');
      fake.asked.push(`continue ${id} ${by ?? 'nobody'}`);
      return Promise.resolve();
    },
    dryRun: (request) => {
      failed('dryRun');
      fake.begun.push(request);
      return Promise.resolve(fake.rehearsal);
    },
    async *watch(id, signal) {
      failed('watch');
      if (id !== fakeId) throw new RejuvError('unknown-operation', { id });
      fake.watchers.count += 1;
      try {
        for (let index = 0; ; index += 1) {
          while (lines[index] === undefined) await another(wakers, signal);
          const line = lines[index]!;
          if (line instanceof Error) throw line;
          yield line;
          if (line.state !== 'running') return;
        }
      } finally {
        fake.watchers.count -= 1;
      }
    },
    abort: (id, by, reason) => {
      failed('abort');
      fake.aborted.push({ id, by, reason });
      fake.onAbort();
      return Promise.resolve();
    },
    setRole: (server, role, by, reason) => {
      failed('setRole');
      fake.roles.push({ server: `${server.backend}/${server.server}`, role, by, reason });
      return Promise.resolve();
    },
    history: () => {
      failed('history');
      return Promise.resolve(fake.past);
    },
    plan: (days) => {
      failed('plan');
      fake.asked.push(`plan ${days}`);
      return Promise.resolve(fake.ahead);
    },
    why: ({ backend, server }) => {
      failed('why');
      fake.asked.push(`why ${backend}/${server}`);
      return Promise.resolve(fake.reasons);
    },
    pause: ({ by, reason, until, rollBack, includingFailover }) => {
      failed('pause');
      fake.asked.push(
        `pause by ${by ?? 'nobody'}: ${reason}, until ${until ?? 'resumed'}, ${rollBack ? 'roll back' : 'finish'}${includingFailover ? ', failovers too' : ''}`,
      );
      return Promise.resolve({ stopping: rollBack ? [fakeId] : [] });
    },
    resume: (by, reason) => {
      failed('resume');
      fake.asked.push(`resume by ${by ?? 'nobody'}: ${reason ?? 'no reason'}`);
      return Promise.resolve();
    },
    allClear: (backend, by, reason) => {
      failed('allClear');
      fake.asked.push(`all clear in ${backend} by ${by ?? 'nobody'}: ${reason ?? 'no reason'}`);
      return Promise.resolve();
    },
    reload: (by) => {
      failed('reload');
      fake.asked.push(`reload by ${by ?? 'nobody'}`);
      return Promise.resolve(fake.reloaded);
    },
  };
  return fake;
}

async function another(wakers: Set<() => void>, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const left = (): void => {
      wakers.delete(wake);
      reject(signal.reason instanceof Error ? signal.reason : new Error('left'));
    };
    const wake = (): void => {
      wakers.delete(wake);
      signal.removeEventListener('abort', left);
      resolve();
    };
    if (signal.aborted) {
      left();
      return;
    }
    wakers.add(wake);
    signal.addEventListener('abort', left, { once: true });
  });
}

const quietReasons: Why = {
  time: '2026-11-21T03:30:00.000Z',
  source: 'sidecar',
  backend: backendName('shop'),
  server: serverName('web2'),
  role: 'primary',
  list: 'serving',
  condition: 'healthy',
  loadBalancers: ['lb-a', 'lb-b'].map((name) => ({
    name,
    reachable: true,
    problem: null,
    admin: 'ready',
    owner: 'config',
    operational: 'up',
    check: 'L7OK',
    sessions: 3,
    queue: 0,
    changedAt: '2026-11-20T03:30:00.000Z',
  })),
  held: null,
  watch: null,
  aging: [],
  verifiedAt: null,
  lastOperation: null,
  next: { operation: null, run: null, unknown: null, until: '2026-12-26T03:30:00.000Z' },
  blocks: [],
  takeOver: null,
};
