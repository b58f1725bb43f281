import { describe, expect, it } from 'vitest';
import type { AgingRule, RuleJudgement } from '../../../src/domain/aging.ts';
import { judgeRule } from '../../../src/policy/aging/judge.ts';
import {
  condition,
  facts,
  idOf,
  measured,
  rule,
  type Change,
  type Series,
  type Written,
} from './measured.ts';

const minute = 60_000;
const now = 200 * minute;

/** One value every minute, the last one now. */
function everyMinute(...values: readonly number[]): Series {
  return values.map((value, index) => [now - (values.length - 1 - index) * minute, value]);
}

function judged(
  one: AgingRule,
  written: Written | Series,
  change: Change = {},
  at = now,
): Omit<RuleJudgement, 'evidence'> & { evidence: string } {
  const all = Array.isArray(written) ? { web1: { 'memory.used': written } } : written;
  const judgement = judgeRule(one, facts(measured(all as Written, 3 * minute), at, change));
  return { ...judgement, evidence: judgement.evidence() };
}

describe('a rule with `for`', () => {
  const aged = rule('memory.used > 85%', { forMs: 3 * minute });

  it('waits until it was true for so long, and says when that is', () => {
    expect(judged(aged, everyMinute(0.5, 0.9, 0.912))).toMatchObject({
      ...{ verdict: 'waiting', since: now - minute, nextChangeAt: now + 2 * minute, problem: null },
      evidence: 'memory.used 91.2%; true for 1m of 3m, 2 samples',
    });
  });

  it('holds then, with what it rests on', () => {
    expect(judged(aged, everyMinute(0.5, 0.9, 0.9, 0.9, 0.9))).toMatchObject({
      ...{ verdict: 'holds', since: now - 3 * minute },
      evidence: 'memory.used 90%; true for 3m, 4 samples',
    });
  });

  it('begins anew after one sample at which it is not true', () => {
    expect(judged(aged, everyMinute(0.9, 0.9, 0.9, 0.5, 0.9)).verdict).toBe('waiting');
    expect(judged(aged, everyMinute(0.9, 0.9, 0.9, 0.9, 0.5))).toMatchObject({
      ...{ verdict: 'fails', since: null, evidence: 'memory.used 50%' },
    });
  });

  it('counts a missing sample neither way', () => {
    const samples = everyMinute(0.9, 0.9, 0.9, 0.9, 0.9).filter((_, index) => index !== 2);
    expect(judged(aged, samples).verdict).toBe('holds');
  });

  it('needs two samples in that time', () => {
    const samples: Series = [
      [now - 10 * minute, 0.9],
      [now, 0.9],
    ];
    expect(judged(aged, samples).verdict).toBe('waiting');
  });

  it('is unknown once its source is stale, and says which and since when', () => {
    expect(judged(aged, everyMinute(0.9, 0.9, 0.9, 0.9), {}, now + 4 * minute)).toMatchObject({
      ...{ verdict: 'unknown', problem: 'node has given no memory.used for 4m' },
    });
    expect(judged(aged, {})).toMatchObject({
      ...{ verdict: 'unknown', problem: 'no source of the backend gives memory.used' },
    });
  });

  it('forgets what was before a restart', () => {
    const written = everyMinute(0.9, 0.9, 0.9, 0.9, 0.9);
    expect(judged(aged, written, { youngSince: now - 2 * minute }).verdict).toBe('waiting');
    expect(judged(aged, written, { youngSince: now + 1 })).toMatchObject({ verdict: 'unknown' });
  });
});

describe('a rule with `samples: 3 of 4`', () => {
  const noisy = rule('memory.used > 85%', { samples: { holds: 3, of: 4 } });

  it('forgives one that is not true', () => {
    expect(judged(noisy, everyMinute(0.9, 0.9, 0.9, 0.5))).toMatchObject({
      ...{ verdict: 'holds', evidence: 'memory.used 50%; true for 1m, 3 of the last 4 samples' },
    });
    expect(judged(noisy, everyMinute(0.9, 0.5, 0.9, 0.5)).verdict).toBe('fails');
  });
});

describe('a rule with `clears`', () => {
  const sticky = rule('memory.used > 85%', { clears: condition('memory.used < 70%') });
  const before = judged(sticky, everyMinute(0.9, 0.9));

  it('goes on holding until that is true', () => {
    expect(judged(sticky, everyMinute(0.9, 0.8), { before })).toMatchObject({
      ...{ verdict: 'holds', evidence: 'memory.used 80%; held for 1m, until memory.used < 70%' },
    });
    expect(judged(sticky, everyMinute(0.9, 0.6), { before }).verdict).toBe('fails');
    expect(judged(sticky, everyMinute(0.9, 0.8)).verdict).toBe('fails');
  });

  it('goes on after a time in which nobody knew', () => {
    const unknown = judged(sticky, everyMinute(0.9), { before }, now + 10 * minute);
    expect(unknown.verdict).toBe('unknown');
    expect(judged(sticky, everyMinute(0.8), { before: unknown }).verdict).toBe('holds');
  });

  it('is forgotten with the life in which it held', () => {
    expect(judged(sticky, everyMinute(0.9, 0.8), { before, youngSince: now - 30_000 }).verdict).toBe('fails');
  });
});

describe('a rule that compares', () => {
  const peers = ['web2', 'web3', 'web4'].map((server, index) => ({
    server: idOf(server),
    youngSince: now - (30 - index * 5) * minute,
  }));
  const of = (value: number): Written[string] => ({ 'memory.used': everyMinute(value, value) });
  const written = { web1: of(0.6), web2: of(0.5), web3: of(0.2), web4: of(0.3) };

  it('with the freshest, takes the youngest of the others', () => {
    expect(judged(rule('memory.used > 1.9x freshest'), written, { peers })).toMatchObject({
      ...{ verdict: 'holds', evidence: 'memory.used 60% (2x web4, 30%); true for 1m, 2 samples' },
    });
  });

  it('with the peers, takes their median', () => {
    expect(judged(rule('memory.used > 2x peers'), written, { peers })).toMatchObject({
      ...{ verdict: 'fails', evidence: 'memory.used 60% (2x the median of its peers, 30%)' },
    });
  });

  it('is unknown without any other serving server', () => {
    expect(judged(rule('memory.used > 2x peers'), written).problem).toContain(
      'no other serving server has memory.used',
    );
  });

  it('per request, takes both at the same moment, and is unknown without requests', () => {
    const perRequest = rule('memory.used per requests.rate > 1%');
    const rate = (value: number): Written => ({
      web1: { 'memory.used': everyMinute(0.6), 'requests.rate': everyMinute(value) },
    });
    expect(judged(perRequest, rate(40))).toMatchObject({
      ...{ verdict: 'holds', evidence: 'memory.used per requests.rate 1.5%; true for 0s, 1 sample' },
    });
    expect(judged(perRequest, rate(0)).problem).toBe(
      'requests.rate is 0, or was not read when memory.used was',
    );
  });
});

describe('a rule on a trend', () => {
  const trend = rule('memory.used reaches 95% within 24h');
  const hour = 60 * minute;
  const exhaustion = { best: 30 * hour, earliest: 25 * hour, latest: 40 * hour };

  it('holds once the limit is most likely reached in time, and says when that is', () => {
    const written = everyMinute(0.7);
    expect(
      judged(trend, written, { forecast: () => ({ kind: 'ages', basis: null, exhaustion }) }),
    ).toMatchObject({
      ...{ verdict: 'fails', evidence: 'memory.used 70%, reaches 95% in 1d6h (1d1h to 1d16h)' },
    });
    const near = { best: 20 * hour, earliest: 15 * hour, latest: 30 * hour };
    expect(
      judged(trend, written, { forecast: () => ({ kind: 'ages', basis: null, exhaustion: near }) }).verdict,
    ).toBe('holds');
    expect(judged(trend, written, { forecast: () => ({ kind: 'steady', basis: null }) }).verdict).toBe(
      'fails',
    );
  });

  it('is unknown until there is enough data', () => {
    expect(judged(trend, everyMinute(0.7)).problem).toBe(
      'there is not enough data for a trend of memory.used yet',
    );
  });
});

it('an uptime passes its limit by itself', () => {
  const old = rule('uptime > 7d');
  const youngSince = now - 100 * minute;
  expect(judged(old, {}, { youngSince })).toMatchObject({
    ...{ verdict: 'fails', nextChangeAt: youngSince + 7 * 86_400_000 + 1 },
  });
  expect(judged(old, {})).toMatchObject({
    verdict: 'unknown',
    problem: 'it is not known since when it runs',
  });
});
