import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf } from '../../../src/cli/advise/frame.ts';
import { terminalPlot } from '../../../src/cli/advise/plot.ts';
import { wrapped } from '../../../src/cli/advise/show-advice.ts';
import { reckoned } from './sample.ts';

function file(mean: number, repair: number, restart: number, ratio: number, every: number): string {
  return [
    `life: { twoStage: { agingPerHour: ${2 / mean}, failurePerHour: ${2 / mean} } }`,
    `repair: ${repair}m`,
    `rejuvenation: ${restart}s`,
    `every: ${every}m`,
    `uncertainty: 2`,
    `costs: { failureHour: ${ratio}, rejuvenationHour: 1 }`,
    '',
  ].join('\n');
}

const files = fc
  .tuple(
    fc.integer({ min: 1, max: 100_000 }),
    fc.integer({ min: 1, max: 5000 }),
    fc.integer({ min: 1, max: 100_000 }),
    fc.constantFrom(0.001, 1, 25, 1e6),
    fc.integer({ min: 1, max: 500_000 }),
  )
  .map((numbers) => file(...numbers));

describe('the plot in the terminal', () => {
  it('is never wider than the terminal, nor of another height, whatever the rates', () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 0, max: 250 }), (text, columns) => {
        const lines = terminalPlot(frameOf(reckoned(text)), columns, 'hours of downtime');
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
        expect(lines.length).toBe(columns < 30 ? 0 : 16);
      }),
      { numRuns: 60 },
    );
  });

  it('marks the best interval at the bottom of the curve, and today beside it', () => {
    const lines = terminalPlot(frameOf(reckoned(file(1000, 480, 720, 25, 10_080))), 80, 'x');
    const best = lines.findIndex((line) => line.includes('●'));
    const today = lines.findIndex((line) => line.includes('○'));
    expect(today).toBeLessThan(best);
    expect(lines[best]!.indexOf('●')).toBeLessThan(lines[today]!.indexOf('○'));
    const lowest = lines.findLastIndex((line) => /[\u2801-\u28ff]/.test(line));
    expect(best).toBe(lowest);
    expect(lines.at(-1)).toContain('● best   ○ today');
  });

  it('draws a curve without a gap', () => {
    const text = file(1000, 480, 720, 25, 10_080);
    const lines = terminalPlot(frameOf(reckoned(text)), 100, 'x').slice(1, 13);
    const columns = Math.max(...lines.map((line) => line.length));
    const first = Math.max(...lines.map((line) => line.search(/[│┤]/))) + 1;
    const empty = Array.from({ length: columns - first }, (_, n) => first + n).filter((column) =>
      lines.every((line) => (line[column] ?? ' ') === ' '),
    );
    // Only where it runs out of the picture at the left, all in one piece.
    expect(empty.every((column, n) => column === first + n)).toBe(true);
  });
});

describe('a paragraph', () => {
  it('is broken between words, keeps them all, and fits where they do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/)),
        fc.integer({ min: 12, max: 60 }),
        (words, width) => {
          const lines = wrapped(words.join(' '), width);
          expect(lines.join(' ')).toBe(words.join(' '));
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
