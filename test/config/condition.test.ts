import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCondition } from '../../src/config/condition.ts';
import type { Condition } from '../../src/domain/condition.ts';
import { writeCondition } from '../../src/domain/written-figure.ts';

function read(text: string): Condition | string {
  const reading = readCondition(text);
  return 'value' in reading ? reading.value : `${reading.wrong}; ${reading.right}`;
}

describe('a condition', () => {
  it.each([
    ['memory.used > 85%', { figure: 'memory.used', comparison: '>', limit: { value: 0.85, unit: 'share' } }],
    ['process.memory >= 1.5GiB', { limit: { value: 1.5 * 2 ** 30, unit: 'bytes' } }],
    ['process.memory >= 512MB', { limit: { value: 512_000_000, unit: 'bytes' } }],
    ['latency.p95 > 250ms', { limit: { value: 250, unit: 'duration' } }],
    ['uptime > 7d', { limit: { value: 7 * 86_400_000, unit: 'duration' } }],
    ['load > 1.5', { limit: { value: 1.5, unit: 'count' } }],
    ['errors.rate > 12/s', { limit: { value: 12, unit: 'per-second' } }],
    ['errors.rate > 30/min', { limit: { value: 0.5, unit: 'per-second' } }],
    ['memory.used > 1.5x freshest', { limit: { kind: 'freshest', times: 1.5 } }],
    ['latency.p95 > peers', { limit: { kind: 'peers', times: 1 } }],
    [
      'memory.used per requests.rate > 2x peers',
      { per: 'requests.rate', limit: { kind: 'peers', times: 2 } },
    ],
    [
      'memory.used reaches 95% within 24h',
      { kind: 'reaches', direction: 'up', limit: 0.95, unit: 'share', withinMs: 86_400_000 },
    ],
    [
      'heap.free falls to 64MiB within 1d12h',
      { kind: 'reaches', direction: 'down', limit: 2 ** 26, unit: 'bytes', withinMs: 129_600_000 },
    ],
  ])('%s', (text, meant) => {
    expect(read(text)).toMatchObject(meant);
  });

  it('binds not closest, then and, then or', () => {
    expect(read('load > 1 or not load > 2 and queue > 3')).toMatchObject({
      kind: 'or',
      parts: [
        { figure: 'load' },
        { kind: 'and', parts: [{ kind: 'not', part: { limit: { value: 2 } } }, { figure: 'queue' }] },
      ],
    });
    expect(read('(load > 1 or load > 2) and queue > 3')).toMatchObject({
      kind: 'and',
      parts: [{ kind: 'or' }, {}],
    });
  });

  it.each([
    ['', 'which ends where a figure should be; write a condition such as'],
    ['memory.used', 'which compares with nothing; write one of < <= > >= between figure and value'],
    ['memory.used = 85%', 'where "=" does not compare; write one of < <= > >='],
    ['memory.used >', 'where memory.used is compared with nothing; write such as `memory.used > 85%`'],
    ['uptime > week', 'where "week" is not a value; write such as `uptime > 7d`'],
    ['process.memory > 5Mio', 'where "5Mio" is not a value; write such as `process.memory > 512MiB`'],
    ['memory.used > 1.5x', 'where "1.5x" is not said to be of what; write `1.5x freshest` or `1.5x peers`'],
    ['memory.used > 2 peers', 'where "2" has no x; write `2x peers`'],
    ['Memory > 5', 'where "Memory" is not a figure; write a condition'],
    ['memory.used > 85% AND load > 5', 'which has "AND" too much; write `and`'],
    ['memory.used > 85% load > 5', 'which has "load" too much; write a condition'],
    ['(memory.used > 85%', 'where a bracket is not closed; write a condition'],
    [
      'memory.used reaches 95%',
      'where it is not said within which time; write such as `memory.used reaches 85% within 24h`',
    ],
    ['memory.used reaches 95% within soon', 'where "soon" is no time; write such as'],
    ['threads falls 5 within 1d', 'where "falls" lacks "to"; write such as `threads falls to 50 within 24h`'],
    ['memory.used per > 5', 'where ">" is not a figure; write a condition'],
    [`${'('.repeat(30)}load > 5${')'.repeat(30)}`, 'which is nested too deeply; write fewer brackets'],
    [Array(21).fill('load > 5').join(' or '), 'which compares more than 20 things; make several rules of it'],
  ])('%j is refused: %s', (text, sentence) => {
    const said = read(text);
    expect(typeof said === 'string' && said.startsWith(sentence)).toBe(true);
  });

  it('reads what it writes', () => {
    const figure = fc.constantFrom('load', 'memory.used', 'heap.free', 'requests.rate');
    const value = fc.oneof(
      fc.integer({ min: 0, max: 1_000 }).map((number) => `${number}%`),
      fc.integer({ min: 0, max: 1_000_000 }).map((number) => `${number}KiB`),
      fc.integer({ min: 0, max: 1_000_000 }).map((number) => `${number}s`),
      fc.integer({ min: 0, max: 1_000_000 }).map((number) => String(number / 100)),
      fc.integer({ min: 0, max: 1_000_000 }).map((number) => `${number / 100}/s`),
    );
    const leaf = fc.oneof(
      fc
        .tuple(figure, fc.constantFrom('<', '<=', '>', '>='), fc.oneof(value, fc.constant('1.5x freshest')))
        .map((words) => words.join(' ')),
      fc.tuple(figure, figure).map(([a, b]) => `${a} per ${b} > 2x peers`),
      fc
        .tuple(figure, fc.constantFrom('reaches', 'falls to'), value)
        .map((words) => `${words.join(' ')} within 1d`),
    );
    const { any } = fc.letrec<{ any: string }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        leaf,
        tie('any').map((inner) => `not (${inner})`),
        fc
          .tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any'))
          .map(([a, join, b]) => `(${a}) ${join} (${b})`),
      ),
    }));
    fc.assert(
      fc.property(any, (text) => {
        const once = read(text);
        if (typeof once === 'string') return;
        expect(read(writeCondition(once))).toEqual(once);
      }),
    );
  });
});
