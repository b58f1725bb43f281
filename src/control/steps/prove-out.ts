import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, sameServer, type ServerId } from '../../domain/names.ts';
import type { HeldRow } from '../../domain/old-workers.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import type { ProveOutStep } from '../../domain/step.ts';
import { seenOn } from '../../policy/absence.ts';
import { sharedHostProblem } from '../../policy/shared-host.ts';
import { oldWorkersProblem, oldWorkersWait } from '../../policy/old-workers.ts';
import { servingOn } from '../../policy/serving.ts';
import { holdOurs } from './hand.ts';
import { nothingFound, nothingToUndo, type StepContext, type StepLaw } from './step-law.ts';

/** The last look before an action. Anything but a clean proof stops the operation before it. */
export const proveOut: StepLaw<ProveOutStep> = {
  describe: ({ server, sameHost, beforeReboot, oldWorkersGoneMs }) => [
    `prove that ${[server, ...sameHost].map(formatServerId).join(', ')} ${sameHost.length > 0 ? 'are' : 'is'} in maint` +
      ' with nothing in progress on both, old workers included' +
      (beforeReboot
        ? `, that nobody else is served from its host, and, where no master socket tells of old workers, that HAProxy was not reloaded in the last ${oldWorkersGoneMs / 1000} s`
        : ''),
  ],
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    for (const id of [step.server, ...step.sameHost]) {
      const seen = await holdOurs(context, await context.look(id), id);
      proveOne(seen, id);
    }
    refuseBelowFloor(step, await context.look(step.server));
    let snapshot = await lookAround(step, context);
    let old = oldWorkersIn(step, snapshot);
    while (old !== null) {
      // A reload, even one in the middle of the operation, leaves workers that may still hold connections.
      context.report(old);
      refuseWhenAborted(context);
      await context.pause();
      for (const id of [step.server, ...step.sameHost]) await holdOurs(context, await context.look(id), id);
      snapshot = await lookAround(step, context);
      old = oldWorkersIn(step, snapshot);
    }
    for (const id of [step.server, ...step.sameHost]) proveOne(snapshot, id);
    refuseBelowFloor(step, snapshot);
    if (!step.beforeReboot) return `in maint on ${seenOn(snapshot)}, nothing in progress`;
    const shared = sharedHostProblem(snapshot, step.server, step.sameHost);
    if (shared !== null) throw shared;
    return `in maint on ${seenOn(snapshot)}, nothing in progress, alone on its host`;
  },

  undo: nothingToUndo,
};

/** Before a reboot all rows of both, since other backends may be served from the same host. */
async function lookAround(step: ProveOutStep, context: StepContext): Promise<Snapshot> {
  const backends = [step.server, ...step.sameHost].map(({ backend }) => backend);
  return await context.lookClosely(step.beforeReboot ? null : backends);
}

/** What old workers still have here, or may have; null: nothing to wait for. */
function oldWorkersIn(step: ProveOutStep, snapshot: Snapshot): string | null {
  const { server, sameHost, beforeReboot, oldWorkersGoneMs } = step;
  const ids = [server, ...sameHost];
  const addresses = new Set(rowsOf(snapshot, server).map(({ row }) => row.address));
  // An old worker may know the host by the name of a server that the configuration has no more.
  const ours = ({ id, address }: HeldRow): boolean =>
    ids.some((one) => sameServer(one, id)) || (beforeReboot && addresses.has(address));
  const wait = oldWorkersWait(snapshot, ours, oldWorkersGoneMs);
  if (wait !== null || !beforeReboot) return wait;
  return oldWorkersProblem(snapshot, oldWorkersGoneMs)?.message ?? null;
}

/** Others may have died since the drain began: then this one is better put back than rebooted. */
function refuseBelowFloor({ server, floor }: ProveOutStep, snapshot: Snapshot): void {
  if (floor === null) return;
  for (const view of snapshot.views) {
    const left = servingOn(view, server.backend, floor);
    if (left < floor.minimum) {
      const facts = { backend: server.backend, left, loadBalancer: view.name, minimum: floor.minimum };
      throw new RejuvError('min-serving', facts);
    }
  }
}

/** From the first action on an abort waits for the next step; this wait can be minutes, so it listens too. */
function refuseWhenAborted(context: StepContext): void {
  const asked = context.operation().abortAsked;
  if (asked !== null) throw new RejuvError('aborted', { by: asked.by ?? 'a person', reason: asked.reason });
}

function proveOne(snapshot: Snapshot, id: ServerId): void {
  const [gap] = snapshot.gaps;
  if (gap !== undefined) throw gap.error;
  const rows = rowsOf(snapshot, id);
  for (const { view, row } of rows) {
    if (row.admin !== 'maint') {
      throw new RejuvError('not-proven-out', { ...id, loadBalancer: view.name, admin: row.admin });
    }
    if (row.sessions + row.queue > 0) {
      throw new RejuvError('load-returned', { ...id, sessions: row.sessions, queue: row.queue });
    }
  }
  if (rows.length < snapshot.views.length || rows.length === 0) {
    throw new RejuvError('server-missing', { ...id, loadBalancer: 'a load balancer' });
  }
}
