import { describe, expect, it } from 'vitest';
import { backendName, serverName } from '../../src/domain/names.ts';
import { pickServer, type Candidate } from '../../src/policy/pick.ts';
import { readCondition } from '../../src/config/condition.ts';
import type { Condition } from '../../src/domain/condition.ts';

const shop = backendName('shop');
const hourMs = 3_600_000;

function server(
  name: string,
  uptimeHours: number | null,
  sessions: number | null,
  change: Partial<Candidate> = {},
): Candidate {
  const uptime = uptimeHours === null ? null : uptimeHours * hourMs;
  return {
    server: serverName(name),
    role: 'primary',
    inService: true,
    figures: { uptime, sessions, queue: 0 },
    foretold: () => 'unknown',
    uptimeProblem: uptime === null ? 'connection refused' : null,
    ...change,
  };
}

function condition(text: string): Condition {
  const reading = readCondition(text);
  if (!('value' in reading)) throw new Error(reading.wrong);
  return reading.value;
}

function pick(
  candidates: readonly Candidate[],
  when: string | null = null,
  named = 'longest-running',
): string {
  const schedule = {
    pick: named === 'longest-running' ? named : serverName(named),
    when: when === null ? null : condition(when),
  } as const;
  const picked = pickServer(shop, schedule, candidates);
  return 'error' in picked ? `${picked.outcome}: ${picked.error.message}` : picked.server;
}

describe('which server a schedule takes', () => {
  it('the one that has run longest', () => {
    expect(pick([server('web1', 5, 1), server('web2', 90, 80), server('web3', 20, 2)])).toBe('web2');
  });

  it('of those that have run equally long, the one with the least load', () => {
    expect(pick([server('web1', 90, 40), server('web2', 90.01, 41), server('web3', 89.995, 7)])).toBe('web3');
  });

  it('never a spare, nor one out of service, nor one whose uptime is unknown', () => {
    const spare = server('web4', 500, 0, { role: 'spare' });
    const out = server('web3', 400, 0, { inService: false });
    expect(pick([spare, out, server('web2', null, 0), server('web1', 1, 9)])).toBe('web1');
  });

  it('none when every uptime is unknown, and says why', () => {
    expect(pick([server('web1', null, 0)])).toBe(
      'refused: backend shop: it is unknown how long any of its primaries has run: web1: connection refused',
    );
  });

  it('none when no primary is in service', () => {
    expect(pick([server('web1', 1, 0, { inService: false })])).toContain(
      'refused: backend shop has no primary',
    );
  });

  it('the one it names, unless that is a spare', () => {
    expect(pick([server('web1', 1, 0), server('web2', 9, 0)], null, 'web1')).toBe('web1');
    expect(pick([server('web1', 1, 0, { role: 'spare' })], null, 'web1')).toContain(
      'skipped: shop/web1 is a spare',
    );
  });

  it('the longest running of those that fit `when`', () => {
    const servers = [server('web1', 200, 70), server('web2', 190, 12), server('web3', 2, 3)];
    expect(pick(servers, 'sessions < 50 and uptime > 7d')).toBe('web2');
    expect(pick(servers, 'uptime > 30d')).toBe(
      'skipped: backend shop: no server fits `when: uptime > 30d`: web1 has uptime 8d8h; web2 has uptime 7d22h; web3 has uptime 2h',
    );
  });

  it('none where a figure of the condition could not be read: that is blocked, with what is unknown', () => {
    expect(pick([server('web1', null, 3)], 'uptime > 1h')).toBe(
      'refused: backend shop: it is unknown how long any of its primaries has run: web1: connection refused',
    );
    expect(pick([server('web1', null, 3), server('web2', 5, 3)], 'uptime > 1h')).toBe('web2');
    expect(pick([server('web1', null, 3)], 'uptime > 1h and sessions > 50')).toContain('skipped: ');
  });
});

describe('a condition', () => {
  const figures = server('web1', 10, 40).figures;
  it.each([
    ['sessions < 50', true],
    ['sessions >= 41', false],
    ['sessions < 50 and uptime > 1d', false],
    ['sessions < 50 or uptime > 1d', true],
    ['not uptime > 1d and sessions < 50', true],
    ['not (uptime > 1d or sessions < 50)', false],
    ['sessions < 5 or uptime > 9h and queue <= 0', true],
  ])('%s is %s', (text, holds) => {
    const picked = pick([{ ...server('web1', 10, 40), figures }], text);
    expect(picked === 'web1').toBe(holds);
  });
});
