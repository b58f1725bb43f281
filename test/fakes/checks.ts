import type { AdminState, OperationalState } from '../../src/domain/server.ts';
import type { FakeServer } from './shop.ts';

const downAfterMs = 2_000;

/** What its checks say of a server that has stood so for `standing` milliseconds. */
export function operationalOf(
  admin: AdminState,
  checked: boolean,
  well: boolean,
  standing: number,
): OperationalState {
  if (admin === 'maint') return 'unchecked';
  if (!checked || well) return 'up';
  return standing >= downAfterMs ? 'down' : 'up';
}

/** What it holds for a server, `sinceMs` after its admin state last changed. */
export function sessionsOf(target: FakeServer, admin: AdminState, sinceMs: number): number {
  const going = admin === 'ready' || sinceMs < target.requestMs ? target.busy : 0;
  const bound = admin === 'maint' && sinceMs >= target.requestMs ? 0 : target.bound;
  return going + bound + target.stuck;
}
