import { RejuvError } from '../../src/domain/errors.ts';
import { compare, type Comparison } from './compare.ts';
import { NotThisShape, type Section } from './section.ts';
import { BadVectorFile, type Vector, type VectorFile } from './vector-file.ts';

export interface SectionResult {
  readonly section: string;
  readonly total: number;
  readonly passed: number;
  /** The largest relative error over the vectors that were computed. */
  readonly largestError: number;
  /** One line per failed vector field. */
  readonly problems: readonly string[];
}

/** Checks all vectors of a file, section by section. @throws BadVectorFile for a section or input nobody knows. */
export function checkFile(file: VectorFile, known: readonly Section[]): SectionResult[] {
  const names = [...new Set(file.vectors.map(({ section }) => section))];
  return names.map((name) => {
    const section = known.find((one) => one.name === name);
    if (section === undefined) {
      throw new BadVectorFile(
        `${file.path}: no section ${name}; there is: ${known.map((one) => one.name).join(', ')}`,
      );
    }
    const vectors = file.vectors.filter((vector) => vector.section === name);
    const results = vectors.map((vector) => ({ id: vector.id, ...checkVector(vector, section, file) }));
    return {
      section: name,
      total: vectors.length,
      passed: results.filter(({ problems }) => problems.length === 0).length,
      largestError: Math.max(...results.map(({ largestError }) => largestError)),
      problems: results.flatMap(({ id, problems }) => problems.map((problem) => `${id}: ${problem}`)),
    };
  });
}

/** Checks one vector. Only a refusal in the words of the catalogue counts as one: a crash is never "refused". */
export function checkVector(vector: Vector, section: Section, file: VectorFile): Comparison {
  const { expected } = vector;
  try {
    const computed = section.evaluate(vector.input);
    if (expected === 'refusal') return failure('expected a refusal, got a result');
    const comparison = compare(computed, expected, section, file.tolerance);
    return comparison.compared > 0 ? comparison : failure('expects nothing');
  } catch (thrown) {
    if (thrown instanceof NotThisShape) {
      throw new BadVectorFile(`${file.path}: ${vector.id}: ${thrown.message}`, { cause: thrown });
    }
    if (!(thrown instanceof RejuvError)) throw thrown;
    if (expected !== 'refusal') return failure(`refused: ${thrown.message}`);
    return thrown.exit === 2
      ? { problems: [], largestError: 0, compared: 1 }
      : failure(`expected a refusal of the input, got ${thrown.code}: ${thrown.message}`);
  }
}

function failure(problem: string): Comparison {
  return { problems: [problem], largestError: 0, compared: 1 };
}
