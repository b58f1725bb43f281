import { asRejuvError, type RejuvError } from '../domain/errors.ts';
import { formatServerId, sameServer, type BackendName, type ServerId } from '../domain/names.ts';
import { findOperation, openOperations, serverRecord, type Intent, type Records } from '../domain/records.ts';
import { isEnd, phases, reservedServers, type Operation } from '../domain/operation.ts';
import type { AdminState } from '../domain/server.ts';
import { findBackend, findServer } from '../domain/settings.ts';
import type { LoadBalancerView, Process, ServerRow, Snapshot } from '../domain/snapshot.ts';
import type { ServingFloor } from '../domain/step.ts';
import { floorOf } from '../policy/floor.ts';
import { handIsNews, keptOn } from '../policy/keeping.ts';
import { floorProblem } from '../policy/serving.ts';
import type { KeeperScope } from './keeper-scope.ts';
import { observe, setOnOne } from './pair.ts';
import { weightFirst } from './weights.ts';
import type { World } from './world.ts';

/** How things stand after rejuv's own states were put back. */
export interface Aligned {
  readonly snapshot: Snapshot;
  /** What could not be set again, by `backend/server`, and why. */
  readonly refused: ReadonlyMap<string, RejuvError>;
}

/** A server as one load balancer shows it. */
interface Seen {
  readonly view: LoadBalancerView;
  readonly row: ServerRow;
}

/** One state that a load balancer lacks. */
interface Lack {
  readonly id: ServerId;
  readonly view: LoadBalancerView;
  readonly from: AdminState;
  readonly to: AdminState;
  readonly intent: Intent;
  readonly forgotten: boolean;
}

/**
 * Puts rejuv's own states back on the load balancers that lack them: after a new process forgot them, or where a
 * write was announced and never made. What is there is confirmed; what a person did is left alone. First those that
 * come into service, and only then, where enough serve, those that leave.
 */
export async function align(
  scope: KeeperScope,
  backend: BackendName,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Aligned> {
  await confirm(scope, backend, snapshot);
  const found = scope.journal.records();
  const settled = [lacks(found, backend, snapshot, scope.world), taken(found, backend, snapshot)];
  if (settled.every(({ length }) => length === 0)) return { snapshot, refused: new Map() };
  return await scope.inTurn(backend, async () => {
    const { loadBalancers, clock } = scope.world;
    const look = async (): Promise<Snapshot> =>
      await observe(loadBalancers, [backend], () => clock.now(), signal);
    // Whoever had the turn before may have set it meanwhile.
    let now = await look();
    await giveUp(scope, taken(scope.journal.records(), backend, now));
    const refused = new Map<string, RejuvError>();
    const lacking = (): Lack[] => lacks(scope.journal.records(), backend, now, scope.world);
    await putBack(
      scope,
      lacking().filter(({ to }) => to === 'ready'),
      refused,
      signal,
    );
    now = await look();
    for (const lack of lacking().filter(({ to }) => to !== 'ready')) {
      const problem = floorInTheWay(scope, now, lack);
      if (problem !== null) {
        refused.set(formatServerId(lack.id), problem);
        continue;
      }
      await putBack(scope, [lack], refused, signal);
      now = await look();
    }
    return { snapshot: now, refused };
  });
}

/** Records what holds in this process. */
async function confirm(
  { world, journal }: KeeperScope,
  backend: BackendName,
  snapshot: Snapshot,
): Promise<void> {
  for (const { view, row } of rowsIn(snapshot, backend)) {
    if (keptOn(view, row, journal.records()) !== 'confirmed') continue;
    const here = { at: world.clock.now(), loadBalancer: view.name, server: row.id };
    await journal.record({ type: 'admin-confirmed', ...here, process: view.process });
  }
}

/** What a person has set, also where rejuv has never said anything. An open operation has to see it for itself, and stop. */
function taken(records: Records, backend: BackendName, snapshot: Snapshot): Seen[] {
  return rowsIn(snapshot, backend).filter(({ view, row }) => {
    const intent = serverRecord(records, row.id).intents[view.name];
    return handIsNews(view, row, records) && (intent === undefined || ownerIn(records, intent) === null);
  });
}

/** Only by a look of one's own turn: an older one may have seen what rejuv itself has set again since. */
async function giveUp({ world, journal }: KeeperScope, rows: readonly Seen[]): Promise<void> {
  for (const { view, row } of rows) {
    const here = { at: world.clock.now(), loadBalancer: view.name, server: row.id };
    await journal.record({ type: 'admin-yielded', ...here, found: row.admin, process: view.process });
  }
}

function lacks(records: Records, backend: BackendName, snapshot: Snapshot, world: World): Lack[] {
  return rowsIn(snapshot, backend).flatMap(({ view, row }): Lack[] => {
    const kept = keptOn(view, row, records);
    const intent = serverRecord(records, row.id).intents[view.name];
    if (intent === undefined || (kept !== 'forgotten' && kept !== 'unfinished')) return [];
    const forgotten = kept === 'forgotten';
    const owner = ownerIn(records, intent);
    // One that left the config file is left alone, unless an operation that began before still has it.
    if (owner === null && !isConfigured(world, row.id)) return [];
    if (owner !== null && !wanted(owner, row.id, intent, forgotten)) return [];
    return [{ id: row.id, view, from: row.admin, to: intent.to, intent, forgotten }];
  });
}

/**
 * Whether an open operation still wants what it announced, or what was forgotten. What it announced on its course is
 * over once it is on its way out, or is about to be: a restart rolls back what had not touched its server.
 */
function wanted(owner: Operation, id: ServerId, { to, wayOut }: Intent, forgotten: boolean): boolean {
  const { cause, backend, server, resumedAt, phase } = owner;
  if (!forgotten) {
    if (cause !== null) return wayOut;
    return resumedAt.length === 0 || phases[phase].afterCrash === 'carry-on';
  }
  // On its way back into service: what HAProxy forgot has brought it there already.
  const comesBack = cause !== null && sameServer(id, { backend, server });
  return !comesBack || to === 'ready';
}

/** One after another; where a load balancer refuses or does not answer, the others still get theirs. */
async function putBack(
  scope: KeeperScope,
  missing: readonly Lack[],
  refused: Map<string, RejuvError>,
  signal: AbortSignal,
): Promise<void> {
  const { world, journal } = scope;
  for (const { id, view, from, to, forgotten } of missing) {
    const there = world.loadBalancers.find(({ name }) => name === view.name);
    if (there === undefined) continue;
    // The word is on record already. Where the answer is lost it stays, and the next look tries again.
    let process: Process;
    try {
      if (to === 'ready') await weightFirst(scope, view, id, signal);
      process = await setOnOne(there, id, from, to, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      refused.set(formatServerId(id), asRejuvError(thrown));
      continue;
    }
    await journal.record({
      ...{ type: 'admin-confirmed', at: world.clock.now(), loadBalancer: view.name, server: id, process },
    });
    if (!forgotten) continue;
    const servers = [formatServerId(id)];
    await journal.record({
      type: 'states-restored',
      at: world.clock.now(),
      loadBalancer: view.name,
      servers,
    });
  }
}

/** Only the load balancer that lacks it counts here: the others do not change. */
function floorInTheWay({ world, journal }: KeeperScope, now: Snapshot, lack: Lack): RejuvError | null {
  const owner = ownerIn(journal.records(), lack.intent);
  const floor = owner === null ? backendFloor(world, lack.id) : floorFor(owner, lack.id);
  const views = now.views.filter(({ name }) => name === lack.view.name);
  return floor === null ? null : floorProblem({ ...now, gaps: [], views }, lack.id, floor);
}

function isConfigured({ settings }: World, { backend, server }: ServerId): boolean {
  const found = findBackend(settings, backend);
  return found !== undefined && findServer(found, server) !== undefined;
}

function backendFloor(world: World, { backend }: ServerId): ServingFloor | null {
  const settings = findBackend(world.settings, backend);
  return settings === undefined ? null : floorOf(settings);
}

/** The floor that guarded the leaving of this server; null where a person overrode it. */
export function floorFor({ steps }: Operation, id: ServerId): ServingFloor | null {
  for (const { step } of steps) {
    if (step.kind === 'admin' && sameServer(step.server, id) && step.floor !== null) return step.floor;
  }
  return null;
}

/** The operation on whose account it was said, while that is open. */
function ownerIn(records: Records, { operation }: Intent): Operation | null {
  const found = operation === null ? undefined : findOperation(records, operation);
  return found === undefined || isEnd(found.phase) ? null : found;
}

function rowsIn(snapshot: Snapshot, backend: BackendName): Seen[] {
  return snapshot.views.flatMap((view) =>
    view.servers.filter(({ id }) => id.backend === backend).map((row) => ({ view, row })),
  );
}

/** The backends in which rejuv has said something, or may have to: those of the settings and of open operations. */
export function keptBackends({ settings }: World, records: Records): BackendName[] {
  const open = openOperations(records).flatMap((one) => reservedServers(one).map(({ backend }) => backend));
  return [...new Set([...settings.backends.map(({ name }) => name), ...open])];
}
