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

/**
 * Forecasts that are made anew only when a series has a new mean, every five minutes: until then the limit is just so much
 * nearer.
 */
export function createForecasts(): (question: TrendQuestion) => TrendAnswer {
  const kept = new Map<string, Kept>();
  return (question) => {
    const { server, figure, limit, direction, samples, since, now } = question;
    const key = `${formatServerId(server)} ${figure} ${limit} ${direction}`;
    const newestAt = samples.length === 0 ? 0 : samples.at(samples.length - 1);
    const last = kept.get(key);
    if (last !== undefined && last.newestAt === newestAt && last.since === since && now >= last.madeAt) {
      return later(last.answer, now - last.madeAt);
    }
    const answer = trendAnswer(question);
    kept.set(key, { newestAt, since, madeAt: now, answer });
    return answer;
  };
}

function later(answer: TrendAnswer, passedMs: number): TrendAnswer {
  if (answer.kind !== 'ages') return answer;
  const { best, earliest, latest } = answer.exhaustion;
  const left = (ms: number): number => Math.max(0, ms - passedMs);
  return { ...answer, exhaustion: { best: left(best), earliest: left(earliest), latest: left(latest) } };
}
