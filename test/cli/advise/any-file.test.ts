import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showAdvice } from '../../../src/cli/advise/show-advice.ts';
import { frameOf } from '../../../src/cli/advise/frame.ts';
import { picture } from '../../../src/cli/advise/picture.ts';
import { assumptionsOf, summaryOf } from '../../../src/cli/advise/words.ts';
import { contract } from '../contract.ts';
import { reckoned } from './sample.ts';
import { xmlProblem } from './well-formed.ts';

const isAdvice = contract('advise');

const rate = fc.double({ min: -9, max: 6, noNaN: true }).map((power) => 10 ** power);
const time = fc.integer({ min: 1, max: 2 ** 31 }).map((seconds) => `${seconds}s`);
const life = fc.oneof(
  fc.tuple(rate, rate).map(([a, b]) => `{ twoStage: { agingPerHour: ${a}, failurePerHour: ${b} } }`),
  fc
    .tuple(fc.double({ min: 0.05, max: 200, noNaN: true }), time)
    .map(([shape, scale]) => `{ weibull: { shape: ${shape}, scale: ${scale} } }`),
  rate.map((a) => `{ exponential: { failurePerHour: ${a} } }`),
);
const cost = fc.double({ min: -12, max: 12, noNaN: true }).map((power) => 10 ** power);

const files = fc
  .record({
    life,
    repair: time,
    rejuvenation: time,
    every: time,
    detection: time,
    uncertainty: fc.double({ min: 1, max: 1000, noNaN: true }),
    servers: fc.integer({ min: 1, max: 1000 }),
    spares: fc.integer({ min: 0, max: 3 }),
    failureHour: cost,
    rejuvenationHour: cost,
  })
  .map(({ failureHour, rejuvenationHour, ...rest }) =>
    [
      ...Object.entries(rest).map(([key, value]) => `${key}: ${value}`),
      `minServing: ${Math.ceil(rest.servers / 2)}`,
      `costs: { failureHour: ${failureHour}, rejuvenationHour: ${rejuvenationHour} }`,
      '',
    ].join('\n'),
  );

describe('any file that is read without a problem', () => {
  it('has an answer, in words, as a picture and as JSON, without a number that is none', () => {
    fc.assert(
      fc.property(files, (file) => {
        const figures = reckoned(file);
        const advice = { ...figures, summary: summaryOf(figures), notes: assumptionsOf(figures, 0) };
        const shown = showAdvice(advice, { colours: false, columns: 80 });
        expect(shown).not.toMatch(/NaN|Infinity|undefined|null/);
        const svg = picture(advice, frameOf(advice));
        expect(xmlProblem(svg)).toBeNull();
        expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
        const json: unknown = JSON.parse(JSON.stringify(advice));
        expect(isAdvice(json) ? null : isAdvice.errors).toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});
