import { RejuvError } from '../domain/errors.ts';
import type { ServerId } from '../domain/names.ts';
import { serverRecord } from '../domain/records.ts';
import type { Role } from '../domain/server.ts';
import { rowsOf, type Snapshot } from '../domain/snapshot.ts';
import { roleMisfit } from '../policy/standing.ts';
import type { Journal } from './journal.ts';
import type { World } from './world.ts';

/**
 * Records the role that the config file gives a server, once, where what both load balancers show fits it. What
 * does not fit is for a person: the backend stays blocked until it fits or `rejuv role` decides.
 */
export async function settleRoles(world: World, journal: Journal, snapshot: Snapshot): Promise<void> {
  if (snapshot.gaps.length > 0) return;
  for (const backend of world.settings.backends) {
    for (const { name, role } of backend.servers) {
      const id = { backend: backend.name, server: name };
      if (serverRecord(journal.records(), id).role !== null) continue;
      if (rowsOf(snapshot, id).length !== snapshot.views.length) continue;
      if (roleMisfit(snapshot, id, role) !== null) continue;
      const reason = 'as the config file says, at the first start';
      await giveRole(world, journal, snapshot, { id, role, by: null, reason });
    }
  }
}

/**
 * Records a role. A spare that rests in maint on both is taken into rejuv's hands, so that it may be activated
 * later; a role given by a person ends a hold on it.
 */
export async function giveRole(
  world: World,
  journal: Journal,
  snapshot: Snapshot,
  given: { id: ServerId; role: Role; by: string | null; reason: string | null },
): Promise<void> {
  const { id, role, by, reason } = given;
  const at = world.clock.now();
  await journal.record({ type: 'role-set', at, server: id, role, by, reason });
  const rows = rowsOf(snapshot, id);
  const resting = rows.length > 0 && rows.every(({ row }) => row.admin === 'maint');
  if (role !== 'spare' || !resting) return;
  for (const { view, row } of rows) {
    await journal.record({
      type: 'admin-intended',
      at,
      id: null,
      loadBalancer: view.name,
      server: id,
      from: row.admin,
      to: row.admin,
      process: view.process,
      unsure: false,
    });
  }
  if (serverRecord(journal.records(), id).hold !== null) {
    await journal.record({ type: 'released', at, server: id });
  }
}

/** What must be known before a person's `rejuv role` counts. */
export function requireWhole(snapshot: Snapshot, id: ServerId): void {
  const [gap] = snapshot.gaps;
  if (gap !== undefined) throw gap.error;
  for (const view of snapshot.views) {
    if (!view.servers.some((row) => row.id.backend === id.backend && row.id.server === id.server)) {
      throw new RejuvError('server-missing', { ...id, loadBalancer: view.name });
    }
  }
}
