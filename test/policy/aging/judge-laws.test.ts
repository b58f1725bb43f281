import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleJudgement } from '../../../src/domain/aging.ts';
import { judgeRule } from '../../../src/policy/aging/judge.ts';
import { verdictByDefinition, type Case } from './by-the-definition.ts';
import { facts, idOf, measured, rule, type Series } from './measured.ts';

const second = 1_000;
const now = 3_600 * second;

const level = fc.integer({ min: 0, max: 4 });

/** Mostly every 15 s with some jitter, now and then with a hole. */
const series: fc.Arbitrary<Series> = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 12, max: 18 }) }, fc.integer({ min: 30, max: 400 })),
      level,
    ),
    {
      maxLength: 30,
    },
  )
  .map((steps) => {
    let at = now;
    return steps
      .map(([gap, value], index) => {
        at -= index === 0 ? (gap % 20) * second : gap * second;
        return [at, value] as const;
      })
      .reverse();
  });

const comparison = fc
  .record({
    figure: fc.constantFrom('load', 'threads', 'sessions'),
    per: fc.constantFrom('', '', ' per queue'),
    sign: fc.constantFrom('<', '<=', '>', '>='),
    limit: fc.oneof(
      { weight: 4, arbitrary: level.map(String) },
      fc.constantFrom('1x freshest', '1.5x freshest', '1x peers', '2x peers'),
    ),
  })
  .map(({ figure, per, sign, limit }) => `${figure}${per} ${sign} ${limit}`);
const uptime = fc
  .tuple(fc.constantFrom('<', '<=', '>', '>='), fc.integer({ min: 0, max: 4_000 }))
  .map(([sign, seconds]) => `uptime ${sign} ${seconds}s`);
const leaf = fc.oneof({ weight: 5, arbitrary: comparison }, uptime);
const written = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'condition' },
    leaf,
    fc
      .tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any'))
      .map(([a, join, b]) => `(${a}) ${join} (${b})`),
    tie('any').map((inner) => `not (${inner})`),
  ),
})).any;

const life = fc.option(
  fc.integer({ min: 0, max: 3_600 }).map((seconds) => now - seconds * second),
  { nil: null },
);
const figuresOf = fc.record({ load: series, threads: series, sessions: series, queue: series });

const cases: fc.Arbitrary<Case> = fc
  .record({
    when: written,
    forMs: fc.constantFrom(0, 0, 30, 60, 300).map((seconds) => seconds * second),
    samples: fc.option(
      fc
        .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 4 }))
        .map(([holds, more]) => ({ holds, of: holds + more })),
      { nil: null },
    ),
    web1: figuresOf,
    web2: figuresOf,
    web3: figuresOf,
    staleMs: fc.constantFrom(30, 60, 600).map((seconds) => seconds * second),
    youngSince: life,
    peers: fc.tuple(life, life),
    howMany: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ when, forMs, samples, web1, web2, web3, staleMs, youngSince, peers, howMany }) => ({
    ...{ rule: rule(when, { forMs, samples }), written: { web1, web2, web3 }, staleMs, youngSince },
    peers: [
      { server: 'web2', youngSince: peers[0] },
      { server: 'web3', youngSince: peers[1] },
    ].slice(0, howMany),
  }));

function judged(one: Case, at = now, before: RuleJudgement | null = null): RuleJudgement {
  const peers = one.peers.map(({ server, youngSince }) => ({ server: idOf(server), youngSince }));
  // The server itself may be among them.
  const all = [{ server: idOf('web1'), youngSince: one.youngSince }, ...peers];
  const { youngSince } = one;
  return judgeRule(
    one.rule,
    facts(measured(one.written, one.staleMs), at, { peers: all, youngSince, before }),
  );
}

describe('a rule, on any samples', () => {
  it('turns out as its definition says', () => {
    fc.assert(
      fc.property(cases, (one) => {
        expect(judged(one).verdict).toBe(verdictByDefinition(one, now));
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not change before it says it could, and changes then', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const first = judged(one);
        const changeAt = first.nextChangeAt ?? Infinity;
        let last = first;
        for (let at = now + 5 * second; at <= now + 900 * second; at += 5 * second) {
          const next = judged(one, at, last);
          if (at < changeAt) expect(next.verdict).toBe(first.verdict);
          if (at >= changeAt) break;
          last = next;
        }
        if (changeAt < Infinity) {
          expect(changeAt).toBeGreaterThan(now);
          expect(judged(one, changeAt - 1, first).verdict).toBe(first.verdict);
          expect(judged(one, changeAt, first).verdict).not.toBe(first.verdict);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('depends on nothing outside its window', () => {
    const forMs = 120 * second;
    fc.assert(
      fc.property(series, series, (kept, older) => {
        const start = kept[0]?.[0] ?? now;
        const before = older.map(([at, value]) => [at - (now - start) - second, value] as const);
        const first = kept.find(([at]) => at >= now - forMs);
        // With one sample at or before its start the window is covered, whatever was earlier.
        fc.pre(first !== undefined && start <= now - forMs);
        const one = rule('load > 2', { forMs });
        const verdict = (load: Series): string =>
          judgeRule(one, facts(measured({ web1: { load } }, 600 * second), now)).verdict;
        expect(verdict([...before, ...kept])).toBe(verdict(kept));
      }),
    );
  });

  it('holds for every lower limit, if it holds for one', () => {
    fc.assert(
      fc.property(series, level, level, fc.constantFrom(0, 60 * second), (load, a, b, forMs) => {
        const at = (limit: number): string =>
          judgeRule(
            rule(`load > ${limit}`, { forMs }),
            facts(measured({ web1: { load } }, 600 * second), now),
          ).verdict;
        if (at(Math.max(a, b)) === 'holds') expect(at(Math.min(a, b))).toBe('holds');
      }),
    );
  });
});
