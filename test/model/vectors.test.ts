import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { checkFile } from '../vectors/check.ts';
import { compare } from '../vectors/compare.ts';
import { NotThisShape, section } from '../vectors/section.ts';
import { sections } from '../vectors/sections.ts';
import { readVectorFile, type VectorFile } from '../vectors/vector-file.ts';
import { z } from 'zod';

const folder = fileURLToPath(new URL('../vectors', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('the model gives the reference values', () => {
  it('of six files', () => expect(names.length).toBe(6));

  for (const name of names) {
    const file = readVectorFile(join(folder, name));
    for (const sectionName of new Set(file.vectors.map((vector) => vector.section))) {
      it(`of ${name}, section ${sectionName}`, () => {
        const vectors = file.vectors.filter((vector) => vector.section === sectionName);
        const [result] = checkFile({ ...file, vectors }, sections);
        expect(result?.problems).toEqual([]);
        expect(result?.passed).toBe(vectors.length);
      });
    }
  }
});

describe('the check of the vectors', () => {
  const double = section('9', z.strictObject({ x: z.number() }), ({ x }) => {
    if (x === 0) throw new RejuvError('model-input', { field: 'x', problem: 'must not be 0' });
    if (x < 0) throw new RejuvError('internal', { problem: 'crashed' });
    return { y: 2 * x, list: [x, x], word: 'two', deep: { z: x } };
  });
  const file = (vector: object): VectorFile => ({
    path: 'some.json',
    tolerance: { rtol: 1e-9 },
    vectors: [{ id: '9O001', section: '9', input: { x: 2 }, expected: { y: 4 }, ...vector }],
  });
  const problemsOf = (vector: object): readonly string[] => {
    const [result] = checkFile(file(vector), [double]);
    expect(result?.passed).toBe(result?.problems.length === 0 ? 1 : 0);
    return result?.problems ?? [];
  };

  it('passes what is within the tolerance, however deep', () => {
    expect(problemsOf({ expected: { y: 4 + 1e-9, list: [2, 2], word: 'two', deep: { z: 2 } } })).toEqual([]);
  });

  it.each([
    [
      'a value that differs',
      { expected: { y: 4.0001 } },
      /y: expected 4.0001, got 4 \(relative error 2.5e-5\)/,
    ],
    ['a field that is missing', { expected: { other: 1 } }, /other: expected 1, got nothing/],
    ['a shorter list', { expected: { list: [2] } }, /list: expected 1 values/],
    ['another word', { expected: { word: 'three' } }, /word: expected "three"/],
    ['a number where none is defined', { expected: { y: null } }, /y: expected null, got 4/],
    ['a finite number for infinity', { expected: { y: 'inf' } }, /y: expected "inf", got 4/],
    ['something for zero', { expected: { y: 0 } }, /y: expected 0, got 4/],
    ['a vector that expects nothing', { expected: {} }, /expects nothing/],
    ['a result where a refusal is due', { expected: 'refusal' }, /expected a refusal, got a result/],
    ['a refusal where a result is due', { input: { x: 0 } }, /refused: .*x/],
    ['a crash in place of a refusal', { input: { x: -1 }, expected: 'refusal' }, /got internal/],
  ])('fails %s', (_, vector, problem) => {
    expect(problemsOf(vector).join('\n')).toMatch(problem);
  });

  it('passes a refusal of the input', () => {
    expect(problemsOf({ input: { x: 0 }, expected: 'refusal' })).toEqual([]);
  });

  it('never takes NaN for a value', () => {
    expect(compare(NaN, 1, double, { rtol: 1 }).problems).toHaveLength(1);
  });

  it('does not accept an input that the section would ignore in part', () => {
    expect(() => problemsOf({ input: { x: 2, extra: 1 } })).toThrow(/9O001: .*[Uu]nrecognized key/s);
    expect(() => double.evaluate({ x: 'two' })).toThrow(NotThisShape);
  });

  it('does not accept a section that nobody knows', () => {
    expect(() => problemsOf({ section: '7' })).toThrow('some.json: no section 7; there is: 9');
  });
});
