import { expect, it } from 'vitest';
import { durationInWords, intervalInWords } from '../../src/model/interval.ts';

it('an interval is said in the words of an operator', () => {
  const words = (kind: 'interior' | 'never' | 'immediate', hours: number): string =>
    intervalInWords({ kind, hours, costPerHour: 1 });
  expect(words('interior', 14.8338)).toBe('every 14 h 50 min');
  expect(words('never', Infinity)).toBe('do not rejuvenate');
  expect(words('immediate', 0)).toBe('as often as possible');
});

it.each([
  [0.0001, 'less than a second'],
  [0.0125, '45 s'],
  [59.4 / 3600, '59 s'],
  [59.6 / 3600, '1 min'],
  [0.5, '30 min'],
  [0.9999, '1 h'],
  [24, '24 h'],
  [47.99, '47 h 59 min'],
  [47.999, '2 d'],
  [95.2541, '3 d 23 h'],
  [168, '7 d'],
  [10_000, '416 d 16 h'],
])('%d hours are %s', (hours, words) => expect(durationInWords(hours)).toBe(words));
