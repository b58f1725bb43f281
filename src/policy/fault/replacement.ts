import type { Verdict } from '../../domain/fault.ts';
import type { OperationId, ServerName } from '../../domain/names.ts';

/** A server that could take over, as far as is known. */
export interface SpareFacts {
  readonly name: ServerName;
  readonly verdict: Verdict;
  /** Its application is stopped. */
  readonly asleep: boolean;
  /** Why it cannot take over, whoever has taken it: held, by hand, missing; null: it can. */
  readonly problem: string | null;
  /** The open operation that has taken it; `yields`: a planned one that can still roll back. */
  readonly takenBy: { readonly id: OperationId; readonly yields: boolean } | null;
  /** It holds the last checkpoint of the failed server. */
  readonly hasCheckpoint: boolean;
  readonly verifiedAt: number | null;
}

export type Replacement =
  | {
      readonly spare: ServerName;
      /** The planned operation that has to give it up first. */
      readonly preempts: OperationId | null;
    }
  | { readonly spare: null; readonly problem: string };

/**
 * The spare that takes over: one that passes before one of which nothing is known, a free one before one that a plan
 * has to give up, the one with the checkpoint, one that runs before one that sleeps, the latest verified. In a storm
 * only those that pass. Pure.
 */
export function chooseReplacement(spares: readonly SpareFacts[], storm: boolean): Replacement {
  const candidates = spares.map((spare) => ({ spare, problem: problemOf(spare, storm) }));
  const [best] = candidates
    .flatMap(({ spare, problem }) => (problem === null ? [spare] : []))
    .toSorted((a, b) => rank(b) - rank(a) || (b.verifiedAt ?? 0) - (a.verifiedAt ?? 0));
  if (best !== undefined) return { spare: best.name, preempts: best.takenBy?.id ?? null };
  if (spares.length === 0) return { spare: null, problem: 'no server has the role spare' };
  return {
    spare: null,
    problem: candidates.map(({ spare, problem }) => `${spare.name} ${problem}`).join('; '),
  };
}

function problemOf({ verdict, problem, takenBy }: SpareFacts, storm: boolean): string | null {
  if (problem !== null) return problem;
  if (takenBy !== null && !takenBy.yields) return `is taken by operation ${takenBy.id}`;
  // Unreachable is its SSH alone: one that runs needs none to take over.
  if (verdict === 'failed' || verdict === 'hung' || verdict === 'split') return `is ${verdict} itself`;
  if (storm && verdict !== 'well') return `is ${verdict}, and in a storm only one that passes is used`;
  return null;
}

function rank({ verdict, takenBy, hasCheckpoint, asleep }: SpareFacts): number {
  const well = verdict === 'well' || (verdict === 'unreachable' && !asleep);
  return (well ? 8 : 0) + (takenBy === null ? 4 : 0) + (hasCheckpoint ? 2 : 0) + (asleep ? 0 : 1);
}
