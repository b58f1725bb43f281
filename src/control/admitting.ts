import { RejuvError } from '../domain/errors.ts';
import { takesSpare, type Operation, type OperationRequest } from '../domain/operation.ts';
import type { ServerId } from '../domain/names.ts';
import { serverRecord, type Records } from '../domain/records.ts';
import type { BackendSettings } from '../domain/settings.ts';
import { excuseGaps } from '../policy/absence.ts';
import { admit } from '../policy/admission.ts';
import type { Admission, AdmissionFacts, Partners } from '../policy/admission-facts.ts';
import { areAnswered, noBlockers, type BlockerFacts } from '../policy/blockers.ts';
import type { Freezes } from '../policy/calendar/scopes.ts';
import { askBlockers } from './blocking.ts';
import { freezesAt } from './freezes.ts';
import { observe, observeClosely } from './pair.ts';
import { levelProblems, loginProblems } from './peer-gates.ts';
import { findTarget } from './planning.ts';
import type { World } from './world.ts';

/** What admission asks of the process, beside the world. */
export interface Desk {
  readonly records: Records;
  /** True for an open operation that nobody carries out. */
  readonly abandoned: (operation: Operation) => boolean;
}

/** What admission says, and which load balancers it was excused from asking. */
export interface Judgement extends Admission {
  readonly away: readonly string[];
}

/**
 * What others than the load balancers have to be asked. It may take as long as a deadline, so it comes before a beginning
 * has its turn. Nothing outside is asked about what it does not hold up.
 */
export async function askOutside(
  world: World,
  request: OperationRequest,
  signal: AbortSignal,
): Promise<BlockerFacts> {
  if (!isHeldUpOutside(request)) return noBlockers;
  return await askBlockers(world, findTarget(world.settings, request.target).backend, signal);
}

/** What was asked is what this world would ask, and was asked lately. */
export function isAsked({ settings, clock }: World, request: OperationRequest, told: BlockerFacts): boolean {
  if (!isHeldUpOutside(request)) return true;
  return areAnswered(findTarget(settings, request.target).backend.blockers, told, clock.now());
}

function isHeldUpOutside({ kind, force, trigger }: OperationRequest): boolean {
  return takesSpare(kind) && !force && trigger !== 'fault';
}

/** Every reason that blocks, from a fresh look at both load balancers and what was told outside. */
export async function judge(
  world: World,
  desk: Desk,
  request: OperationRequest,
  told: BlockerFacts,
  signal: AbortSignal,
): Promise<Judgement> {
  if (request.force && request.reason === null) throw new RejuvError('reason-needed', {});
  const facts = await gatherFacts(world, desk, request, told, signal);
  return { ...admit(request, facts), away: facts.snapshot.excused.map(({ name }) => name) };
}

/** What the gates are asked about: a fresh look at both load balancers, the records, the freezes of now, what was told outside. */
export async function gatherFacts(
  world: World,
  desk: Desk,
  request: OperationRequest,
  told: BlockerFacts,
  signal: AbortSignal,
): Promise<AdmissionFacts> {
  const { settings } = world;
  const { backend, server } = findTarget(settings, request.target);
  // Old workers matter to reboots only, and `maint` by hand is not to wait for a master that hangs.
  const look = takesSpare(request.kind) ? observeClosely : observe;
  const seen = await look(world.loadBalancers, null, () => world.clock.now(), signal);
  const snapshot = excuseGaps(seen, settings.whenOneIsDown === 'continue');
  const freezes = await freezesNow(world, request, snapshot.at);
  const aging = agedServers(desk.records, backend);
  const measured = world.samples;
  return { settings, backend, server, snapshot, freezes, blockers: told, measured, aging, ...desk };
}

/** They take no state over. */
function agedServers(records: Records, { name: backend, servers }: BackendSettings): ServerId[] {
  return servers
    .map(({ name: server }) => ({ backend, server }))
    .filter((id) => serverRecord(records, id).aged.length > 0);
}

/** Calendar files are not read for what no calendar holds up. */
async function freezesNow(world: World, request: OperationRequest, now: number): Promise<Freezes> {
  if (!isHeldUpOutside(request)) return { all: [], own: [], problems: [] };
  return await freezesAt(world, findTarget(world.settings, request.target).backend, now);
}

/** Who takes part beside the server. @throws the first gate that refuses, with nothing changed */
export async function admitted(
  world: World,
  desk: Desk,
  request: OperationRequest,
  told: BlockerFacts,
  signal: AbortSignal,
): Promise<Partners> {
  const { blocked, spare, receiver, away } = await judge(world, desk, request, told, signal);
  const [first] = blocked.length > 0 ? blocked : await levelProblems(world, away, signal);
  if (first !== undefined) throw first;
  if (takesSpare(request.kind)) {
    const { server } = findTarget(world.settings, request.target);
    const partner = spare ?? receiver;
    const [refused] = await loginProblems(world, partner === null ? [server] : [server, partner], signal);
    if (refused !== undefined) throw refused;
  }
  return { spare, receiver };
}
