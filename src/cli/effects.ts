import type { Effect } from '../domain/effect.ts';
import type { Operation } from '../domain/operation.ts';
import { summariseEffects, type FigureEffect } from '../policy/effect-summary.ts';

/** What the completed rejuvenations of one server, or of all servers of a backend, have brought. */
export interface EffectsOf {
  readonly backend: string;
  /** Null: all servers of the backend together. */
  readonly server: string | null;
  readonly rejuvenations: number;
  /** How many could be measured. */
  readonly measured: number;
  /** Of these, at traffic too different to compare. */
  readonly otherTraffic: number;
  readonly figures: readonly FigureEffect[];
  /** Minutes that the backend served with one server less, all rejuvenations together. */
  readonly reducedMinutes: number;
}

/** Per backend, each followed by its servers. Pure. */
export function effectsOf(operations: readonly Operation[]): EffectsOf[] {
  const completed = operations.filter(({ kind, phase }) => kind === 'rejuvenation' && phase === 'completed');
  const backends = [...new Set(completed.map(({ backend }) => backend))].toSorted();
  return backends.flatMap((backend) => {
    const own = completed.filter((one) => one.backend === backend);
    const servers = [...new Set(own.map(({ server }) => server))].toSorted();
    const perServer = servers.map((server) =>
      summary(
        own.filter((one) => one.server === server),
        backend,
        server,
      ),
    );
    return [summary(own, backend, null), ...perServer];
  });
}

function summary(operations: readonly Operation[], backend: string, server: string | null): EffectsOf {
  const effects = operations.flatMap(({ effect }): Effect[] =>
    effect === null || effect === 'owed' ? [] : [effect],
  );
  const reducedMs = effects.reduce((total, effect) => total + effect.reducedMs, 0);
  return {
    backend,
    server,
    rejuvenations: operations.length,
    measured: effects.length,
    otherTraffic: effects.filter(({ comparable }) => comparable === false).length,
    figures: summariseEffects(effects),
    reducedMinutes: Math.round(reducedMs / 60_000),
  };
}
