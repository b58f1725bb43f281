import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, slope, spreadOf, unionMs, type Interval } from './figures.ts';

const instant = fc.integer({ min: 0, max: 200 });
const interval = fc.tuple(instant, instant).map(([from, to]): Interval => ({ from, to }));

describe('the median', () => {
  it('is the middle figure, and of an even number the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });

  it('leaves the figures in their order, and counts numbers as numbers', () => {
    const figures = [10, 9, 100];
    expect(median(figures)).toBe(10);
    expect(figures).toEqual([10, 9, 100]);
  });

  it('has as many figures at or below it as at or above it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (figures) => {
        const middle = median(figures);
        const below = figures.filter((one) => one <= middle).length;
        const above = figures.filter((one) => one >= middle).length;
        expect(Math.min(below, above) * 2).toBeGreaterThanOrEqual(figures.length);
      }),
    );
  });

  it('is shown with how far the rounds lie apart', () => {
    expect(spreadOf([2, 9, 4])).toEqual({ median: 4, lowest: 2, highest: 9, rounds: 3 });
  });
});

describe('the time in which something was waited for', () => {
  it('counts what overlaps once, and nothing outside of the phase', () => {
    const phase = { from: 100, to: 200 };
    expect(unionMs([], phase)).toBe(0);
    expect(
      unionMs(
        [
          { from: 110, to: 130 },
          { from: 120, to: 140 },
        ],
        phase,
      ),
    ).toBe(30);
    expect(
      unionMs(
        [
          { from: 110, to: 180 },
          { from: 120, to: 140 },
        ],
        phase,
      ),
    ).toBe(70);
    expect(
      unionMs(
        [
          { from: 50, to: 110 },
          { from: 190, to: 300 },
        ],
        phase,
      ),
    ).toBe(20);
    expect(unionMs([{ from: 150, to: 120 }], phase)).toBe(0);
  });

  it('is the number of milliseconds that lie in at least one interval, counted one by one', () => {
    fc.assert(
      fc.property(fc.array(interval), interval, (intervals, within) => {
        let counted = 0;
        for (let ms = within.from; ms < within.to; ms += 1) {
          if (intervals.some(({ from, to }) => from <= ms && ms < to)) counted += 1;
        }
        expect(unionMs(intervals, within)).toBe(counted);
      }),
    );
  });
});

describe('growth', () => {
  it('is the slope of the line through the points', () => {
    expect(slope([0, 1, 2, 3].map((x) => ({ x, y: 5 + 2 * x })))).toBeCloseTo(2);
    expect(slope([0, 1, 2, 3].map((x) => ({ x, y: 7 })))).toBeCloseTo(0);
  });

  it('is not moved by noise that is the same at both ends', () => {
    expect(
      slope([
        { x: 0, y: 1 },
        { x: 0, y: -1 },
        { x: 10, y: 1 },
        { x: 10, y: -1 },
      ]),
    ).toBeCloseTo(0);
  });
});
