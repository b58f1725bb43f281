import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertBlocker, FiringAlert } from '../../src/domain/blockers.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import { backendName, serverName } from '../../src/domain/names.ts';
import {
  areAnswered,
  blockerProblems,
  noBlockers,
  type AlertTarget,
  type BlockerFacts,
} from '../../src/policy/blockers.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const web1 = { backend: backendName('shop'), server: serverName('web1'), address: '10.0.0.21', port: 8080 };
const every: AlertBlocker = {
  ...{
    kind: 'prometheus',
    url: 'http://10.0.0.5:9090',
    deadlineMs: 10_000,
    matching: {},
    except: [],
    auth: null,
  },
};
const alert = (labels: Record<string, string>): FiringAlert => ({ labels, since: now - 60_000 });

/** Everything that blocks has just said this. */
type Told = Omit<BlockerFacts, 'at'>;
function problemsOf(target: AlertTarget, told: Told): RejuvError[] {
  const { alerts, deploys } = told;
  const blockers = { alerts: alerts.map((one) => one.blocker), deploys: deploys.map((one) => one.marker) };
  return blockerProblems(target, blockers, { at: now, ...told }, now);
}

function codes(blocker: Partial<AlertBlocker>, firing: readonly FiringAlert[] | RejuvError): string[] {
  const facts: Told = { alerts: [{ blocker: { ...every, ...blocker }, firing }], deploys: [] };
  return problemsOf(web1, facts).map(({ code }) => code);
}

describe('an alert blocker', () => {
  it('lets nothing pass while anything fires, and names it', () => {
    const firing = [alert({ alertname: 'CheckoutSlow', severity: 'page' })];
    const facts: Told = { alerts: [{ blocker: every, firing }], deploys: [] };
    const [problem] = problemsOf(web1, facts);
    expect(problem?.message).toBe(
      'the alert CheckoutSlow fires since 2026-11-25T11:59:00.000Z, says http://10.0.0.5:9090: severity="page"',
    );
    expect(codes({}, [])).toEqual([]);
    expect(problemsOf(web1, noBlockers)).toEqual([]);
  });

  it('counts only what matches, by whole values', () => {
    const firing = [alert({ alertname: 'DiskFull', severity: 'warning' })];
    expect(codes({ matching: { severity: 'page|critical' } }, firing)).toEqual([]);
    expect(codes({ matching: { severity: 'warn' } }, firing)).toEqual([]);
    expect(codes({ matching: { severity: 'warn.*', alertname: 'Disk.*' } }, firing)).toEqual([
      'alert-firing',
    ]);
    expect(codes({ matching: { team: '.+' } }, firing)).toEqual([]);
  });

  it('may leave out what is about the very server, whose name and address stand for themselves', () => {
    const own = alert({ alertname: 'MemoryHigh', instance: '10.0.0.21:9100' });
    const other = alert({ alertname: 'MemoryHigh', instance: '10.0.0.22:9100' });
    const alike = alert({ alertname: 'MemoryHigh', instance: '10a0b0c21:9100' });
    const except = [{ instance: '{address}:.*' }];
    expect(codes({ except }, [own])).toEqual([]);
    expect(codes({ except }, [other])).toEqual(['alert-firing']);
    expect(codes({ except }, [alike])).toEqual(['alert-firing']);
    expect(codes({ except: [{ server: '{backend}/{server}' }] }, [alert({ server: 'shop/web1' })])).toEqual(
      [],
    );
  });

  it('blocks when it cannot be asked', () => {
    const problem = new RejuvError('alerts-unknown', { url: every.url, problem: 'connection refused' });
    expect(codes({}, problem)).toEqual(['alerts-unknown']);
  });

  it('takes an address for what it is, whatever characters it has', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (address, seen) => {
        const facts: Told = {
          alerts: [
            {
              blocker: { ...every, except: [{ instance: '{address}' }] },
              firing: [alert({ instance: seen })],
            },
          ],
          deploys: [],
        };
        const blocked = problemsOf({ ...web1, address }, facts).length > 0;
        expect(blocked).toBe(address !== seen);
      }),
    );
  });
});

describe('a deploy marker', () => {
  const codesOf = (writtenAt: number | null | RejuvError, maxAgeMs: number | null): string[] =>
    problemsOf(web1, {
      alerts: [],
      deploys: [{ marker: { path: '/run/deploy', maxAgeMs }, writtenAt }],
    }).map(({ code }) => code);

  it('blocks while it is there, and not when it was left behind', () => {
    expect(codesOf(null, null)).toEqual([]);
    expect(codesOf(now - 86_400_000, null)).toEqual(['deploying']);
    expect(codesOf(now - 60_000, 3_600_000)).toEqual(['deploying']);
    expect(codesOf(now - 3_600_001, 3_600_000)).toEqual([]);
  });

  it('blocks when nobody can tell', () => {
    const unreadable = new RejuvError('marker-unreadable', { path: '/run/deploy', problem: 'no permission' });
    expect(codesOf(unreadable, null)).toEqual(['marker-unreadable']);
  });
});

describe('the words of an alert', () => {
  const told = (labels: Record<string, string>): string => {
    const facts: Told = { alerts: [{ blocker: every, firing: [alert(labels)] }], deploys: [] };
    return problemsOf(web1, facts)[0]?.message ?? '';
  };

  it('command no terminal, whatever is in them', () => {
    const odd = '\u001b]0;owned\u0007\u009b31m\u0000\n';
    expect(told({ alertname: `Slow${odd}`, [`la${odd}bel`]: `v${odd}` })).not.toMatch(/\p{Cc}/u);
  });

  it('are cut where they never end', () => {
    const long = 'x'.repeat(100_000);
    expect(told({ alertname: long, [long]: long, other: long }).length).toBeLessThan(1_200);
  });

  it('are of a few alerts where thousands fire, the longest first, and the rest is counted', () => {
    const firing = Array.from({ length: 5_000 }, (_, i) => ({
      labels: { alertname: `Alert${i}` },
      since: now - i,
    }));
    const problems = problemsOf(web1, { alerts: [{ blocker: every, firing }], deploys: [] });
    expect(problems).toHaveLength(10);
    expect(problems[0]?.facts['alert']).toBe('Alert4999');
    expect(problems.at(-1)?.message).toContain('and 4990 other alerts');
  });

  it('have the time of the one that fires for longest, of several of a name', () => {
    const firing = [now - 1_000, now - 90_000, now - 2_000].map((since) => ({
      ...{ labels: { alertname: 'Slow' }, since },
    }));
    const [problem] = problemsOf(web1, { alerts: [{ blocker: every, firing }], deploys: [] });
    expect(problem?.facts['since']).toBe(new Date(now - 90_000).toISOString());
  });
});

describe('an answer that does not count', () => {
  const marker = { path: '/run/deploy', maxAgeMs: null };
  const blockers = { alerts: [every], deploys: [marker] };
  const quiet = (at: number): BlockerFacts => ({
    at,
    alerts: [{ blocker: every, firing: [] }],
    deploys: [{ marker, writtenAt: null }],
  });
  const problems = (facts: BlockerFacts) => blockerProblems(web1, blockers, facts, now);

  it('is none at all: both kinds block', () => {
    const codes = problems(noBlockers).map(({ code }) => code);
    expect(codes).toEqual(['alerts-unknown', 'marker-unreadable']);
    expect(problems(noBlockers)[0]?.message).toContain('it was not asked');
  });

  it('is one to another question, as after a reload', () => {
    const changed = { alerts: [{ ...every, matching: { severity: 'page' } }], deploys: [{ ...marker }] };
    const codes = blockerProblems(web1, changed, quiet(now), now).map(({ code }) => code);
    expect(codes).toEqual(['alerts-unknown', 'marker-unreadable']);
    expect(areAnswered(changed, quiet(now), now)).toBe(false);
  });

  it('is an old one, or one from the future', () => {
    expect(problems(quiet(now - 30_000))).toEqual([]);
    expect(areAnswered(blockers, quiet(now - 30_000), now)).toBe(true);
    for (const at of [now - 30_001, now + 30_001]) {
      expect(problems(quiet(at))).toHaveLength(2);
      expect(problems(quiet(at))[0]?.message).toContain(`its answer is of ${new Date(at).toISOString()}`);
      expect(areAnswered(blockers, quiet(at), now)).toBe(false);
    }
  });

  it('does not matter where nothing blocks', () => {
    expect(areAnswered({ alerts: [], deploys: [] }, noBlockers, now)).toBe(true);
  });
});
