import { RejuvError } from '../domain/errors.ts';
import { phases, takesSpare } from '../domain/operation.ts';
import { pauseAt } from '../domain/pause.ts';
import { openOperations } from '../domain/records.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Control } from './control.ts';
import type { Journal } from './journal.ts';
import { findTarget } from './planning.ts';
import type { Runs } from './runs.ts';
import { giveRole, requireWhole } from './settle.ts';
import type { World } from './world.ts';
import type { Worlds } from './worlds.ts';

interface Scope {
  readonly worlds: Worlds;
  readonly journal: Journal;
  readonly runs: Pick<Runs, 'has' | 'abort'>;
  /** Both load balancers, now. */
  readonly look: (world: World, signal: AbortSignal) => Promise<Snapshot>;
}

/** What a person may say that begins no operation: roles, pauses, the end of a storm. */
export function createPersonsWords({
  worlds,
  journal,
  runs,
  look,
}: Scope): Pick<Control, 'setRole' | 'pause' | 'resume' | 'allClear'> {
  return {
    setRole: async (server, role, by, reason, signal) =>
      await worlds.use(async (world) => {
        const { backend } = findTarget(world.settings, server);
        if (backend.mode === 'active-active' && role === 'spare') {
          throw new RejuvError('no-standby', { backend: backend.name, what: 'make of it' });
        }
        const busy = openOperations(journal.records()).find(
          (operation) => operation.backend === server.backend,
        );
        if (busy !== undefined) {
          const { id, kind, backend, phase } = busy;
          throw new RejuvError('backend-busy', { id, kind, backend, server: busy.server, phase });
        }
        const snapshot = await look(world, signal);
        requireWhole(snapshot, server);
        await giveRole(world, journal, snapshot, { id: server, role, by, reason });
      }),

    async pause({ by, reason, until, rollBack, includingFailover }) {
      const { clock } = worlds.now();
      await journal.record({ type: 'paused', at: clock.now(), by, reason, until, includingFailover });
      if (!rollBack) return { stopping: [] };
      const asked = new RejuvError('aborted', { by: by ?? 'a person', reason });
      const stopping = openOperations(journal.records()).filter(
        ({ id, kind, phase }) => runs.has(id) && takesSpare(kind) && phases[phase].wayBack,
      );
      for (const { id } of stopping) {
        await journal.record({ type: 'abort-asked', at: clock.now(), id, by, reason });
        runs.abort(id, asked);
      }
      return { stopping: stopping.map(({ id }) => id) };
    },

    async resume(by, reason) {
      const { clock } = worlds.now();
      if (pauseAt(journal.records().pause, clock.now()) === null) throw new RejuvError('not-paused', {});
      await journal.record({ type: 'resumed', at: clock.now(), by, reason });
    },

    async allClear(backend, by, reason) {
      const { settings, clock } = worlds.now();
      if (!settings.backends.some(({ name }) => name === backend)) {
        const names = settings.backends.map(({ name }) => name).join(', ');
        throw new RejuvError('unknown-backend', { backend, known: names });
      }
      if ((journal.records().faults.storms[backend]?.since ?? null) === null) {
        throw new RejuvError('no-storm', { backend });
      }
      await journal.record({ type: 'storm-ended', at: clock.now(), backend, by, reason });
    },
  };
}
