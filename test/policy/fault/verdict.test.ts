import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Duty, Verdict } from '../../../src/domain/fault.ts';
import type { Observation } from '../../../src/policy/fault/evidence.ts';
import { describeFact, judge, verdictOf } from '../../../src/policy/fault/verdict.ts';
import { anyObservation, asked, evidenceOf, sights, times, watching } from './looks.ts';

function verdict(observations: readonly Observation[], duty: Duty = 'serving'): Verdict {
  return verdictOf(evidenceOf(observations), duty, watching);
}

const passes = times(2, asked('watchdog', 'passed'));
const fails = times(3, asked('watchdog', 'failed'));
const deadSsh = times(3, asked('ssh', 'failed'));

describe('a server in service', () => {
  it.each<[string, Observation[], Verdict]>([
    ['up on both, and the watchdog passes', [...passes, sights('up', 'up')], 'well'],
    ['up on both, and the watchdog was never asked', [sights('up', 'up')], 'well'],
    ['down on both: at once, HAProxy has counted its own fall', [sights('down', 'down')], 'failed'],
    ['down on both though the watchdog passes', [...passes, sights('down', 'down')], 'failed'],
    [
      'down on the only one that answers, and the watchdog fails',
      [...fails, sights('down', 'gone')],
      'failed',
    ],
    ['down on the only one that answers, watchdog not sure', [sights('down', 'gone')], 'suspect'],
    [
      'down on the only one that answers, and the watchdog passes: for a moment',
      [...passes, sights('down', 'gone')],
      'suspect',
    ],
    [
      'down on the only one that answers, and the watchdog passes: for good',
      [...passes, ...times(3, sights('down', 'gone'))],
      'split',
    ],
    ['up on one and down on the other: for a moment', [sights('up', 'down')], 'suspect'],
    ['up on one and down on the other: for good', times(3, sights('up', 'down')), 'split'],
    ['the same, though the watchdog fails as well', [...fails, ...times(3, sights('up', 'down'))], 'split'],
    ['down on one and in maint on the other', times(9, sights('down', 'maint')), 'suspect'],
    ['neither load balancer answers, and the watchdog fails', [...fails, sights('gone', 'gone')], 'unknown'],
    ['up on both, and the watchdog fails', [sights('up', 'up'), ...fails], 'hung'],
    ['up on both, and the watchdog failed once', [...passes, sights('up', 'up'), fails[0]!], 'suspect'],
    ['up on the only one that answers, and the watchdog fails', [...fails, sights('up', 'gone')], 'suspect'],
    ['up on both, and SSH is dead', [sights('up', 'up'), ...deadSsh], 'unreachable'],
    ['up on both, and one login failed', [sights('up', 'up'), deadSsh[0]!], 'well'],
    ['down on both, and SSH is dead', [sights('down', 'down'), ...deadSsh], 'failed'],
    ['nobody has looked yet', [], 'unknown'],
  ])('%s', (_, observations, expected) => {
    expect(verdict(observations)).toBe(expected);
    expect(verdict(observations, 'leaving')).toBe(expected);
  });

  it('that hung is well again only after as many passes in a row as `rise` says', () => {
    const hung = [sights('up', 'up'), ...fails];
    expect(verdict([...hung, asked('watchdog', 'passed')])).toBe('hung');
    expect(verdict([...hung, asked('watchdog', 'passed'), fails[0]!, asked('watchdog', 'passed')])).toBe(
      'hung',
    );
    expect(verdict([...hung, ...passes])).toBe('well');
  });
});

describe('a server that comes back', () => {
  it('does not hang: what its watchdog missed while it was down says nothing now', () => {
    const back = [...fails, ...times(5, sights('down', 'down')), ...fails, sights('up', 'up')];
    expect(verdict(back)).toBe('suspect');
    expect(verdict([...back, ...passes])).toBe('well');
    expect(verdict([...back, ...fails])).toBe('hung');
  });
});

describe('a spare', () => {
  const inMaint = sights('maint', 'maint');
  const reached = times(2, asked('ssh', 'passed'));

  it.each<[string, Duty, Observation[], Verdict]>([
    ['that runs passes its probe', 'warm', [inMaint, ...passes], 'well'],
    ['that runs fails its probe', 'warm', [inMaint, ...fails, ...reached], 'failed'],
    ['that runs passes its probe, and SSH is dead', 'warm', [inMaint, ...passes, ...deadSsh], 'unreachable'],
    ['that runs was not asked often enough yet', 'warm', [inMaint, passes[0]!], 'unknown'],
    [
      'that sleeps answers SSH, and its probe fails as it should',
      'asleep',
      [inMaint, ...fails, ...reached],
      'well',
    ],
    ['that sleeps is dead to SSH', 'asleep', [inMaint, ...deadSsh], 'failed'],
    ['that sleeps missed one login', 'asleep', [inMaint, ...reached, deadSsh[0]!], 'suspect'],
  ])('%s', (_, duty, observations, expected) => {
    expect(verdict(observations, duty)).toBe(expected);
  });

  it('that runs is judged by SSH where there is no probe', () => {
    const without = { ...watching, watchdog: false };
    expect(verdictOf(evidenceOf([inMaint, ...reached]), 'warm', without)).toBe('well');
    expect(verdictOf(evidenceOf([inMaint, ...deadSsh]), 'warm', without)).toBe('failed');
  });
});

describe('a server that is held or under repair', () => {
  it('is never called failed; only that it passes again is said', () => {
    expect(verdict([sights('maint', 'maint'), ...fails, ...deadSsh], 'out')).toBe('unknown');
    expect(verdict([sights('maint', 'maint'), ...passes], 'out')).toBe('well');
  });
});

describe('a verdict', () => {
  it('carries what it rests on, with times for people', () => {
    const at = Date.UTC(2026, 2, 2, 10);
    const evidence = evidenceOf([
      sights('up', 'down', at),
      asked('watchdog', 'failed', at + 1_000),
      asked('watchdog', 'failed', at + 3_000),
    ]);
    expect(judge(null, evidence, 'serving', watching, at + 3_000).facts.map(describeFact)).toEqual([
      'lb-a: up since 1970-01-01T00:00:00.000Z (up)',
      'lb-b: down since 1970-01-01T00:00:00.000Z (down)',
      'watchdog: fails since 2026-03-02T10:00:01.000Z (failed)',
      'ssh: unknown (not asked yet)',
    ]);
  });

  it('stands since it was reached, however often it is looked at again', () => {
    const well = judge(null, evidenceOf([sights('up', 'up')]), 'serving', watching, 1);
    const failed = judge(well, evidenceOf([sights('down', 'down')]), 'serving', watching, 2);
    const still = judge(failed, evidenceOf([sights('down', 'down')]), 'serving', watching, 3);
    expect([well.since, failed.since, still.since, still.at]).toEqual([1, 2, 2, 3]);
  });
});

const history = fc.array(anyObservation, { maxLength: 40 });
const anyDuty = fc.constantFrom<Duty>('serving', 'leaving', 'warm', 'asleep', 'out');
const acts = (one: Verdict): boolean => one === 'failed' || one === 'hung';

describe('whatever is seen', () => {
  it('nobody acts while the load balancers disagree, or while none of them can tell', () => {
    fc.assert(
      fc.property(history, fc.boolean(), (before, swapped) => {
        const split = swapped ? sights('up', 'down') : sights('down', 'up');
        expect(acts(verdict([...before, split]))).toBe(false);
        expect(acts(verdict([...before, sights('gone', 'gone')]))).toBe(false);
        expect(acts(verdict([...before, sights('gone', 'maint')]))).toBe(false);
      }),
    );
  });

  it('an answer that says nothing changes nothing', () => {
    fc.assert(
      fc.property(
        history,
        fc.constantFrom('watchdog' as const, 'ssh' as const),
        anyDuty,
        (before, source, duty) => {
          expect(verdict([...before, asked(source, 'unknown')], duty)).toBe(verdict(before, duty));
        },
      ),
    );
  });

  it('silence of both load balancers never makes a verdict surer', () => {
    fc.assert(
      fc.property(history, (before) => {
        expect(verdict([...before, sights('gone', 'gone')])).toBe('unknown');
      }),
    );
  });

  it('one more failure never makes a server better, one more pass never worse', () => {
    const rank: Record<Verdict, number> = {
      ...{ well: 0, unknown: 0, unreachable: 1, suspect: 2, split: 2, hung: 3, failed: 3 },
    };
    fc.assert(
      fc.property(history, anyDuty, (before, duty) => {
        const now = rank[verdict(before, duty)];
        for (const source of ['watchdog', 'ssh'] as const) {
          expect(rank[verdict([...before, asked(source, 'failed')], duty)]).toBeGreaterThanOrEqual(now);
        }
        // Of what is unknown a pass may be the first thing that is known: that its SSH is dead, and nothing worse.
        const most = verdict(before, duty) === 'unknown' ? rank.unreachable : now;
        expect(rank[verdict([...before, asked('watchdog', 'passed')], duty)]).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('the watchdog is believed only after `fall` failures, and again after `rise` passes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('passed' as const, 'failed' as const)), (answers) => {
        let believed = 'unknown';
        for (let end = 1; end <= answers.length; end += 1) {
          const last = answers.slice(0, end);
          if (last.length >= 3 && last.slice(-3).every((one) => one === 'failed')) believed = 'failed';
          if (last.length >= 2 && last.slice(-2).every((one) => one === 'passed')) believed = 'passed';
          const evidence = evidenceOf(last.map((answer) => asked('watchdog', answer)));
          expect(evidence.watchdog.believed).toBe(believed);
        }
      }),
    );
  });
});
