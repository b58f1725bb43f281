import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertBlocker, FiringAlert } from '../../src/domain/blockers.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import { backendName, serverName } from '../../src/domain/names.ts';
import { blockerProblems, noBlockers, type BlockerFacts } from '../../src/policy/blockers.ts';

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

function codes(blocker: Partial<AlertBlocker>, firing: readonly FiringAlert[] | RejuvError): string[] {
  const facts: BlockerFacts = { alerts: [{ blocker: { ...every, ...blocker }, firing }], deploys: [] };
  return blockerProblems(web1, facts, now).map(({ code }) => code);
}

describe('an alert blocker', () => {
  it('lets nothing pass while anything fires, and names it', () => {
    const firing = [alert({ alertname: 'CheckoutSlow', severity: 'page' })];
    const facts: BlockerFacts = { alerts: [{ blocker: every, firing }], deploys: [] };
    const [problem] = blockerProblems(web1, facts, now);
    expect(problem?.message).toBe(
      'the alert CheckoutSlow fires since 2026-11-25T11:59:00.000Z, says http://10.0.0.5:9090: severity="page"',
    );
    expect(codes({}, [])).toEqual([]);
    expect(blockerProblems(web1, noBlockers, now)).toEqual([]);
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
        const facts: BlockerFacts = {
          alerts: [
            {
              blocker: { ...every, except: [{ instance: '{address}' }] },
              firing: [alert({ instance: seen })],
            },
          ],
          deploys: [],
        };
        const blocked = blockerProblems({ ...web1, address }, facts, now).length > 0;
        expect(blocked).toBe(address !== seen);
      }),
    );
  });
});

describe('a deploy marker', () => {
  const codesOf = (writtenAt: number | null | RejuvError, maxAgeMs: number | null): string[] =>
    blockerProblems(
      web1,
      { alerts: [], deploys: [{ marker: { path: '/run/deploy', maxAgeMs }, writtenAt }] },
      now,
    ).map(({ code }) => code);

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
    const facts: BlockerFacts = { alerts: [{ blocker: every, firing: [alert(labels)] }], deploys: [] };
    return blockerProblems(web1, facts, now)[0]?.message ?? '';
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
    const problems = blockerProblems(web1, { alerts: [{ blocker: every, firing }], deploys: [] }, now);
    expect(problems).toHaveLength(10);
    expect(problems[0]?.facts['alert']).toBe('Alert4999');
    expect(problems.at(-1)?.message).toContain('and 4990 other alerts');
  });

  it('have the time of the one that fires for longest, of several of a name', () => {
    const firing = [now - 1_000, now - 90_000, now - 2_000].map((since) => ({
      ...{ labels: { alertname: 'Slow' }, since },
    }));
    const [problem] = blockerProblems(web1, { alerts: [{ blocker: every, firing }], deploys: [] }, now);
    expect(problem?.facts['since']).toBe(new Date(now - 90_000).toISOString());
  });
});
