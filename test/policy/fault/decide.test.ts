import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Duty, Verdict } from '../../../src/domain/fault.ts';
import { backendName, operationId, serverName } from '../../../src/domain/names.ts';
import { decide, type Decision, type FaultFacts } from '../../../src/policy/fault/decide.ts';
import type { SpareFacts } from '../../../src/policy/fault/replacement.ts';
import { someFaults } from '../../fakes/world.ts';

const now = 1_000_000;
const web1 = { backend: backendName('shop'), server: serverName('web1') };

function spare(name: string, change: Partial<SpareFacts> = {}): SpareFacts {
  return {
    name: serverName(name),
    verdict: 'well',
    asleep: false,
    problem: null,
    takenBy: null,
    hasCheckpoint: false,
    verifiedAt: null,
    ...change,
  };
}

type Change = Partial<FaultFacts> & { verdict?: Verdict; duty?: Duty };

function facts({ verdict = 'failed', duty = 'serving', ...change }: Change = {}): FaultFacts {
  return {
    now,
    server: web1,
    judgement: { verdict, duty, since: now, at: now, facts: [] },
    settings: { ...someFaults, recover: [{ kind: 'run', command: 'restart', deadlineMs: 1 }] },
    storm: { since: null, servers: [], nextCheckAt: null },
    flap: { flapping: false, count: 0, nextCheckAt: null },
    quarantined: false,
    held: null,
    waitsToReturn: false,
    pause: null,
    operation: null,
    spares: [spare('web4')],
    floorProblem: null,
    mode: 'active-standby',
    tooFew: null,
    ...change,
  };
}

/** `failover web4`, `alert ssh-dead`. */
function brief(decision: Decision): string {
  switch (decision.kind) {
    case 'failover':
      return `failover ${decision.spare ?? 'nobody'}`;
    case 'alert':
      return `alert ${decision.error.code}`;
    case 'nothing':
    case 'put-back':
      return decision.kind;
  }
}

const op = operationId('op-1');
const planned = { id: op, byFault: false, takesSpare: true, wayBack: true };
const stormy = { since: now, servers: [], nextCheckAt: now + 5 };
const pause = { since: 1, by: 'anna', reason: 'a move', until: now + 9 };
const longAgo = { verdict: 'failed', duty: 'serving', since: 0, at: now - 60_000, facts: [] } as const;

describe('a server in service', () => {
  it.each<[string, Change, string]>([
    ['failed: a spare takes over', {}, 'failover web4'],
    ['hangs: a spare takes over as well', { verdict: 'hung' }, 'failover web4'],
    ['is well', { verdict: 'well' }, 'nothing'],
    ['is suspect', { verdict: 'suspect' }, 'nothing'],
    ['cannot be judged', { verdict: 'unknown' }, 'nothing'],
    ['is down for one load balancer only', { verdict: 'split' }, 'alert nodes-disagree'],
    ['is dead to SSH', { verdict: 'unreachable' }, 'alert ssh-dead'],
    ['failed, by evidence of long ago', { judgement: longAgo }, 'nothing'],
    [
      'failed where only an alert is wanted',
      { settings: { ...someFaults, onFault: 'alert' } },
      'alert server-failed',
    ],
    ['failed while a person drains it', { duty: 'leaving' }, 'alert server-failed'],
    ['failed, and is held', { held: 'a person looks at it' }, 'alert server-failed'],
    ['failed in a pause', { pause: { ...pause, includingFailover: false } }, 'failover web4'],
    [
      'failed in a pause that includes failovers',
      { pause: { ...pause, includingFailover: true } },
      'alert failover-paused',
    ],
    [
      'failed after a pause that included failovers',
      { pause: { ...pause, until: now, includingFailover: true } },
      'failover web4',
    ],
    ['failed while its own rejuvenation has a way back', { operation: planned }, 'failover web4'],
    ['failed while its own rejuvenation drains it', { operation: planned, duty: 'leaving' }, 'failover web4'],
    ['failed after the first action', { operation: { ...planned, wayBack: false } }, 'nothing'],
    ['failed, and a failover has it already', { operation: { ...planned, byFault: true } }, 'nothing'],
    [
      'failed under a drain of a person',
      { operation: { ...planned, takesSpare: false } },
      'alert server-failed',
    ],
    ['failed in a storm: a spare that passes', { storm: stormy }, 'failover web4'],
    [
      'failed in a storm: no spare of which nothing is known',
      { storm: stormy, spares: [spare('web4', { verdict: 'unknown' })] },
      'alert not-replaced',
    ],
    ['failed, and there is no spare', { spares: [] }, 'failover nobody'],
    [
      'failed, and there is neither spare nor watchdog: HAProxy takes it back',
      { spares: [], settings: { ...someFaults, watchdog: false } },
      'alert not-replaced',
    ],
    ['hangs, and there is no spare, but enough serve', { verdict: 'hung', spares: [] }, 'failover nobody'],
    [
      'hangs, and there is no spare, and too few would serve',
      { verdict: 'hung', spares: [], floorProblem: 'too few' },
      'alert not-replaced',
    ],
    [
      'failed, and too few serve: it serves nobody anyway',
      { spares: [], floorProblem: 'too few' },
      'failover nobody',
    ],
  ])('%s', (_, change, expected) => {
    expect(brief(decide(facts(change)))).toBe(expected);
  });

  it('is acted upon one look later, so that a storm can show itself', () => {
    expect(decide(facts())).toMatchObject({ actAt: now + someFaults.everyMs, recover: true, within: null });
    const since = { ...facts().judgement, since: now - 60_000 };
    expect(decide(facts({ judgement: since }))).toMatchObject({ actAt: now });
  });

  it('is not repaired in a storm, nor when it flaps', () => {
    expect(decide(facts({ storm: stormy }))).toMatchObject({ recover: false, quarantine: false });
    const flap = { flapping: true, count: 4, nextCheckAt: null };
    expect(decide(facts({ flap }))).toMatchObject({ spare: 'web4', recover: false, quarantine: true });
  });

  it('becomes a failover in the record of its own rejuvenation', () => {
    expect(decide(facts({ operation: planned }))).toMatchObject({ within: 'op-1' });
  });
});

describe('which spare takes over', () => {
  const taken = { id: op, yields: true };
  it.each<[string, SpareFacts[], string]>([
    ['one that passes', [spare('a', { verdict: 'unknown' }), spare('b')], 'failover b'],
    ['not one that is dead', [spare('a', { verdict: 'failed' }), spare('b', { asleep: true })], 'failover b'],
    ['one that runs', [spare('a', { asleep: true }), spare('b')], 'failover b'],
    [
      'one with the checkpoint',
      [spare('a'), spare('b', { asleep: true, hasCheckpoint: true })],
      'failover b',
    ],
    ['the latest verified', [spare('a', { verifiedAt: 1 }), spare('b', { verifiedAt: 2 })], 'failover b'],
    [
      'a free one',
      [spare('a', { takenBy: taken, hasCheckpoint: true }), spare('b', { asleep: true })],
      'failover b',
    ],
    ['one that a plan can give up', [spare('a', { takenBy: taken })], 'failover a'],
    [
      'not one that another fault has',
      [spare('a', { takenBy: { ...taken, yields: false } })],
      'failover nobody',
    ],
    ['not one that is held', [spare('a', { problem: 'is held' })], 'failover nobody'],
    ['one that runs but is dead to SSH', [spare('a', { verdict: 'unreachable' })], 'failover a'],
  ])('%s', (_, spares, expected) => {
    expect(brief(decide(facts({ spares })))).toBe(expected);
  });

  it('a plan that has the only one gives it up', () => {
    expect(decide(facts({ spares: [spare('a', { takenBy: taken })] }))).toMatchObject({ preempts: 'op-1' });
  });
});

describe('a server out of service', () => {
  it.each<[string, Change, string]>([
    ['a dead spare is an alert before it is needed', { duty: 'warm' }, 'alert spare-failed'],
    ['so is one that sleeps', { duty: 'asleep' }, 'alert spare-failed'],
    ['a spare that runs, dead to SSH', { duty: 'warm', verdict: 'unreachable' }, 'alert ssh-dead'],
    ['a spare that an operation has', { duty: 'warm', operation: planned }, 'nothing'],
    ['a spare that is well', { duty: 'warm', verdict: 'well' }, 'nothing'],
    ['one taken out, that passes', { duty: 'out', verdict: 'well' }, 'nothing'],
    [
      'one without a replacement is put back as soon as it passes',
      { duty: 'out', verdict: 'well', waitsToReturn: true },
      'put-back',
    ],
    [
      'one without a replacement that does not pass',
      { duty: 'out', verdict: 'unknown', waitsToReturn: true },
      'nothing',
    ],
    [
      'one in quarantine waits for a person',
      { duty: 'out', verdict: 'well', waitsToReturn: true, quarantined: true },
      'nothing',
    ],
  ])('%s', (_, change, expected) => {
    expect(brief(decide(facts(change)))).toBe(expected);
  });
});

const anyFacts = fc
  .record({
    verdict: fc.constantFrom<Verdict>('well', 'suspect', 'failed', 'split', 'hung', 'unreachable', 'unknown'),
    duty: fc.constantFrom<Duty>('serving', 'leaving', 'warm', 'asleep', 'out'),
    storm: fc.constantFrom(stormy, facts().storm),
    flapping: fc.boolean(),
    includingFailover: fc.boolean(),
    paused: fc.boolean(),
    waitsToReturn: fc.boolean(),
    held: fc.constantFrom(null, 'a person looks at it'),
    operation: fc.option(
      fc.record({
        id: fc.constant(op),
        byFault: fc.boolean(),
        takesSpare: fc.boolean(),
        wayBack: fc.boolean(),
      }),
    ),
    spares: fc.array(
      fc
        .record({ verdict: fc.constantFrom<Verdict>('well', 'failed', 'unknown'), taken: fc.boolean() })
        .map(({ verdict, taken }) =>
          spare('web4', { verdict, takenBy: taken ? { id: op, yields: false } : null }),
        ),
      { maxLength: 3 },
    ),
    floorProblem: fc.constantFrom(null, 'too few'),
  })
  .map(({ flapping, includingFailover, paused, ...rest }) =>
    facts({
      ...rest,
      flap: { flapping, count: 0, nextCheckAt: null },
      pause: paused ? { ...pause, includingFailover } : null,
    }),
  );

describe('whatever the facts', () => {
  it('nothing but a fault of a server in service leads to a failover, and no person is overruled', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const decision = decide(given);
        if (decision.kind !== 'failover') return;
        const { verdict, duty } = given.judgement;
        expect(['failed', 'hung']).toContain(verdict);
        expect(duty === 'serving' || (duty === 'leaving' && given.operation !== null)).toBe(true);
        expect(given.held).toBeNull();
        expect(given.pause?.includingFailover ?? false).toBe(false);
        expect(given.operation?.takesSpare ?? true).toBe(true);
        expect(decision.actAt).toBeGreaterThanOrEqual(given.judgement.since + someFaults.everyMs);
        if (given.storm.since !== null) expect([decision.recover, decision.spare]).toEqual([false, 'web4']);
        if (fault(given) === 'hung' && decision.spare === null) expect(given.floorProblem).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it('every fault of a server in service is acted upon, said, or dealt with by an operation', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const { verdict, duty } = given.judgement;
        if (duty === 'out' || !(verdict === 'failed' || verdict === 'hung')) return;
        const decision = decide(given);
        if (decision.kind === 'nothing') expect(given.operation).not.toBeNull();
        else expect(['failover', 'alert']).toContain(decision.kind);
      }),
      { numRuns: 2_000 },
    );
  });
});

function fault({ judgement }: FaultFacts): Verdict {
  return judgement.verdict;
}
