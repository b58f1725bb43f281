import type { GivenRates } from '../../config/given-rates.ts';
import type { BackendName } from '../../domain/names.ts';
import type { Operation } from '../../domain/operation.ts';
import { chooseLife } from '../../model/estimate/choose-life.ts';
import { observeHistory, type Observations } from '../../model/estimate/history.ts';
import { meanDuration, type Duration } from '../../model/estimate/mean-duration.ts';
import type { Band } from '../../model/estimate/observed-life.ts';
import { bandOut, type Source, type Unanswered } from './advice.ts';
import { lifeOfFile, lifeOfRecords, type PlannedLife } from './planned.ts';

/** Rates for the advice, wherever they come from; or what is missing for one. */
export type Gathered =
  | {
      readonly kind: 'rates';
      readonly life: PlannedLife;
      readonly repair: Band;
      readonly rejuvenation: Band;
      readonly sources: { readonly life: Source; readonly repair: Source; readonly rejuvenation: Source };
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'missing';
      readonly missing: readonly string[];
      readonly seen: Unanswered['seen'];
      readonly notes: readonly string[];
    };

export const confidence = 0.95;

/** What the file of `--given` says, and for the rest what the records show. */
export function gather(given: GivenRates, seen: Observations): Gathered {
  const fits = given.life === undefined ? chooseLife(seen.lives, confidence) : null;
  const missing: string[] = [];
  let life: PlannedLife | null = null;
  if (given.life !== undefined) life = lifeOfFile(given.life, given.uncertainty ?? 1);
  else if (fits?.kind === 'fits') life = lifeOfRecords(fits);
  else missing.push(`how long a server lives: ${lacking(fits?.seen ?? 0, fits?.missing ?? 0)}`);
  const repair = duration(given.repair, seen.repairs, 'repairs');
  if (repair === null) missing.push('how long a repair takes: none has been seen to its end');
  const rejuvenation = duration(given.rejuvenation, seen.rejuvenations, 'rejuvenations');
  if (rejuvenation === null) missing.push('how long a rejuvenation takes: none has been seen to its end');
  const notes = notesOn(given, seen, fits?.kind === 'fits' && !fits.agingSeen);
  if (life === null || repair === null || rejuvenation === null) {
    return { kind: 'missing', missing, seen: whatWasSeen(seen), notes };
  }
  const source = (field: 'life' | 'repair' | 'rejuvenation'): Source =>
    given[field] === undefined ? 'records' : 'file';
  const sources = { life: source('life'), repair: source('repair'), rejuvenation: source('rejuvenation') };
  return { kind: 'rates', life, repair, rejuvenation, sources, notes };
}

function lacking(failures: number, missing: number): string {
  const had =
    failures === 0 ? 'no failure is in the records' : `only ${failures} failure(s) are in the records`;
  return `${had}, and ${missing} more are needed to tell aging from chance`;
}

function duration(given: number | undefined, seen: readonly Duration[], what: string): Band | null {
  if (given !== undefined) return { value: given, lower: given, upper: given };
  const mean = meanDuration(seen, confidence, what);
  return mean.kind === 'mean' ? mean.hours : null;
}

function whatWasSeen(seen: Observations): Unanswered['seen'] {
  const serviceHours = seen.lives.reduce((sum, { hours }) => sum + hours, 0);
  const failures = seen.lives.filter(({ failed }) => failed).length;
  const fits = chooseLife(seen.lives, confidence);
  const rate = fits.exponential?.perHour;
  return { failures, serviceHours, failuresPerHour: rate === undefined ? null : bandOut(rate) };
}

function notesOn(given: GivenRates, seen: Observations, noAging: boolean): string[] {
  const notes: string[] = [];
  if (given.life === undefined) {
    const bySymptom = seen.lives.filter(({ end }) => end === 'symptom').length;
    if (bySymptom > 0) {
      notes.push(
        `${bySymptom} of ${seen.lives.length} lives ended because a symptom was seen; such an end is no accident, so the lives are estimated too long`,
      );
    }
    if (seen.leftOut.length > 0) {
      notes.push(
        `${seen.leftOut.length} time(s) in service were left out: their beginning is not in the records`,
      );
    }
    if (noAging) {
      notes.push('the lives in the records show no aging: they fail no more often when old than when young');
    }
  }
  return notes;
}

/** Nothing seen, for a question without records. */
export const nothingSeen: Observations = {
  lives: [],
  leftOut: [],
  repairs: [],
  rejuvenations: [],
  boots: [],
  activations: [],
  switchovers: [],
};

/**
 * What the operations, newest first, say about the backend. @throws RejuvError model-input naming the operation
 * whose times cannot be.
 */
export function observe(
  operations: readonly Operation[],
  backend: BackendName,
  now: number,
  without: readonly string[],
): Observations {
  return observeHistory({ operations: operations.toReversed() }, backend, now, new Set(without));
}
