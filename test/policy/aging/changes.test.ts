import { describe, expect, it } from 'vitest';
import type { AgingRule, RuleJudgement } from '../../../src/domain/aging.ts';
import { backendName, serverName } from '../../../src/domain/names.ts';
import { noRecords, type Records } from '../../../src/domain/records.ts';
import { agingChanges, orphanedRules } from '../../../src/policy/aging/changes.ts';
import { judgeRule } from '../../../src/policy/aging/judge.ts';
import { facts, idOf, measured, rule } from './measured.ts';
import { aged, attempt, withTries } from './records-of.ts';

const now = Date.UTC(2026, 10, 28, 8);
const hour = 3_600_000;
const web1 = idOf('web1');
const old = rule('load > 5');

function judged(load: number | null, of: AgingRule = old): RuleJudgement {
  const at = load === null ? now - hour : now - 1;
  return judgeRule(of, facts(measured({ web1: { load: [[at, load ?? 9]] } }), now));
}

function changes(records: Records, ...judgements: RuleJudgement[]): string[] {
  return agingChanges(records, web1, judgements, now).map(({ type, severity, rule: of }) =>
    [type, severity, of].join(' '),
  );
}

describe('what is recorded of measured aging', () => {
  const held = aged(noRecords, web1, old.text, now - hour);

  it('is when a rule begins to hold, once, and when it does not any more', () => {
    expect(changes(noRecords, judged(6))).toEqual(['aged aging load > 5']);
    expect(changes(held, judged(6))).toEqual([]);
    expect(changes(held, judged(4))).toEqual(['aged-over aging load > 5']);
    expect(changes(noRecords, judged(4))).toEqual([]);
  });

  it('is neither while nobody can tell', () => {
    expect(judged(null).verdict).toBe('unknown');
    expect(changes(held, judged(null))).toEqual([]);
    expect(changes(noRecords, judged(null))).toEqual([]);
  });

  it('ends with a rejuvenation, and begins again where that did not help', () => {
    const done = attempt(web1, old.text, now - 2 * hour, { phase: 'completed', at: now - hour / 2 });
    const since = withTries([done], held);
    expect(changes(since, judged(null))).toEqual(['aged-over aging load > 5']);
    expect(changes(since, judged(6))).toEqual(['aged-over aging load > 5', 'aged aging load > 5']);
  });

  it('keeps rules apart that are written alike and differ in severity', () => {
    const both = [judged(6), judged(6, { ...old, severity: 'unstable' })];
    expect(changes(held, ...both)).toEqual(['aged unstable load > 5']);
  });

  it('ends with a rule that left the config file', () => {
    expect(changes(held, judged(6, rule('load > 7')))).toEqual(['aged-over aging load > 5']);
  });
});

describe('rules that nothing judges any more', () => {
  const held = aged(noRecords, web1, old.text, now - hour);
  const shop = (servers: string[], rules: AgingRule[]) => ({
    name: backendName('shop'),
    servers: servers.map((name) => ({ name: serverName(name) })),
    rules,
  });

  it('are over when their server, their backend or all rules have left the config file', () => {
    const over = [{ type: 'aged-over', at: now, server: web1, severity: 'aging', rule: old.text }];
    expect(orphanedRules(held, [shop(['web1'], [old])], now)).toEqual([]);
    expect(orphanedRules(held, [shop(['web1'], [])], now)).toMatchObject(over);
    expect(orphanedRules(held, [shop(['web2'], [old])], now)).toMatchObject(over);
    expect(orphanedRules(held, [], now)).toMatchObject(over);
  });
});
