import { formatServerId } from '../../domain/names.ts';
import type { TrendAnswer, TrendQuestion } from '../../policy/aging/facts.ts';
import { trendAnswer } from '../../policy/aging/trend-answer.ts';

/** A forecast as it was made, and for what. */
interface Kept {
  readonly newestAt: number;
  readonly since: number | null;
  readonly madeAt: number;
  readonly answer: TrendAnswer;
}

/** What was told of one series: now, and at the means before, for rules that ask how long it was so. */
interface Told {
  last: Kept;
  readonly past: Map<number, Kept>;
}

/** Longer than any rule asks a trend to hold. */
const keptMs = 7 * 3_600_000;
const mostKept = 200;

/**
 * Forecasts that are made anew only when a series has a new mean, every five minutes: until then the limit is just so much
 * nearer.
 */
export function createForecasts(): (question: TrendQuestion) => TrendAnswer {
  const told = new Map<string, Told>();

  function make(question: TrendQuestion, newestAt: number): Kept {
    const { since, now } = question;
    return { newestAt, since, madeAt: now, answer: trendAnswer(question) };
  }

  return (question) => {
    const { server, figure, limit, direction, samples, since, now } = question;
    const key = `${formatServerId(server)} ${figure} ${limit} ${direction}`;
    const newestAt = samples.length === 0 ? 0 : samples.at(samples.length - 1);
    const good = (kept: Kept | undefined): kept is Kept =>
      kept !== undefined && kept.newestAt === newestAt && kept.since === since && now >= kept.madeAt;
    const known = told.get(key);
    if (known !== undefined && newestAt < known.last.newestAt) {
      const before = known.past.get(newestAt);
      const kept = good(before) ? before : make(question, newestAt);
      // A clock that was set back makes all of them old, and no mean comes that would end that.
      if (known.past.size > mostKept) known.past.clear();
      known.past.set(newestAt, kept);
      return later(kept.answer, now - kept.madeAt);
    }
    if (good(known?.last)) return later(known.last.answer, now - known.last.madeAt);
    const last = make(question, newestAt);
    if (known === undefined) told.set(key, { last, past: new Map() });
    else advance(known, last);
    return last.answer;
  };
}

/** Only what leads to the limit may be asked for again; before anything else no rule has held. */
function advance(told: Told, last: Kept): void {
  if (told.last.answer.kind !== 'ages') told.past.clear();
  told.past.set(told.last.newestAt, told.last);
  for (const at of told.past.keys()) if (at < last.newestAt - keptMs) told.past.delete(at);
  told.last = last;
}

function later(answer: TrendAnswer, passedMs: number): TrendAnswer {
  if (answer.kind !== 'ages') return answer;
  const { best, earliest, latest } = answer.exhaustion;
  const left = (ms: number): number => Math.max(0, ms - passedMs);
  return { ...answer, exhaustion: { best: left(best), earliest: left(earliest), latest: left(latest) } };
}
