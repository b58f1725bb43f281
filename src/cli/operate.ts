import { asRejuvError, RejuvError } from '../domain/errors.ts';
import type { OperationId, ServerId } from '../domain/names.ts';
import type { OperationKind, OperationRequest } from '../domain/operation.ts';
import type { Progress } from '../domain/progress.ts';
import { settingsOf, tell, unhurried, type Call, type Handler } from './call.ts';
import { detached, follow, viewFor } from './follow.ts';
import { namedServer } from './named.ts';
import { reachSidecar, reachToAct, type Reached } from './reach.ts';
import { showDryRun } from './show/dry-run.ts';
import { showError } from './show/error.ts';
import { personIn } from './terminal.ts';
import { print, printJson } from './call.ts';

/** drain, maint and ready: through the sidecar, or straight on the sockets when none runs. */
export function byHand(kind: 'drain' | 'maint' | 'ready'): Handler {
  return async (call) => await operate(call, kind, async (settings) => await reachToAct(call, settings));
}

/** rejuvenate, switchover and recover: the sidecar carries them out. */
export function procedure(kind: 'rejuvenation' | 'switchover' | 'recovery'): Handler {
  return async (call) =>
    await operate(call, kind, async (settings) => ({
      control: await reachSidecar(call, settings),
      direct: null,
    }));
}

type Reach = (settings: Awaited<ReturnType<typeof settingsOf>>) => Promise<Reached>;

async function operate(call: Call, kind: OperationKind, reach: Reach): Promise<number> {
  const settings = await settingsOf(call);
  const target = namedServer(call.args[0], settings);
  const request = requestOf(call, kind, target);
  let reached: Reached;
  try {
    reached = await reach(settings);
  } catch (thrown) {
    return blocked(call, target, asRejuvError(thrown), [3]);
  }
  try {
    if (call.options.dryRun === true) return await dryRun(call, reached, request);
    let id: OperationId;
    try {
      id = await reached.control.begin(request, unhurried);
    } catch (thrown) {
      return blocked(call, target, asRejuvError(thrown), [3, 4]);
    }
    if (kind === 'drain' || call.options.wait !== false) {
      return await follow(call, reached, id, request.noWait ? drainIsSet : undefined);
    }
    viewFor(call).show(begun(call, id, target));
    if (call.options.json !== true)
      tell(call, `follow it with \`rejuv watch ${id}\`, stop it with \`rejuv abort ${id}\``);
    return 0;
  } finally {
    await reached.direct?.close();
  }
}

function requestOf(call: Call, kind: OperationKind, target: ServerId): OperationRequest {
  const { force = false, wait = true } = call.options;
  const reason = reasonOf(call);
  if (force && reason === null) throw new RejuvError('reason-needed', {});
  const by = personIn(call.terminal.env);
  const noWait = kind === 'drain' && !wait;
  return { kind, target, trigger: 'operator', by, reason, force, noWait, run: null, because: null };
}

/** The reason as typed; one of spaces is none. */
export function reasonOf({ options }: Call): string | null {
  const reason = options.reason?.trim() ?? '';
  return reason === '' ? null : reason;
}

async function dryRun(call: Call, { control }: Reached, request: OperationRequest): Promise<number> {
  const plan = await control.dryRun(request, unhurried);
  if (call.options.json === true) printJson(call, plan);
  else print(call, showDryRun(plan, call.outside.clock.now(), call.terminal.timeZone));
  return plan.blocked.length === 0 ? 0 : 3;
}

/** A guard that refused before there was an operation is a line of progress too; other errors stay errors. */
function blocked(call: Call, target: ServerId, error: RejuvError, exits: readonly number[]): number {
  const ofTheSidecar = error.code === 'sidecar-absent' || error.code === 'sidecar-lost';
  if (ofTheSidecar || !exits.includes(error.exit)) throw error;
  if (call.options.json === true) {
    const state = { state: 'blocked' as const, reason: error.message, code: error.code };
    viewFor(call).show({ ...lineOf(call, target), ...state, message: `blocked: ${error.message}` });
  } else
    tell(
      call,
      showError(error, call.outside.clock.now(), { ...call.terminal, colours: call.terminal.errorColours }),
    );
  return error.exit;
}

function begun(call: Call, id: OperationId, target: ServerId): Progress {
  return detached({ ...lineOf(call, target), operation: id }, false);
}

/** A drain that waits for nobody has ended, but its sessions have not: that is no proof of anything. */
function drainIsSet(last: Progress): Progress {
  if (last.state !== 'completed') return last;
  const message = 'drain is set on both load balancers; its sessions are not waited for';
  return { ...last, phase: 'draining', state: 'detached', message };
}

function lineOf(call: Call, target: ServerId): Progress {
  return {
    time: new Date(call.outside.clock.now()).toISOString(),
    operation: null,
    backend: target.backend,
    server: target.server,
    spare: null,
    phase: 'requested',
    state: 'running',
    message: '',
    reason: null,
    code: null,
    step: null,
    deadline: null,
    sessions: {},
    queue: {},
  };
}
