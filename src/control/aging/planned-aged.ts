import type { AgedBecause } from '../../domain/aging.ts';
import type { PlannedAged } from '../../domain/plan.ts';
import { serverRecord, type Records } from '../../domain/records.ts';
import type { BackendSettings, ServerSettings } from '../../domain/settings.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { heldUp } from '../held-up.ts';
import type { World } from '../world.ts';
import { isServingPrimary } from './serving-primary.ts';

/** Every server in service that is aged by the records, and whether pause and calendars let it be rejuvenated now. */
export async function plannedAged(
  world: World,
  records: Records,
  snapshot: Snapshot,
): Promise<PlannedAged[]> {
  const all = world.settings.backends.flatMap((backend) =>
    backend.servers
      .filter(({ name }) =>
        isServingPrimary(records, backend, snapshot, { backend: backend.name, server: name }),
      )
      .map(async (server) => await agedOne(world, records, backend, server)),
  );
  return (await Promise.all(all)).flat();
}

async function agedOne(
  world: World,
  records: Records,
  backend: BackendSettings,
  { name: server }: ServerSettings,
): Promise<PlannedAged[]> {
  const { aged } = serverRecord(records, { backend: backend.name, server });
  return await Promise.all(
    aged.map(async ({ severity, rule, since, evidence }) => {
      const because: AgedBecause = { severity, rule, evidence, confirmMs: 0 };
      const problem = await heldUp(world, records, backend, { trigger: 'threshold', force: false, because });
      return {
        ...{ backend: backend.name, server, severity, rule, evidence },
        since: new Date(since).toISOString(),
        verdict: problem === null ? ('runs' as const) : ('refused' as const),
        code: problem?.code ?? null,
        reason: problem?.message ?? null,
      };
    }),
  );
}
