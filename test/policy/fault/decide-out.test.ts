import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/policy/fault/decide.ts';
import { someFaults } from '../../fakes/world.ts';
import { brief, facts, now, op, pause, planned, spare, stormy, type Change } from './some-facts.ts';

const repair = { ...planned, byFault: true, takesSpare: false, wayBack: false, repairs: true };
const tried = { operation: op, endedAt: now - 1, reason: 'its check fails', times: 1, againAt: now + 59_999 };
const out: Change = { duty: 'out', verdict: 'unknown', unreplaced: 'failed', spares: [] };
const passes: Change = { ...out, verdict: 'well' };
const freed = { spares: [spare('web4')] };

describe('a server out of service', () => {
  it.each<[string, Change, string]>([
    ['a dead spare is an alert before it is needed', { duty: 'warm' }, 'alert spare-failed'],
    ['so is one that sleeps', { duty: 'asleep' }, 'alert spare-failed'],
    ['a spare that runs, dead to SSH', { duty: 'warm', verdict: 'unreachable' }, 'alert ssh-dead'],
    ['a spare that an operation has', { duty: 'warm', operation: planned }, 'nothing'],
    ['a spare that is well', { duty: 'warm', verdict: 'well' }, 'nothing'],
    ['one taken out, that passes', { duty: 'out', verdict: 'well' }, 'nothing'],
    ['one without a replacement is put back as soon as it passes', passes, 'put-back'],
    ['rather put back than replaced, where both could be', { ...passes, ...freed }, 'put-back'],
    ['one without a replacement that does not pass waits', out, 'wait'],
    ['and is replaced as soon as a spare is free', { ...out, ...freed }, 'failover web4'],
    ['so is one that hung', { ...out, ...freed, unreplaced: 'hung' }, 'failover web4'],
    ['so is one under repair', { ...out, ...freed, operation: repair }, 'failover web4'],
    ['so is one whose repair failed', { ...out, ...freed, held: 'its repair failed' }, 'failover web4'],
    ['so is one in quarantine', { ...out, ...freed, quarantined: true }, 'failover web4'],
    ['under repair it is not put back beside that', { ...passes, operation: repair }, 'wait'],
    ['nor after a repair that failed', { ...passes, held: 'its repair failed' }, 'wait'],
    ['in quarantine it waits for a person', { ...passes, quarantined: true }, 'wait'],
    [
      'with a load balancer away that nothing goes on without, it waits',
      { ...out, ...freed, away: 'lb-b' },
      'wait',
    ],
    ['nor is it put back meanwhile', { ...passes, away: 'lb-b' }, 'wait'],
    ['an operation that puts it back ends first', { ...out, ...freed, operation: planned }, 'nothing'],
    ['in a storm by a spare that passes', { ...out, ...freed, storm: stormy }, 'failover web4'],
    [
      'in a storm by no spare of which nothing is known',
      { ...out, storm: stormy, spares: [spare('web4', { verdict: 'unknown' })] },
      'wait',
    ],
    [
      'in a pause that includes failovers by nobody',
      { ...out, ...freed, pause: { ...pause, includingFailover: true } },
      'alert failover-paused',
    ],
    [
      'by nobody where only alerts are wanted',
      { ...out, ...freed, settings: { ...someFaults, onFault: 'alert' } },
      'wait',
    ],
    ['by nobody once a person has stopped it', { ...out, ...freed, stopped: op }, 'nothing'],
    ['nor is it put back then', { ...passes, stopped: op }, 'nothing'],
    ['put back in vain, it waits', { ...passes, putBack: tried }, 'wait'],
    ['and is replaced meanwhile', { ...passes, ...freed, putBack: tried }, 'failover web4'],
    ['after the wait it is put back again', { ...passes, putBack: { ...tried, againAt: now } }, 'put-back'],
  ])('%s', (_, change, expected) => {
    expect(brief(decide(facts(change)))).toBe(expected);
  });

  it('put back in vain is put back at once when it passes after a failure, but not for ever', () => {
    const judgement = { ...facts(passes).judgement, risenAt: now };
    const again = (change: Change): string => brief(decide(facts({ ...passes, judgement, ...change })));
    expect(again({ putBack: tried })).toBe('put-back');
    expect(again({ putBack: { ...tried, times: 4 } })).toBe('wait');
    expect(again({ putBack: { ...tried, endedAt: now } })).toBe('wait');
  });

  it('is replaced at once, and only its place is taken; its repair goes on beside that', () => {
    const found = decide(facts({ ...out, ...freed, operation: repair }));
    expect(found).toMatchObject({ out: true, actAt: now, beside: 'op-1', within: null });
  });

  it.each<[string, Change, RegExp]>([
    ['what it waits for', out, /^put back as soon as it passes again, replaced as soon as a spare is free/],
    ['its repair', { ...out, operation: repair }, /^operation op-1 repairs it; replaced as soon as/],
    ['its hold', { ...out, held: 'no rung helped' }, /^held \(no rung helped\); replaced as soon as/],
    [
      'why it was not put back, and when it is tried again',
      { ...passes, putBack: tried },
      /^operation op-1 could not put it back \(its check fails\); tried again at .*; replaced as soon as/,
    ],
    [
      'why no spare is free',
      { ...out, spares: [spare('web4', { problem: 'is held' })] },
      /\(web4 is held\)$/,
    ],
  ])('says %s', (_, change, said) => {
    expect(decide(facts(change))).toMatchObject({ kind: 'wait', for: expect.stringMatching(said) as string });
  });
});
