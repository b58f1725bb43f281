import { describe, expect, it } from 'vitest';
import { readable, showDateTime, showInstant, showWhen, zoneName } from '../../../src/cli/show/instant.ts';

const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const now = Date.parse('2026-11-28T02:30:00Z');

describe('an instant on a terminal', () => {
  it('is a time of today, and has its date on any other day of the person who looks', () => {
    expect(showInstant(now - 60_000, now, 'UTC')).toBe('02:29:00');
    expect(showInstant(now - 3 * 3_600_000, now, 'UTC')).toBe('2026-11-27 23:30:00');
    expect(showInstant(now - 3 * 3_600_000, now, 'Europe/Berlin')).toBe('00:30:00');
    expect(showWhen(now + 60_000, now, 'UTC')).toBe('02:31:00, in 1m00s');
  });

  it('is on the clock of this machine as its zone has it, summer and winter', () => {
    for (const text of ['2026-01-15T23:30:12Z', '2026-07-15T00:05:00Z', '1999-12-31T23:59:59Z']) {
      const at = Date.parse(text);
      expect(showDateTime(at, null)).toBe(showDateTime(at, here));
    }
    expect(zoneName(now, null)).toMatch(/^(UTC|[+-]\d\d:\d\d)$/);
  });

  it('is found in a sentence, and the sentence stays on its line', () => {
    const text = 'held since 2026-11-28T02:00:00.000Z\nuntil 2026-11-29T02:00:00Z: op-20261128-0200-k7q2';
    expect(readable(text, now, 'UTC')).toBe(
      'held since 02:00:00 until 2026-11-29 02:00:00: op-20261128-0200-k7q2',
    );
  });
});
