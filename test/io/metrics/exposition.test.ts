import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadPage } from '../../../src/io/metrics/bad-page.ts';
import { readExposition, type Series } from '../../../src/io/metrics/exposition.ts';

const everything = (): boolean => true;

function read(text: string, wanted: (name: string) => boolean = everything, openMetrics = false) {
  return readExposition(Buffer.from(text), wanted, { openMetrics });
}

function plain(series: readonly Series[]): unknown[] {
  return series.map(({ name, labels, value }) => [name, Object.fromEntries(labels), value]);
}

function refused(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof BadPage) return error.message;
    throw error;
  }
  return 'read';
}

describe('a page', () => {
  it('gives names, labels and values', () => {
    const page = `# HELP http_requests_total The total number of "requests" {so far}.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400",}    3 1395066363000

metric_without_timestamp_and_labels 12.47
\tsomething_weird { problem = "division by zero" } +Inf -3982045
# A comment
minimal{} 1e-3
`;
    const { series, types } = read(page);
    expect(plain(series)).toEqual([
      ['http_requests_total', { method: 'post', code: '200' }, 1027],
      ['http_requests_total', { method: 'post', code: '400' }, 3],
      ['metric_without_timestamp_and_labels', {}, 12.47],
      ['something_weird', { problem: 'division by zero' }, Number.POSITIVE_INFINITY],
      ['minimal', {}, 0.001],
    ]);
    expect(series.map(({ at }) => at)).toEqual([1395066363000, 1395066363000, null, -3982045, null]);
    expect(series.map(({ line }) => line)).toEqual([3, 4, 6, 7, 9]);
    expect(types).toEqual(new Map([['http_requests_total', 'counter']]));
  });

  it('resolves the escapes of label values, and only those', () => {
    const { series } = read(String.raw`m{path="C:\\DIR\\n",error="a \"b\"\nc",text="# {x} , } ü"} 1` + '\n');
    expect(series[0]?.labels).toEqual(
      new Map([
        ['path', String.raw`C:\DIR\n`],
        ['error', 'a "b"\nc'],
        ['text', '# {x} , } ü'],
      ]),
    );
  });

  it.each([
    ['NaN', Number.NaN],
    ['Nan', Number.NaN],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['Inf', Number.POSITIVE_INFINITY],
    ['1.458255915e9', 1458255915],
    ['-0.5', -0.5],
    ['.5', 0.5],
    ['5.', 5],
    ['+2E+3', 2000],
  ])('knows %s as a value', (written, value) => {
    expect(read(`m ${written}\n`).series[0]?.value).toBe(value);
  });

  it('of OpenMetrics has an end, units, exemplars, and timestamps in seconds', () => {
    const page = `# TYPE foo histogram
# UNIT foo_seconds seconds
foo_bucket{le="0.1"} 8 # {} 0.054
foo_bucket{le="1"} 11 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.5
foo_count 17
# EOF
`;
    const { series } = read(page, everything, true);
    expect(series.map(({ value, at }) => [value, at])).toEqual([
      [8, null],
      [11, 1520879607789],
      [17, null],
    ]);
    expect(() => read(`${page}more 1\n`, everything, true)).toThrow(/^line 7: nothing after # EOF/);
  });

  it('that is empty has nothing on it', () => {
    expect(read('').series).toEqual([]);
  });

  it('gives only what is wanted, and looks at the form of the rest', () => {
    const page = 'a{x="1"} 1\nb{x="1"} 2\nb{x="2"} 3\nc 4\n';
    expect(plain(read(page, (name) => name === 'b').series)).toEqual([
      ['b', { x: '1' }, 2],
      ['b', { x: '2' }, 3],
    ]);
    expect(() => read('a{x="1} 1\nb 2\n', (name) => name === 'b')).toThrow(/^line 1: the closing quote/);
  });
});

describe('a page is refused, with the line, for', () => {
  it.each([
    [
      'a number at the start of a name',
      'ok 1\n1bad 3\n',
      'line 2: the name of a metric was expected, and there is "1bad 3"',
    ],
    [
      'a name in quotes',
      '{"my.metric"} 1\n',
      'line 1: the name of a metric was expected, and there is "{\\"my.metric\\"} 1"',
    ],
    ['no value', 'a\n', 'line 1: a value was expected, and there is the end of the line'],
    ['a word as a value', 'a none\n', 'line 1: the value "none" is not a number'],
    ['a sign alone', 'a +\n', 'line 1: the value "+" is not a number'],
    ['a hexadecimal value', 'a 0x10\n', 'line 1: the value "0x10" is not a number'],
    ['underscores in a value', 'a 1_000\n', 'line 1: the value "1_000" is not a number'],
    ['an exponent without digits', 'a 1e\n', 'line 1: the value "1e" is not a number'],
    ['a carriage return', 'a 1\r\n', 'line 1: a timestamp was expected, and there is "\\r"'],
    ['a timestamp that is a fraction', 'a 1 2.5\n', 'line 1: the timestamp "2.5" is not one'],
    ['a timestamp that is no number', 'a 1 now\n', 'line 1: the timestamp "now" is not one'],
    ['more after the timestamp', 'a 1 2 3\n', 'line 1: the end of the line was expected, and there is "3"'],
    [
      'labels without an end',
      'a{x="1" 1\n',
      'line 1: a comma or } after a label was expected, and there is "1"',
    ],
    [
      'a quote without an end',
      'a{x="1} 1\n',
      'line 1: the closing quote of the value of a label was expected, and there is the end of the line',
    ],
    [
      'an unknown escape',
      String.raw`a{x="\t"} 1` + '\n',
      'line 1: one of \\\\, \\" and \\n was expected, and there is "\\\\t\\"} 1"',
    ],
    [
      'a label without quotes',
      'a{x=1} 1\n',
      'line 1: the value of a label in quotes was expected, and there is "1} 1"',
    ],
    ['a label twice', 'a{x="1",x="2"} 1\n', 'line 1: the label x is there twice'],
    ['a type without a word', '# TYPE a\n', 'line 1: a type was expected, and there is the end of the line'],
    [
      'an exemplar without labels',
      'a 1 # 2\n',
      'line 1: the labels of an exemplar was expected, and there is "2"',
    ],
    ['a last line that is cut off', 'a 1\nb 2', 'line 2: the page ends in the middle of this line'],
    [
      'a series twice, whatever the order of its labels',
      'a{x="1",y="2"} 1\na{y="2",x="1"} 2\n',
      'line 2: the series a{x="1",y="2"} is there twice',
    ],
    [
      'a web page',
      '<!doctype html>\n',
      'line 1: the name of a metric was expected, and there is "<!doctype html>"',
    ],
  ])('%s', (_, page, sentence) => {
    expect(refused(page)).toBe(sentence);
  });

  it('a line without end', () => {
    expect(refused(`a 1\nb{x="${'y'.repeat(70_000)}"} 1\n`)).toBe('line 2: it is longer than 64 KiB');
  });

  it('bytes that are not UTF-8', () => {
    const page = Buffer.concat([Buffer.from('a 1\nb{x="'), Buffer.from([0xff]), Buffer.from('"} 1\n')]);
    expect(() => readExposition(page, everything)).toThrow('line 2: there are bytes that are not UTF-8');
  });
});

/** Of which random lines come near to what a page is made of. */
const letters = Array.from('ab{}"=,\\# 1+-.eEnN\n');

const metricName = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/);
const labelName = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
const seriesOf = fc.record({
  name: metricName,
  labels: fc.uniqueArray(fc.tuple(labelName, fc.string({ unit: 'grapheme' })), {
    selector: ([name]) => name,
    maxLength: 4,
  }),
  value: fc.double(),
  at: fc.option(fc.integer()),
});
type Written = typeof seriesOf extends fc.Arbitrary<infer T> ? T : never;

function write({ name, labels, value, at }: Written): string {
  const escaped = (text: string): string =>
    text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  const inside = labels.map(([label, text]) => `${label}="${escaped(text)}"`).join(',');
  const number = Number.isFinite(value)
    ? String(value)
    : Number.isNaN(value)
      ? 'NaN'
      : value > 0
        ? '+Inf'
        : '-Inf';
  return `${name}${labels.length === 0 ? '' : `{${inside}}`} ${number}${at === null ? '' : ` ${at}`}\n`;
}

const pageOf = fc.uniqueArray(seriesOf, {
  selector: ({ name, labels }) => JSON.stringify([name, labels.toSorted(([a], [b]) => (a < b ? -1 : 1))]),
  maxLength: 8,
});

describe('whatever is on a page', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(pageOf, (written) => {
        const { series } = read(written.map(write).join(''));
        expect(
          series.map(({ name, labels, value, at }) => ({ name, labels: [...labels], value: value + 0, at })),
        ).toEqual(written.map((one) => ({ ...one, value: one.value + 0 })));
      }),
    );
  });

  it('is read up to a line or refused when it is cut at any byte', () => {
    fc.assert(
      fc.property(pageOf, (written) => {
        const text = Buffer.from(written.map(write).join(''));
        const whole = readExposition(text, everything).series;
        for (let cut = 0; cut < text.length; cut += 1) {
          const part = text.subarray(0, cut);
          const clean = cut === 0 || text[cut - 1] === 10;
          if (clean) {
            const { series } = readExposition(part, everything);
            expect(series).toEqual(whole.slice(0, series.length));
          } else expect(() => readExposition(part, everything)).toThrow(BadPage);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is never answered with anything but the one refusal', () => {
    const likely = fc.string({ unit: fc.constantFrom(...letters, '\t', 'TYPE ', 'NaN', 'ü') });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some)),
      likely.map((text) => Buffer.from(`${text}\n`)),
    );
    fc.assert(
      fc.property(bytes, fc.boolean(), (page, openMetrics) => {
        for (const wanted of [everything, () => false]) {
          try {
            readExposition(page, wanted, { openMetrics });
          } catch (error) {
            expect(error).toBeInstanceOf(BadPage);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('has a form that does not depend on what is wanted', () => {
    const likely = fc.string({ unit: fc.constantFrom(...letters) });
    const verdict = (page: Buffer, wanted: () => boolean): string => {
      try {
        readExposition(page, wanted);
        return 'read';
      } catch (error) {
        return String(error);
      }
    };
    fc.assert(
      fc.property(likely, (text) => {
        const page = Buffer.from(`${text}\n`);
        const all = verdict(page, everything);
        // What is there twice can only be seen by looking closely.
        if (!all.includes('twice')) expect(verdict(page, () => false)).toBe(all);
      }),
      { numRuns: 2_000 },
    );
  });
});
