import { describe, expect, it } from 'vitest';
import type { RuleJudgement } from '../../../src/domain/aging.ts';
import type { ServerId } from '../../../src/domain/names.ts';
import { noRecords, type Records } from '../../../src/domain/records.ts';
import { eligibleServers } from '../../../src/policy/aging/eligible.ts';
import { judgeRule } from '../../../src/policy/aging/judge.ts';
import { facts, idOf, measured, rule } from './measured.ts';
import { aged, attempt, withTries } from './records-of.ts';

const now = Date.UTC(2026, 10, 28, 8);
const minute = 60_000;
const hour = 60 * minute;
const [web1, web2] = [idOf('web1'), idOf('web2')];
const old = rule('load > 5');
const hot = rule('load > 9', { severity: 'unstable' });

/** What the rules say of a load; null: nothing was measured lately. */
function judged(load: number | null, rules = [hot, old]): RuleJudgement[] {
  const samples = measured({ web1: { load: [[load === null ? now - hour : now - 1, load ?? 0]] } });
  return rules.map((one) => judgeRule(one, facts(samples, now)));
}

function eligible(
  records: Records,
  of: readonly (readonly [ServerId, RuleJudgement[]])[] = [[web1, judged(6)]],
) {
  return eligibleServers(records, new Map(of), now);
}

describe('servers that measured aging would have rejuvenated', () => {
  it('are those that are aged by the records and by what is measured now, unstable ones first, then the oldest', () => {
    let records = aged(noRecords, web1, old.text, now - hour);
    records = aged(records, web2, old.text, now - 2 * hour);
    const both = [web1, web2].map((id) => [id, judged(6)] as const);
    expect(eligible(records, both).map(({ server }) => server)).toEqual([web2, web1]);
    records = aged(records, web1, hot.text, now - minute, 'unstable');
    const worse = [[web1, judged(10)] as const, [web2, judged(6)] as const];
    expect(eligible(records, worse).map(({ server }) => server)).toEqual([web1, web2]);
    expect(eligible(records, [[web1, judged(null)]])).toEqual([]);
    expect(eligible(noRecords)).toEqual([]);
  });

  it('are so by a milder rule while it is unknown whether the worse one holds', () => {
    let records = aged(noRecords, web1, old.text, now - hour);
    records = aged(records, web1, 'latency.p95 > 1s', now - minute, 'unstable');
    const slow = rule('latency.p95 > 1s', { severity: 'unstable' });
    const [found] = eligible(records, [[web1, judged(6, [slow, old])]]);
    expect(found?.because).toMatchObject({ severity: 'aging', rule: old.text });
  });
});

describe('a server whose rejuvenation did not get through', () => {
  const since = now - 5 * hour;
  const held = aged(noRecords, web1, old.text, since);
  const failed = (startedAt: number, code: 'probe-failed' | 'aborted' | 'no-longer-aged' = 'probe-failed') =>
    attempt(web1, old.text, startedAt, { phase: 'aborted', at: startedAt + minute, code });
  const waitsUntil = (records: Records): number | null | undefined => eligible(records)[0]?.notBefore;

  it('is tried again after ten minutes, then after twenty, and after six hours at most', () => {
    expect(waitsUntil(withTries([failed(now - minute)], held))).toBe(now + 10 * minute);
    const two = [failed(now - hour), failed(now - minute)];
    expect(waitsUntil(withTries(two, held))).toBe(now + 20 * minute);
    const many = Array.from({ length: 12 }, (_, i) => failed(now - (12 - i) * 11 * minute - minute));
    expect(waitsUntil(withTries(many, held))).toBe(now - 11 * minute + 6 * hour);
  });

  it('waits for six hours where a person has stopped it', () => {
    expect(waitsUntil(withTries([failed(now - minute, 'aborted')], held))).toBe(now + 6 * hour);
  });

  it('waits longer each time, although the rule has failed and held again in between', () => {
    const again = aged(noRecords, web1, old.text, now - minute);
    const three = [3, 2, 1].map((n) => failed(now - n * 30 * minute, 'no-longer-aged'));
    expect(waitsUntil(withTries(three, again))).toBe(now - 29 * minute + 40 * minute);
  });

  it('begins anew after one that got through, and a day later', () => {
    const done = attempt(web1, old.text, now - 2 * hour, { phase: 'completed', at: now - hour });
    const again = aged(noRecords, web1, old.text, now - minute);
    expect(waitsUntil(withTries([failed(now - 3 * hour), done], again))).toBeNull();
    expect(waitsUntil(withTries([failed(now - 3 * hour), done, failed(now - minute)], again))).toBe(
      now + 10 * minute,
    );
    expect(waitsUntil(withTries([failed(now - 30 * hour), failed(now - minute)], again))).toBe(
      now + 10 * minute,
    );
  });

  it('rests after one that got through and did not help, for an hour at most', () => {
    const again = aged(noRecords, web1, old.text, now - minute);
    const done = (endedAt: number) =>
      attempt(web1, old.text, endedAt - minute, { phase: 'completed', at: endedAt });
    expect(waitsUntil(withTries([done(now - minute)], again))).toBe(now + 9 * minute);
    const often = [5, 4, 3, 2].map((n) => done(now - n * hour));
    expect(waitsUntil(withTries([...often, done(now - minute)], again))).toBe(now + 59 * minute);
    expect(eligible(withTries([done(now - minute)], again))[0]?.problem).toBeNull();
  });

  it('has the reason with it, unless that is as somebody meant it', () => {
    const problem = (code: Parameters<typeof failed>[1]) =>
      eligible(withTries([failed(now - minute, code)], held))[0]?.problem;
    expect(problem('probe-failed')).toBe('probe-failed');
    expect(problem('aborted')).toBeNull();
  });

  it('does not wait for what was tried because it was aging, once it is unstable', () => {
    const worse = aged(held, web1, hot.text, now - minute, 'unstable');
    const [found] = eligible(withTries([failed(now - 2 * minute)], worse), [[web1, judged(10)]]);
    expect(found).toMatchObject({ because: { severity: 'unstable' }, notBefore: null });
  });

  it('does not wait for an end that a wrong clock has put into the future', () => {
    const ahead = attempt(web1, old.text, now + 30 * 24 * hour, {
      ...{ phase: 'aborted', at: now + 30 * 24 * hour, code: 'probe-failed' },
    });
    expect(waitsUntil(withTries([ahead], held))).toBeNull();
  });

  it('is left alone while its try is open', () => {
    const open = attempt(web1, old.text, now - minute, { phase: 'draining', at: null });
    expect(waitsUntil(withTries([open], held))).toBe(Infinity);
  });
});
