import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDuration } from '../../src/config/duration.ts';

const dayMs = 86_400_000;

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['2d', 2 * dayMs],
    ['0s', 0],
    ['90m', 5_400_000],
  ])('%s is %i ms', (text, ms) => {
    expect(readDuration(text)).toEqual({ value: ms });
  });

  it('any parts, largest first, add up', () => {
    const part = (most: number) => fc.option(fc.integer({ min: 0, max: most }), { nil: null });
    fc.assert(
      fc.property(part(20), part(23), part(59), part(59), part(999), (d, h, m, s, ms) => {
        const written = [d, h, m, s, ms].map((count, index) =>
          count === null ? '' : `${count}${['d', 'h', 'm', 's', 'ms'][index] ?? ''}`,
        );
        fc.pre(written.join('') !== '');
        const sum = (d ?? 0) * dayMs + (h ?? 0) * 3_600_000 + (m ?? 0) * 60_000 + (s ?? 0) * 1000 + (ms ?? 0);
        expect(readDuration(written.join(''))).toEqual({ value: sum });
      }),
    );
  });

  it('any other text is refused with what would be right, and nothing throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^(\d+(d|h|m|s|ms))+$/.test(text));
        expect(readDuration(text)).toHaveProperty('right');
      }),
    );
  });

  it.each(['', '30', '1.5h', '-5s', '5 s', '5S', 's', '30m1h', '1h1h', '5w', '99999999999999999999d', '25d'])(
    'refuses %j',
    (text) => {
      expect(readDuration(text)).toHaveProperty('wrong');
    },
  );
});
