import type { BackendName } from '../domain/names.ts';
import type { Records } from '../domain/records.ts';

/** How long a rejuvenation of this backend usually takes: the median of the completed ones in the records; 0 without any. */
export function typicalMs({ operations }: Records, backend: BackendName): number {
  const took = operations
    .flatMap(({ kind, phase, backend: of, startedAt, endedAt }) =>
      kind === 'rejuvenation' && phase === 'completed' && of === backend && endedAt !== null
        ? [endedAt - startedAt]
        : [],
    )
    .sort((a, b) => a - b);
  return took[Math.floor(took.length / 2)] ?? 0;
}
