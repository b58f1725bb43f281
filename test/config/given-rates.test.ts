import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findGivenProblems, readGivenRates } from '../../src/config/given-rates.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import { formatProblem } from '../../src/config/problem.ts';

function problemsIn(text: string): string[] {
  const result = findGivenProblems(text);
  return 'given' in result ? [] : result.problems.map((problem) => formatProblem('r.yaml', problem));
}

describe('the file of --given', () => {
  it('is read with times in hours', () => {
    const given = readGivenRates('repair: 8h\nrejuvenation: 12m\nevery: 90d\nhandOver: 0s\n', 'r.yaml');
    expect(given).toMatchObject({ repair: 8, rejuvenation: 0.2, every: 2160, handOver: 0 });
  });

  it('may leave everything out but not be empty', () => {
    expect(problemsIn('servers: 2\n')).toEqual([]);
    expect(problemsIn('# nothing\n')).toEqual([
      'r.yaml:1:1  the file is empty; begin with `life:`, `repair:` and `rejuvenation:`',
    ]);
  });

  it('is shipped as an example that has no problem, also with every line that is commented out', () => {
    const text = readFileSync(new URL('../../examples/rates.yaml', import.meta.url), 'utf8');
    expect(problemsIn(text)).toEqual([]);
    const rest = text.replace(/^life:[^]*?(?=^uncertainty)/m, '').replace(/^( *)# (?=\s*[a-z]\w+:)/gim, '$1');
    expect(rest).toMatch(/^handOver:/m);
    expect(problemsIn(rest)).toEqual([]);
  });

  it.each(['0', '-0.004', '.inf', '-.inf', '.nan', 'often', '1e-12', '1e9'])(
    'refuses %s as a rate, naming the field and the line',
    (rate) => {
      const text = `repair: 8h\nlife:\n  twoStage:\n    agingPerHour: ${rate}\n    failurePerHour: 0.002\n`;
      const [problem, ...more] = problemsIn(text);
      expect(more).toEqual([]);
      expect(problem).toMatch(
        /^r\.yaml:4:19 {2}life\.twoStage\.agingPerHour is .*; write a rate per hour from 1e-9 to 1e6/,
      );
      if (rate.includes('.')) expect(problem).toMatch(/Infinity|NaN|-0\.004/);
    },
  );

  it.each([
    ['no server', 'servers: 0\n', '1:10  servers is 0; write a whole number from 1 to 1000'],
    ['half a server', 'servers: 1.5\n', '1:10  servers is 1.5; write a whole number from 1 to 1000'],
    [
      'more that must serve than there are',
      'servers: 2\nspares: 1\nminServing: 4\n',
      '3:13  minServing is 4, but servers and spares are 3 together; write at most 2',
    ],
    [
      'more that must serve than can at a time',
      'servers: 2\nspares: 1\nminServing: 3\n',
      '3:13  minServing is 3, but only 2 serve at a time; spares wait; write at most 2',
    ],
    [
      'a cost of zero',
      'costs:\n  failureHour: 0\n',
      '2:16  costs.failureHour is 0; write an amount above 0 and up to 1e12; what counts is the ratio of the costs to each other',
    ],
    [
      'a negative cost',
      'costs: { perRejuvenation: -1 }\n',
      '1:27  costs.perRejuvenation is -1; write an amount above 0 and up to 1e12; what counts is the ratio of the costs to each other',
    ],
    ['a time without unit', 'repair: 8\n', '1:9  repair is 8; write a time such as 45s, 12m, 8h or 30d'],
    [
      'no time',
      'repair: 0s\n',
      '1:9  repair is "0s", which is no time at all; write a time such as 45s, 12m, 8h or 30d',
    ],
    [
      'a century',
      'repair: 40000d\n',
      '1:9  repair is "40000d", which is longer than a hundred years; write at most 36500d',
    ],
    [
      'two laws at once',
      'life:\n  weibull: { shape: 2, scale: 30d }\n  exponential: { failurePerHour: 1 }\n',
      '2:3  life is a section, which is not exactly one law; write one of `twoStage:`, `weibull:`, `exponential:`',
    ],
    ['a mistyped key', 'repairs: 8h\n', '1:1  there is no key `repairs` at the top level; write `repair`'],
  ])('refuses %s', (_, text, problem) => {
    expect(problemsIn(text)).toEqual([`r.yaml:${problem}`]);
  });

  it('tells every problem at once, in the order of the file', () => {
    const text = 'servers: 0\nrepair: soon\nlife:\n  weibull: { shape: 0, scale: 1d }\n';
    expect(problemsIn(text).map((line) => line.split(' ')[0])).toEqual([
      'r.yaml:1:10',
      'r.yaml:2:9',
      'r.yaml:4:21',
    ]);
    expect(() => readGivenRates(text, 'r.yaml')).toThrow(RejuvError);
    expect(() => readGivenRates(text, 'r.yaml')).toThrow(
      /^3 problem\(s\) in the rates of --given in r\.yaml:\n/,
    );
  });
});
