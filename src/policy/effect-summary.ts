import { effectFigures, type Effect } from '../domain/effect.ts';

/** What the rejuvenations of one server or backend brought in one figure. */
export interface FigureEffect {
  readonly figure: (typeof effectFigures)[number];
  /** How many measured it, at about the same traffic. */
  readonly measured: number;
  /** The median of after against before, -0.3 for a third less; null: none did, or before was zero. */
  readonly change: number | null;
  /** Two-sided sign test: how likely chance alone would show as much; null: too few to tell. */
  readonly p: number | null;
  readonly verdict: 'less' | 'more' | 'no measurable effect' | 'too few to tell';
}

/** Below, a change is none: it is what a server does from one hour to the next. */
const smallestShare = 0.02;
/** With fewer, all in one direction, chance alone would do the same in more than one of twenty. */
export const fewestEffects = 6;
const alpha = 0.05;

/** Compares before and after of rejuvenations, figure by figure. Without a figure that anybody measured: empty. Pure. */
export function summariseEffects(effects: readonly Effect[]): FigureEffect[] {
  const fair = effects.filter(({ comparable }) => comparable !== false);
  return effectFigures.flatMap((figure) => {
    const changes = fair.flatMap(
      ({ before, after }) => changeOf(before.means[figure], after.means[figure]) ?? [],
    );
    return changes.length === 0 ? [] : [summaryOf(figure, changes)];
  });
}

function summaryOf(figure: FigureEffect['figure'], changes: readonly number[]): FigureEffect {
  const change = medianOf(changes);
  const measured = changes.length;
  if (measured < fewestEffects) return { figure, measured, change, p: null, verdict: 'too few to tell' };
  const less = changes.filter((one) => one < -smallestShare).length;
  const more = changes.filter((one) => one > smallestShare).length;
  const p = signTest(less, more);
  if (p >= alpha) return { figure, measured, change, p, verdict: 'no measurable effect' };
  return { figure, measured, change, p, verdict: less > more ? 'less' : 'more' };
}

/** Relative to the larger of the two, so that a fall to nothing is -1 and a rise from nothing 1. */
function changeOf(before: number | undefined, after: number | undefined): number | null {
  if (before === undefined || after === undefined) return null;
  const most = Math.max(Math.abs(before), Math.abs(after));
  return most === 0 ? 0 : (after - before) / most;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** Two-sided, exact; changes in neither direction do not count (Conover, Practical Nonparametric Statistics, 3.4). */
export function signTest(less: number, more: number): number {
  const n = less + more;
  const few = Math.min(less, more);
  let term = 0.5 ** n;
  let below = term;
  for (let k = 1; k <= few; k += 1) {
    term *= (n - k + 1) / k;
    below += term;
  }
  return Math.min(1, 2 * below);
}
