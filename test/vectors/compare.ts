import type { FileTolerance, Output, Section, Tolerance } from './section.ts';

/** What comparing one vector found. */
export interface Comparison {
  readonly problems: readonly string[];
  /** The largest |computed - expected| / |expected| over its numbers, less what the absolute tolerance allows. */
  readonly largestError: number;
  /** The number of values compared: a vector that compares nothing has not passed. */
  readonly compared: number;
}

/** Compares every expected field with the computed one, however deep. Computed fields that nobody expects are ignored. */
export function compare(
  computed: Output,
  expected: unknown,
  section: Pick<Section, 'tolerance'>,
  file: FileTolerance,
  path = '',
): Comparison {
  const field = path.replace(/\[\d+\]$/, '').replace(/.*\./, '');
  const here = path === '' ? 'the result' : path;
  if (Array.isArray(expected)) {
    const values = isList(computed) ? computed : [];
    if (values.length !== expected.length) {
      return failed(`${here}: expected ${expected.length} values, got ${show(computed)}`);
    }
    return all(expected.map((value, at) => compare(values[at], value, section, file, `${path}[${at}]`)));
  }
  if (typeof expected === 'object' && expected !== null) {
    const fields = fieldsOf(computed);
    if (fields === null) return failed(`${here}: expected fields, got ${show(computed)}`);
    return all(
      Object.entries(expected).map(([name, value]) =>
        compare(fields[name], value, section, file, path === '' ? name : `${path}.${name}`),
      ),
    );
  }
  if (typeof expected === 'number') {
    const tolerance = section.tolerance(field, file) ?? { rtol: file.rtol, atol: file['atol'] ?? 1e-300 };
    return compareNumber(here, computed, expected, tolerance);
  }
  const value = expected === 'inf' ? Infinity : expected;
  return computed === value
    ? { problems: [], largestError: 0, compared: 1 }
    : failed(`${here}: expected ${show(expected)}, got ${show(computed)}`);
}

const isList = (computed: Output): computed is readonly Output[] => Array.isArray(computed);

function fieldsOf(computed: Output): Readonly<Record<string, Output>> | null {
  return typeof computed === 'object' && computed !== null
    ? Object.fromEntries(Object.entries(computed))
    : null;
}

function compareNumber(
  here: string,
  computed: Output,
  expected: number,
  { rtol, atol = 1e-300 }: Tolerance,
): Comparison {
  if (typeof computed !== 'number') return failed(`${here}: expected ${expected}, got ${show(computed)}`);
  const difference = Math.abs(computed - expected);
  const largestError = expected === 0 ? 0 : Math.max(0, difference - atol) / Math.abs(expected);
  // Written so that NaN fails.
  if (difference <= atol + rtol * Math.abs(expected)) return { problems: [], largestError, compared: 1 };
  return {
    problems: [
      `${here}: expected ${expected}, got ${computed} (relative error ${largestError.toExponential(1)})`,
    ],
    largestError,
    compared: 1,
  };
}

function failed(problem: string): Comparison {
  return { problems: [problem], largestError: 0, compared: 1 };
}

function all(parts: readonly Comparison[]): Comparison {
  return {
    problems: parts.flatMap(({ problems }) => problems),
    largestError: Math.max(0, ...parts.map(({ largestError }) => largestError)),
    compared: parts.reduce((sum, { compared }) => sum + compared, 0),
  };
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
