import { RejuvError } from '../../domain/errors.ts';
import { formatServerId } from '../../domain/names.ts';
import { serverRecord } from '../../domain/records.ts';
import { rowOf, rowsOf, type ServerRow, type Snapshot } from '../../domain/snapshot.ts';
import type { AgentStep } from '../../domain/step.ts';
import type { StepContext, StepLaw } from './step-law.ts';

/** Switches the agent check off, so that it cannot undo a drain; or back on where rejuv had switched it off. */
export const agent: StepLaw<AgentStep> = {
  describe: ({ server, to }, loadBalancers) =>
    loadBalancers.map((name) =>
      to === 'off'
        ? `${name}: disable agent ${formatServerId(server)} (where it has one)`
        : `${name}: enable agent ${formatServerId(server)} (where it was on before)`,
    ),

  async look(step, context) {
    const snapshot = await whole(step, context);
    return {
      agent: Object.fromEntries(
        rowsOf(snapshot, step.server)
          .filter(({ row }) => row.agent.configured)
          .map(({ view, row }) => [view.name, row.agent.enabled]),
      ),
    };
  },

  async act(step, found, context) {
    const seen = await whole(step, context);
    for (const one of context.answering(seen)) {
      const enabled = found.agent?.[one.name];
      if (enabled === undefined) continue;
      const before = serverRecord(context.records(), step.server).agentsOff[one.name];
      const wanted = step.to === 'as-found' && before === true;
      if (step.to === 'as-found' && before === undefined) continue;
      const now = seen.views.find(({ name }) => name === one.name);
      const enabledNow = now === undefined ? enabled : (rowOf(now, step.server)?.agent.enabled ?? enabled);
      await context.record({
        type: 'agent-intended',
        at: context.world.clock.now(),
        id: context.operation().id,
        loadBalancer: one.name,
        server: step.server,
        // Switched off twice, the first finding is the one to go back to.
        wasEnabled: before ?? enabled,
        enabled: step.to === 'as-found',
      });
      if (enabledNow !== wanted) await one.setAgent(step.server, wanted, new AbortController().signal);
      if (step.to === 'off') continue;
      const at = context.world.clock.now();
      await context.record({ type: 'agent-restored', at, loadBalancer: one.name, server: step.server });
    }
  },

  async verify(step, _found, context) {
    const rows = rowsOf(await whole(step, context), step.server).filter(({ row }) => row.agent.configured);
    if (rows.length === 0) return 'it has no agent check';
    for (const { view, row } of rows) {
      if (step.to === 'off' && row.agent.enabled) throw stillOn(step, view.name, row);
    }
    return rows
      .map(({ view, row }) => `agent ${row.agent.enabled ? 'on' : 'off'} on ${view.name}`)
      .join(', ');
  },

  undo: (step) => (step.to === 'off' ? [{ ...step, to: 'as-found' }] : []),
};

async function whole(step: AgentStep, context: StepContext): Promise<Snapshot> {
  const snapshot = await context.look(step.server);
  const gap = snapshot.gaps[0];
  if (gap !== undefined) throw gap.error;
  return snapshot;
}

function stillOn(step: AgentStep, loadBalancer: string, row: ServerRow): RejuvError {
  const reply = `the agent check of ${formatServerId(row.id)} is still on`;
  const command = `disable agent ${formatServerId(step.server)}`;
  return new RejuvError('haproxy-refused', { loadBalancer, command, reply });
}
