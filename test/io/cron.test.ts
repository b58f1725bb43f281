import { describe, expect, it } from 'vitest';
import { cronRules } from '../../src/io/cron.ts';

describe('cron expressions', () => {
  it.each([
    '30 3 * * *',
    '0 30 3 * * *',
    '*/15 2-4 * * mon-fri',
    '0 3 1,15 * *',
    '0 3 1 * ?',
    '0 3 L * *',
    '0 22-2 * * 7',
    '0 3 */1 * 1',
    ' 30  3 * * * ',
  ])('%j is accepted', (expression) => {
    expect(cronRules.problem(expression, 'Europe/Berlin')).toBeNull();
  });

  it.each([
    ['', 'has 0 field(s)'],
    ['3 * *', 'has 3 field(s)'],
    ['1 2 3 4 5 6 7', 'has 7 field(s)'],
    ['@daily', 'is a nickname'],
    ['60 * * * *', 'has "60" as its minute; write numbers from 0 to 59'],
    ['0 0 * * 8', 'has "8" as its day of week; write numbers from 0 to 7'],
    ['a b c d e', 'has "a" as its minute'],
    ['0 0 31 2 *', 'names a day that no such month has'],
    ['*/90 * * * *', 'a step of 90 is longer than the minute field'],
    ['0 */24 * * *', 'a step of 24 is longer than the hour field'],
    ['1,*/90 * * * *', 'a step of 90 is longer than the minute field'],
    ['0 0 13 * 5', 'restricts both day of month and day of week'],
    ['0 0 */2 * mon', 'restricts both day of month and day of week'],
    ['0 0 L * 5#2', 'restricts both day of month and day of week'],
  ])('%j is refused: %s', (expression, words) => {
    const problem = cronRules.problem(expression, 'UTC');
    expect(problem).toContain(words);
    expect(problem).toContain('; ');
  });
});

describe('time zones', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/New_York'])('%s is accepted', (zone) => {
    expect(cronRules.problem('0 3 * * *', zone)).toBeNull();
  });

  it.each(['', 'Berlin', 'Europe/Berlim', '+02:00'])('%j is refused', (zone) => {
    expect(cronRules.problem('0 3 * * *', zone)).toContain('write a name of the tz database');
  });
});
