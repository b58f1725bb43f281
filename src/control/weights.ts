import { RejuvError } from '../domain/errors.ts';
import type { BackendName, OperationId, ServerId } from '../domain/names.ts';
import { isEnd } from '../domain/operation.ts';
import { findOperation, serverRecord, type Records, type WeightWord } from '../domain/records.ts';
import type { LoadBalancer } from '../domain/seams.ts';
import {
  rowOf,
  sameProcess,
  type LoadBalancerView,
  type ServerRow,
  type Snapshot,
} from '../domain/snapshot.ts';
import { originalWeight, weightKept, weightOf, wholeWeight, type KeptWeight } from '../policy/weight.ts';
import { keepRows } from './keep-rows.ts';
import type { KeeperScope } from './keeper-scope.ts';

/** A server as one load balancer shows it, and rejuv's word on its weight there. */
interface Seen {
  readonly view: LoadBalancerView;
  readonly row: ServerRow;
  readonly word: WeightWord;
}

/**
 * Sets the weight of a server on one load balancer to a share of the whole one, and reads it back: recorded before, and
 * after. Gives what it is now. @throws those of LoadBalancer.setWeight; not-read-back; old-process
 */
export async function shareOn(
  { world, journal }: Pick<KeeperScope, 'world' | 'journal'>,
  there: LoadBalancer,
  view: LoadBalancerView,
  server: ServerId,
  share: number,
  operation: OperationId | null,
): Promise<number> {
  const row = rowOf(view, server);
  if (row === undefined) throw new RejuvError('server-missing', { ...server, loadBalancer: there.name });
  const word = serverRecord(journal.records(), server).weights[there.name];
  // A word that is out of date says no more what the whole weight is.
  const told = word !== undefined && !word.yielded && (word.share < 1 || word.operation === operation);
  const original = told ? word.original : originalWeight(row);
  const to = weightOf(share, told ? wholeWeight(word, row) : row.setWeight);
  const here = { loadBalancer: there.name, server };
  const from = row.setWeight;
  const { process } = view;
  const intended = { id: operation, ...here, original, share, from, to, process };
  await journal.record({ type: 'weight-intended', at: world.clock.now(), ...intended });
  // From here on an abort must not tear a write from its read-back.
  const whole = new AbortController().signal;
  if (from !== to) await there.setWeight(server, to, whole);
  const now = await there.read([server.backend], whole);
  if (!sameProcess(process, now.process)) {
    throw new RejuvError('old-process', { loadBalancer: there.name, pid: process.pid });
  }
  const seen = rowOf(now, server)?.setWeight;
  if (seen !== to) {
    const facts = {
      ...server,
      loadBalancer: there.name,
      admin: `weight ${to}`,
      seen: `weight ${seen ?? '?'}`,
    };
    throw new RejuvError('not-read-back', facts);
  }
  await journal.record({ type: 'weight-confirmed', at: world.clock.now(), ...here, share, to, process });
  return to;
}

/**
 * Keeps weights as rejuv left them: a share while the operation that said so goes on, and the whole weight afterwards,
 * also where a reload of HAProxy, or an end in the middle, came in between. What a person has set meanwhile is left
 * alone, and told once. Gives what could not be set, by `backend/server`.
 */
export async function keepWeights(
  scope: KeeperScope,
  backend: BackendName,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RejuvError>> {
  return await keepRows(scope, backend, snapshot, signal, {
    isOwed: (view, id) => !isSettled(judged(scope.journal.records(), view, id)),
    settle: async ({ name }, id) => await settleOne(scope, name, id, signal),
  });
}

/** Before a server that was forgotten is made ready again, so that it never gets all of its share at once. */
export async function weightFirst(
  scope: KeeperScope,
  view: LoadBalancerView,
  id: ServerId,
  signal: AbortSignal,
): Promise<void> {
  const found = judged(scope.journal.records(), view, id);
  if (found?.kept === 'lacking') await settleOne(scope, view.name, id, signal);
}

function isSettled(found: ReturnType<typeof judged>): boolean {
  return found === null || found.kept === 'none' || found.kept === 'kept';
}

function judged(
  records: Records,
  view: LoadBalancerView,
  id: ServerId,
): (Seen & { kept: KeptWeight; share: number }) | null {
  // Asked first: of most servers rejuv never set a weight, and finding a row takes a walk over all of them.
  const word = serverRecord(records, id).weights[view.name];
  if (word === undefined || word.yielded) return null;
  const row = rowOf(view, id);
  if (row === undefined) return null;
  const share = shareWanted(records, word);
  return { view, row, word, share, kept: weightKept(view, row, word, share) };
}

/** Once nobody carries the ramp on, the whole weight is wanted. */
function shareWanted(records: Records, { operation, share }: WeightWord): number {
  const owner = operation === null ? undefined : findOperation(records, operation);
  return owner === undefined || isEnd(owner.phase) ? 1 : share;
}

async function settleOne(
  scope: KeeperScope,
  loadBalancer: string,
  id: ServerId,
  signal: AbortSignal,
): Promise<void> {
  const { world, journal } = scope;
  const there = world.loadBalancers.find(({ name }) => name === loadBalancer);
  if (there === undefined) return;
  const view = await there.read([id.backend], signal);
  const found = judged(journal.records(), view, id);
  if (found === null) return;
  const { row, word, share, kept } = found;
  const at = world.clock.now();
  const here = { loadBalancer: there.name, server: id };
  switch (kept) {
    case 'none':
    case 'kept':
      return;
    case 'confirmed': {
      const to = row.setWeight;
      await journal.record({ type: 'weight-confirmed', at, ...here, share, to, process: view.process });
      return;
    }
    case 'lacking':
      await shareOn(scope, there, view, id, share, word.operation);
      return;
    case 'by-hand': {
      await journal.record({ type: 'weight-yielded', at, ...here, found: row.setWeight });
      const facts = { ...id, loadBalancer, weight: row.setWeight };
      const { code, message, fix } = new RejuvError('weight-by-hand', facts);
      const about = { code, message, fix, server: id, operation: word.operation };
      await journal.record({ type: 'alert', at, ...about });
    }
  }
}
