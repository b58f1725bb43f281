import type { Answer } from '../../domain/fault.ts';

/** How many in a row are believed. */
export interface Limits {
  readonly fall: number;
  readonly rise: number;
}

/** The answers of one source, as far as they count. */
export interface Streak {
  /** What is believed: it changes only after `fall` failures or `rise` passes in a row. */
  readonly believed: Answer;
  /** Since when: the first answer of those that were believed. */
  readonly since: number | null;
  /** The last answers that were alike; null: none yet. */
  readonly run: {
    readonly answer: 'passed' | 'failed';
    readonly length: number;
    readonly since: number;
    /** The answer before it was the other one. */
    readonly turned: boolean;
  } | null;
  /** Of the last answer that counts. */
  readonly detail: string;
}

export const noStreak: Streak = { believed: 'unknown', since: null, run: null, detail: 'not asked yet' };

/** The streak after one more answer. `unknown` counts neither way, and ends no streak. Pure. */
export function extend(streak: Streak, answer: Answer, detail: string, at: number, limits: Limits): Streak {
  if (answer === 'unknown') return streak;
  const fresh = { answer, length: 0, since: at, turned: streak.run !== null };
  const before = streak.run?.answer === answer ? streak.run : fresh;
  const run = { ...before, length: before.length + 1 };
  const enough = run.length >= (answer === 'failed' ? limits.fall : limits.rise);
  if (!enough || streak.believed === answer) return { ...streak, run, detail };
  return { believed: answer, since: run.since, run, detail };
}
