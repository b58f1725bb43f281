import { RejuvError } from '../domain/errors.ts';
import { operationId, type OperationId } from '../domain/names.ts';
import { isEnd, type Operation, type OperationRequest } from '../domain/operation.ts';
import { findOperation, openOperations } from '../domain/records.ts';
import type { BackendSettings, ServerSettings } from '../domain/settings.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { admit, takesSpare, type Admission } from '../policy/admission.ts';
import type { Control, DryRun } from './control.ts';
import { createJournal } from './journal.ts';
import { levelProblems, loginProblems } from './peer-gates.ts';
import { observe } from './pair.ts';
import { describePlan, findTarget, openingRecord, planFor } from './planning.ts';
import { pollOnce, pollUntil } from './poll.ts';
import { createRuns } from './runs.ts';
import { giveRole, requireWhole } from './settle.ts';
import { reportStatus } from './status-report.ts';
import type { World } from './world.ts';

/** Control in this process: the sidecar, or a command that acts without one. */
export interface LocalControl extends Control {
  /** Looks at both load balancers and the records, settles the roles, starts polling (sidecar only). */
  start(signal: AbortSignal): Promise<void>;
  /**
   * Takes no new work, finishes or rolls back what is before its first action, leaves the rest recorded, and
   * stops polling. Adapters stay open: who opened them closes them.
   */
  stop(): Promise<void>;
}

export function createControl(world: World): LocalControl {
  const journal = createJournal(world);
  const runs = createRuns(world, journal);
  const life = new AbortController();
  let polling: Promise<void> = Promise.resolve();
  /** One beginning at a time, so that two cannot be admitted on the same look. */
  let lastBegin: Promise<unknown> = Promise.resolve();

  const look = async (all: boolean, signal: AbortSignal): Promise<Snapshot> => {
    const backends = all ? null : world.settings.backends.map(({ name }) => name);
    return await observe(world.loadBalancers, backends, () => world.clock.now(), signal);
  };

  async function judge(request: OperationRequest, signal: AbortSignal): Promise<Admission> {
    const { backend, server } = findTarget(world.settings, request.target);
    if (request.force && request.reason === null) throw new RejuvError('reason-needed', {});
    return admit(request, {
      settings: world.settings,
      backend,
      server,
      snapshot: await look(true, signal),
      records: journal.records(),
      abandoned: (operation) => !runs.has(operation.id),
    });
  }

  async function admitted(request: OperationRequest, signal: AbortSignal): Promise<ServerSettings | null> {
    const { blocked, spare } = await judge(request, signal);
    const [first] = blocked.length > 0 ? blocked : await levelProblems(world, signal);
    if (first !== undefined) throw first;
    if (takesSpare(request.kind)) {
      const { server } = findTarget(world.settings, request.target);
      const [refused] = await loginProblems(world, spare === null ? [server] : [server, spare], signal);
      if (refused !== undefined) throw refused;
    }
    return spare;
  }

  function refuseWhenStopping(): void {
    if (life.signal.aborted) throw new RejuvError('stopping', {});
  }

  async function open(request: OperationRequest, signal: AbortSignal): Promise<OperationId> {
    refuseWhenStopping();
    const spare = await admitted(request, signal);
    const steps = planFor(request, world.settings, journal.records(), spare);
    const id = operationId(world.newId());
    // The gates take their time; a stop may have come meanwhile.
    refuseWhenStopping();
    const at = world.clock.now();
    const operation = openingRecord(id, request, spare, steps, at);
    await journal.record({ type: 'operation-opened', at, operation });
    runs.start(operation);
    return id;
  }

  function known(id: OperationId): Operation {
    const operation = findOperation(journal.records(), id);
    if (operation === undefined) throw new RejuvError('unknown-operation', { id });
    return operation;
  }

  return {
    async start(signal) {
      if (world.source === 'direct') return;
      await pollOnce(world, journal, signal);
      polling = pollUntil(world, journal, life.signal);
    },

    async stop() {
      life.abort(new RejuvError('stopping', {}));
      await lastBegin;
      await runs.stop();
      await polling;
    },

    async status(signal) {
      const snapshot = await look(false, signal);
      const running = (operation: Operation): boolean => runs.has(operation.id);
      const { settings, source } = world;
      return reportStatus({ settings, snapshot, records: journal.records(), source, running });
    },

    async begin(request, signal) {
      const mine = lastBegin.then(async () => await open(request, signal));
      lastBegin = mine.catch(() => undefined);
      return await mine;
    },

    async dryRun(request, signal): Promise<DryRun> {
      const { backend, server } = findTarget(world.settings, request.target);
      const { blocked, spare } = await judge(request, signal);
      const stand = spare ?? standIn(backend, server);
      const plannable = !takesSpare(request.kind) || stand !== null;
      const steps = plannable ? planFor(request, world.settings, journal.records(), stand) : [];
      const logins = takesSpare(request.kind)
        ? await loginProblems(world, stand === null ? [server] : [server, stand], signal)
        : [];
      const names = world.loadBalancers.map(({ name }) => name);
      return {
        spare: spare?.name ?? null,
        phases: describePlan(steps, names),
        blocked: [...blocked, ...(await levelProblems(world, signal)), ...logins].map(
          ({ code, message, fix }) => ({ code, message, fix }),
        ),
      };
    },

    watch: (id, signal) => {
      known(id);
      return runs.watch(id, signal);
    },

    async abort(id, by, reason) {
      const operation = known(id);
      if (isEnd(operation.phase)) throw new RejuvError('operation-ended', { id, phase: operation.phase });
      await journal.record({ type: 'abort-asked', at: world.clock.now(), id, by, reason });
      const asked = new RejuvError('aborted', { by: by ?? 'a person', reason });
      if (runs.has(id)) runs.abort(id, asked);
      else runs.start(operation, asked);
    },

    async setRole(server, role, by, reason, signal) {
      findTarget(world.settings, server);
      const busy = openOperations(journal.records()).find(
        (operation) => operation.backend === server.backend,
      );
      if (busy !== undefined) {
        const { id, kind, backend, phase } = busy;
        throw new RejuvError('backend-busy', { id, kind, backend, server: busy.server, phase });
      }
      const snapshot = await look(false, signal);
      requireWhole(snapshot, server);
      await giveRole(world, journal, snapshot, { id: server, role, by, reason });
    },

    history: async () => await Promise.resolve(journal.records().operations.toReversed()),
  };
}

/** Any other server that could be shown as the spare in a dry run that is blocked. */
function standIn(backend: BackendSettings, server: ServerSettings): ServerSettings | null {
  return backend.servers.find(({ name, role }) => role === 'spare' && name !== server.name) ?? null;
}
