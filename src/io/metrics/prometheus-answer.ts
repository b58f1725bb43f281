import type { HttpAnswer } from './http-answer.ts';
import { isRecord, parsed } from './json.ts';

/** What an instant query came to. */
export interface QueryAnswer {
  readonly value: number;
  /** Of which instant, Unix milliseconds; null: there is no value. */
  readonly at: number | null;
  /** Why there is no one value, as the end of a sentence about the query; null: there is. */
  readonly problem: string | null;
  /** Why this is no answer of a Prometheus; null: it is. */
  readonly refused: string | null;
  /** What Prometheus remarks, without doubting the data. */
  readonly infos: readonly string[];
}

const nothing: QueryAnswer = { value: Number.NaN, at: null, problem: null, refused: null, infos: [] };

/**
 * Reads the answer of `/api/v1/query`: exactly one series or a scalar is a value. Warnings mean that some of the data is
 * missing, so there is none then.
 * Format: https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function readAnswer({
  status,
  type,
  body,
}: Pick<HttpAnswer, 'status' | 'type' | 'body'>): QueryAnswer {
  const answer = parsed(body);
  if (!isRecord(answer) || typeof answer['status'] !== 'string') {
    const what = type === '' ? 'something' : type;
    return { ...nothing, refused: `status ${status} with ${what} that is no answer of a Prometheus` };
  }
  if (answer['status'] !== 'success') {
    const said = [text(answer['errorType']), text(answer['error'])].filter((one) => one !== '');
    return noValue(`is refused: ${said.join(', ')}`);
  }
  const warnings = texts(answer['warnings']);
  const infos = texts(answer['infos']);
  if (warnings.length > 0) {
    return {
      ...nothing,
      infos,
      problem: `comes with a warning, so it may rest on part of the data: ${warnings.join('; ')}`,
    };
  }
  const data = answer['data'];
  if (!isRecord(data)) return { ...nothing, refused: 'the answer has no data' };
  return { ...valueOf(data['resultType'], data['result']), infos };
}

function valueOf(kind: unknown, result: unknown): QueryAnswer {
  switch (kind) {
    case 'scalar':
      return pointOf(result);
    case 'vector': {
      if (!Array.isArray(result)) return noValue('has a result that is no list');
      if (result.length === 0) return noValue('gives no data');
      if (result.length > 1)
        return noValue(`gives ${result.length} series where one is needed: ${shown(result)}`);
      const one: unknown = result[0];
      if (!isRecord(one)) return noValue('has a series that is none');
      return 'histogram' in one
        ? noValue('gives a native histogram, and not a number')
        : pointOf(one['value']);
    }
    case 'matrix':
      return noValue('gives a range, and not one value: leave out the [duration] around it');
    case 'string':
      return noValue('gives a text, and not a number');
    default:
      return noValue(`gives ${JSON.stringify(kind ?? null)}, and not a number`);
  }
}

function pointOf(point: unknown): QueryAnswer {
  if (!Array.isArray(point)) return noValue('gives no value');
  const seconds: unknown = point[0];
  const written: unknown = point[1];
  if (typeof seconds !== 'number' || typeof written !== 'string') return noValue('gives no value');
  const number = special.get(written) ?? (decimal.test(written) ? Number(written) : null);
  if (number === null) return noValue(`gives ${JSON.stringify(written.slice(0, 60))}, and not a number`);
  return { ...nothing, value: number, at: seconds * 1000 };
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const special = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);

function noValue(problem: string): QueryAnswer {
  return { ...nothing, problem };
}

const mostShown = 3;

function shown(series: readonly unknown[]): string {
  const some = series.slice(0, mostShown).map((one) => {
    const metric = isRecord(one) && isRecord(one['metric']) ? one['metric'] : {};
    return `{${Object.entries(metric)
      .map(([name, value]) => `${name}=${JSON.stringify(text(value).slice(0, 60))}`)
      .join(', ')}}`;
  });
  return `${some.join(', ')}${series.length > mostShown ? ' and more' : ''}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 500) : '';
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text).filter((one) => one !== '') : [];
}
