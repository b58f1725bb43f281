import { asRejuvError } from '../../domain/errors.ts';
import { sameServer, type LoadBalancerName, type ServerId } from '../../domain/names.ts';
import { reservedServers } from '../../domain/operation.ts';
import { serverRecord, type Intent } from '../../domain/records.ts';
import type { LoadBalancer } from '../../domain/seams.ts';
import type { Role } from '../../domain/server.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import type { SecureStep } from '../../domain/step.ts';
import { handLeft, keptOn } from '../../policy/keeping.ts';
import { floorProblem } from '../../policy/serving.ts';
import { floorFor } from '../keeper.ts';
import { owe } from '../owed.ts';
import { setOnOne } from '../pair.ts';
import { nothingFound, nothingToUndo, type StepContext, type StepLaw } from './step-law.ts';

/**
 * Where there is no way back: the server stays out in maint and is held, what serves in its place keeps serving as
 * primary, and a person is told.
 */
export const secure: StepLaw<SecureStep> = {
  describe: ({ server }) => [`keep ${server.server} out of service, as far as it is out, and tell a person`],
  look: nothingFound,

  async act(step, _found, context) {
    const { server, code, message, fix } = step;
    if (isOut(context, server)) await putInMaint(context, server);
    await holdWhatIsOut(step, context);
    await giveRolesAsTheyAre(step, context);
    const what = `${context.operation().kind} of ${server.backend}/${server.server} failed: ${message}`;
    await context.alert({ code, message: what, fix, server });
  },

  verify: ({ server }, _found, context) =>
    Promise.resolve(isOut(context, server) ? 'held out of service; a person is told' : 'a person is told'),
  undo: nothingToUndo,
};

/** Who serves in the place of a primary that is out: the spare, or the repaired server that was to have its place back. */
async function giveRolesAsTheyAre(step: SecureStep, context: StepContext): Promise<void> {
  const servers = reservedServers(context.operation());
  const isPrimary = (id: ServerId): boolean => serverRecord(context.records(), id).role === 'primary';
  const left = servers.find((id) => isOut(context, id) && isPrimary(id));
  const came = servers.find((id) => servesByUs(context, id));
  if (left === undefined || came === undefined) return;
  await giveRole(step, came, 'primary', context);
  await giveRole(step, left, 'spare', context);
}

/** Everything that this operation took out, but for the spare that takes over. */
async function holdWhatIsOut({ spare, message }: SecureStep, context: StepContext): Promise<void> {
  const { id } = context.operation();
  const at = context.world.clock.now();
  for (const server of reservedServers(context.operation())) {
    const takesOver = spare !== null && sameServer(server, spare);
    const held = serverRecord(context.records(), server).hold?.operation === id;
    if (takesOver || held || !isOut(context, server)) continue;
    const reason = `operation ${id} failed: ${message}`;
    await context.record({ type: 'held', at, server, reason, failed: true, operation: id });
  }
}

async function giveRole(
  { message }: SecureStep,
  server: ServerId,
  role: Role,
  context: StepContext,
): Promise<void> {
  if (serverRecord(context.records(), server).role === role) return;
  const at = context.world.clock.now();
  const { by } = context.operation();
  await context.record({ type: 'role-set', at, server, role, by, reason: message });
}

/**
 * Only where this operation had taken it out and nobody has changed that since, and only where enough others serve:
 * after a reload of HAProxy it may be the last one that does. The word stays on record where a load balancer is away or
 * gives no answer: the keeper makes it true later. Best effort: what cannot be set now is said, and the hold keeps it from
 * being used.
 */
async function putInMaint(context: StepContext, server: ServerId): Promise<void> {
  await asFarAsCan(context, async () => {
    await context.inTurn(server.backend, async () => {
      const looked = await context.look(server);
      // Whoever gives no answer is owed it, also where nobody gives one.
      const snapshot = { ...looked, gaps: [], excused: [...looked.excused, ...looked.gaps] };
      const ours = new Set(takenOutOn(context, snapshot, server));
      const away = { ...snapshot, excused: snapshot.excused.filter(({ name }) => ours.has(name)) };
      const facts = { records: context.records(), settings: context.world.settings };
      await owe(away, facts, server, () => 'maint', context.ledger(server));
      const there = context.answering(snapshot).filter(({ name }) => ours.has(name));
      for (const one of there)
        await asFarAsCan(context, async () => await maintOn(one, context, snapshot, server));
    });
  });
}

/** @throws min-serving, or the failure of the load balancer */
async function maintOn(
  one: LoadBalancer,
  context: StepContext,
  snapshot: Snapshot,
  server: ServerId,
): Promise<void> {
  const here = { ...snapshot, views: snapshot.views.filter(({ name }) => name === one.name) };
  const [seen] = rowsOf(here, server);
  if (seen === undefined) return;
  const floor = floorFor(context.operation(), server);
  const problem = floor === null ? null : floorProblem(here, server, floor);
  if (problem !== null) throw problem;
  const { admin } = seen.row;
  const ledger = context.ledger(server);
  await ledger.intend(one.name, admin, 'maint', seen.view.process, admin !== 'maint');
  if (admin === 'maint') return;
  await ledger.confirm(one.name, await setOnOne(one, server, admin, 'maint', context.signal));
}

async function asFarAsCan(context: StepContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    context.signal.throwIfAborted();
    context.report(`could not put it in maint: ${asRejuvError(thrown).message}`);
  }
}

/** The load balancers on which this operation has taken it out, and no person has spoken since. */
function takenOutOn(context: StepContext, snapshot: Snapshot, server: ServerId): LoadBalancerName[] {
  const records = context.records();
  const { intents } = serverRecord(records, server);
  const seen = rowsOf(snapshot, server)
    .filter(({ view, row }) => keptOn(view, row, records) !== 'by-hand')
    .map(({ view }) => view.name);
  const away = snapshot.excused
    .map(({ name }) => name)
    .filter((name) => handLeft(records, server, name) === null);
  return [...seen, ...away].filter((name) => {
    const intent = intents[name];
    return intent?.operation === context.operation().id && !intent.yielded && intent.to !== 'ready';
  });
}

/** This operation took it out of service, on one load balancer at least. */
function isOut(context: StepContext, id: ServerId): boolean {
  const { id: own } = context.operation();
  return intentsOf(context, id).some((intent) => intent.operation === own && intent.to !== 'ready');
}

function servesByUs(context: StepContext, id: ServerId): boolean {
  const { id: own } = context.operation();
  const intents = intentsOf(context, id);
  return intents.length > 0 && intents.every((i) => i.operation === own && i.to === 'ready');
}

function intentsOf(context: StepContext, id: ServerId): Intent[] {
  return Object.values(serverRecord(context.records(), id).intents);
}
