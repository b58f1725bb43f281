import { takesSpare, type OperationRequest } from '../domain/operation.ts';
import type { BackendSettings, ServerSettings } from '../domain/settings.ts';
import { askOutside, judge, type Desk } from './admitting.ts';
import type { DryRun } from './control.ts';
import { levelProblems, loginProblems } from './peer-gates.ts';
import { describePlan, findTarget, planFor } from './planning.ts';
import type { World } from './world.ts';

/** Every step with its commands, and every gate that blocks; nothing is done. */
export async function rehearse(
  world: World,
  desk: Desk,
  request: OperationRequest,
  signal: AbortSignal,
): Promise<DryRun> {
  const { backend, server } = findTarget(world.settings, request.target);
  const told = await askOutside(world, request, signal);
  const { blocked, spare, receiver, away } = await judge(world, desk, request, told, signal);
  const stand = spare ?? standIn(backend, server);
  const plannable = !takesSpare(request.kind) || stand !== null || canDoWithout(backend, request);
  const partners = { spare: stand, receiver };
  const steps = plannable ? planFor(request, world.settings, desk.records, partners) : [];
  const partner = stand ?? receiver;
  const logins = takesSpare(request.kind)
    ? await loginProblems(world, partner === null ? [server] : [server, partner], signal)
    : [];
  const names = world.loadBalancers.map(({ name }) => name);
  return {
    spare: spare?.name ?? null,
    phases: describePlan(steps, names),
    blocked: [...blocked, ...(await levelProblems(world, away, signal)), ...logins].map(
      ({ code, message, fix }) => ({ code, message, fix }),
    ),
  };
}

/** Where all serve, a rejuvenation needs no spare; a switchover has nowhere to go. */
function canDoWithout({ mode }: BackendSettings, { kind }: OperationRequest): boolean {
  return mode === 'active-active' && kind === 'rejuvenation';
}

/** Any other server that could be shown as the spare in a dry run that is blocked. */
function standIn(backend: BackendSettings, server: ServerSettings): ServerSettings | null {
  return backend.servers.find(({ name, role }) => role === 'spare' && name !== server.name) ?? null;
}
