import { describe, expect, it } from 'vitest';
import { checkConditions } from '../../src/config/checks/conditions.ts';
import { checkRules } from '../../src/config/checks/rules.ts';
import { readDocument } from '../../src/config/document.ts';
import { findProblems, readConfig } from '../../src/config/read-config.ts';
import { checkShape } from '../../src/config/shape.ts';
import type { AgingRule } from '../../src/domain/aging.ts';
import { cronRules } from '../../src/io/cron.ts';
import { goodFile, spoil } from './good-file.ts';

const drain = '    drain:';
const sources = `    sources:
      node: { exporter: "http://{address}:9100/metrics" }
      host:
        ssh: commands
        every: 60s
        metrics:
          heap.free: { run: shopctl heap, unit: bytes }
          latency.p95: { run: shopctl p95 }
`;

function rulesOf(lines: string): readonly AgingRule[] {
  const text = goodFile.replace(drain, `${lines}\n${drain}`);
  return readConfig(text, { path: 'rejuv.yaml', cron: cronRules }).backends[0]?.rules ?? [];
}

describe('the rules of a backend', () => {
  it('are none, unless it has some', () => {
    expect(readConfig(goodFile, { path: 'rejuv.yaml', cron: cronRules }).backends[0]?.rules).toEqual([]);
  });

  it('come in the order of the file, the hard ones first', () => {
    const rules = rulesOf(`    aging:
      - { when: requests.rate > 5/s, for: 10m, samples: 8 of 10, clears: requests.rate < 3/s, confirm: 30s }
      - { when: uptime > 30d }
    unstable:
      - { when: errors.rate per requests.rate > 10% or errors.rate > 2x peers }`);
    expect(rules).toMatchObject([
      {
        severity: 'unstable',
        text: 'errors.rate per requests.rate > 10% or errors.rate > 2x peers',
        ...{ forMs: 60_000, samples: null, clears: null, confirmMs: 0 },
      },
      {
        severity: 'aging',
        text: 'requests.rate > 5/s',
        ...{ forMs: 600_000, samples: { holds: 8, of: 10 }, confirmMs: 30_000 },
        clears: { figure: 'requests.rate', comparison: '<' },
      },
      // An uptime needs no time to be believed.
      { severity: 'aging', forMs: 0, confirmMs: 60_000 },
    ]);
  });
});

describe('a rule that cannot be meant', () => {
  it.each([
    [
      'aging: [{ when: ‸session > 5 }]',
      'aging[0].when is "session > 5", where "session" is not a figure; write `sessions`',
    ],
    [
      'aging: [{ when: sessions > 5, ‸clear: load < 3 }]',
      'there is no key `clear` in backends.shop.aging[0]; write `clears`',
    ],
    [
      'aging: [‸{ for: 5m }]',
      'backends.shop.aging[0].when is missing; write a condition such as `memory.used > 85%`, `memory.used reaches 95% within 24h`, or several with and, or, not',
    ],
    [
      'unstable: [{ when: uptime > 5d, samples: ‸most of 10 }]',
      'unstable[0].samples is "most of 10", which does not say how many of how many; write such as `8 of 10`',
    ],
    [
      'unstable: [{ when: uptime > 5d, samples: ‸11 of 10 }]',
      'unstable[0].samples is "11 of 10", which is more than there are; write such as `8 of 10`',
    ],
    [
      'aging: [{ when: ‸memory.used > 85% }]',
      'aging[0].when is "memory.used > 85%", where no source of the backend gives memory.used; add one under `sources:`, such as `node: { exporter: "http://{address}:9100/metrics" }`',
    ],
    [
      'aging: [{ when: ‸"sessions > 5 and sessions < 3" }]',
      'aging[0].when is "sessions > 5 and sessions < 3", which can never hold; write one that can be both: nothing is below 0, a share is 0% to 100%, and what `and` joins has to be possible together',
    ],
  ])('%s', (line, sentence) => {
    const { text, line: at, column } = spoil(drain, `    ${line}\n${drain}`);
    const result = findProblems(text, cronRules);
    const problems = 'problems' in result ? result.problems : [];
    expect(problems.map((one) => `${one.message}; ${one.fix}`.replace('backends.shop.', ''))).toEqual([
      sentence.replace('backends.shop.', ''),
    ]);
    expect(problems[0]).toMatchObject({ line: at, column });
  });

  it('has nothing that would be done', () => {
    const { text, line, column } = spoil(
      '      api1: {}',
      '      api1: {}\n    ‸aging: [{ when: uptime > 7d }]',
    );
    const result = findProblems(text, cronRules);
    expect('problems' in result && result.problems).toMatchObject([
      { line, column, message: 'backend api has `aging` but no `actions`, so nothing would be done' },
    ]);
  });

  it('is refused in a schedule as well', () => {
    const { text, line, column } = spoil(
      'timeZone: Europe/Berlin }',
      'timeZone: Europe/Berlin, when: ‸"uptime > 7d or uptime < 8d" }',
    );
    const result = findProblems(text, cronRules);
    expect('problems' in result && result.problems).toMatchObject([
      {
        ...{ line, column },
        message: 'backends.shop.schedule[0].when is "uptime > 7d or uptime < 8d", which always holds',
      },
    ]);
  });
});

/** What is wrong with one rule where the sources above are there. */
function wrongWith(rule: string): string[] {
  const { tree } = readDocument(goodFile.replace(drain, `${sources}    aging: [{ ${rule} }]\n${drain}`));
  const { draft, findings } = checkShape(tree?.value);
  if (draft === null || findings.length > 0) throw new Error(findings.map(({ message }) => message).join());
  const found = [...checkConditions(draft), ...checkRules(draft)];
  return found.map(({ message, fix }) => `${message.replaceAll('backends.shop.aging[0].', '')}; ${fix}`);
}

describe('with sources, a rule', () => {
  it.each([
    'when: memory.used > 85%, for: 10m, confirm: 1m',
    'when: memory.used reaches 95% within 24h',
    'when: heap.free falls to 5MiB within 24h',
    'when: "memory.used per requests.rate > 1.5x freshest", for: 1h, samples: 8 of 10, clears: memory.used < 70%',
    'when: memory.used > 97% or latency.p95 > 2x peers, for: 2m',
    'when: errors.rate per requests.rate > 2%',
    'when: errors.rate > 0',
    'when: memory.used > 85%, clears: memory.used < 80%',
    'when: not memory.used <= 85%, clears: memory.used <= 85%',
    'when: memory.used > 99%, for: 0s',
    'when: memory.used >= 100%',
    'when: load > 5 and load < 10',
  ])('may be { %s }', (rule) => {
    expect(wrongWith(rule)).toEqual([]);
  });

  it.each([
    [
      'when: memory.used > 85',
      'where memory.used is a share, and is compared with a number; write such as `memory.used > 85%`',
    ],
    [
      'when: heap.free < 5%',
      'where heap.free is a number of bytes, and is compared with a share; write such as `heap.free < 512MiB`',
    ],
    ['when: heap.fre < 5MiB', 'where "heap.fre" is not a figure; write `heap.free`'],
    [
      'when: zzzzzz < 5MiB',
      'where "zzzzzz" is not a figure; the figures of this backend are sessions, queue, uptime',
    ],
    [
      'when: memory.used per uptime > 2%',
      'where uptime is a duration, and nothing is counted per such; write such as `per requests.rate`',
    ],
    [
      'when: memory.used per requests.rate > 50',
      'where memory.used per requests.rate is a share, and is compared with a number; write such as `memory.used per requests.rate > 85%`',
    ],
    [
      'when: uptime > 2x peers',
      'where uptime is more than compared with a duration; write such as `uptime > 7d`',
    ],
    [
      'when: memory.used reaches 95 within 24h',
      'where memory.used is a share, and is compared with a number; write such as `memory.used reaches 85% within 24h`',
    ],
    ['when: swap.used > 5% and memory.used < 0%', 'which can never hold'],
    ['when: memory.used > 120%', 'which can never hold'],
    ['when: memory.used >= 0%', 'which always holds'],
    ['when: load > 5 or load < 6', 'which always holds'],
    ['when: not (load > 5 and load < 3)', 'which always holds'],
    ['when: load > 2x peers and load < 1x peers', 'which can never hold'],
    [
      'when: memory.used > 85%, clears: memory.used < 90%',
      'clears is "memory.used < 90%", which can be true while `when` is: the rule would hold and clear in turn',
    ],
    ['when: memory.used > 85%, clears: memory.used < 0%', 'which can never hold'],
    [
      'when: memory.used > 85%, for: 20s',
      'for: 20s has less than two samples of node, which is read every 15s; write a `for` of at least 30s',
    ],
    [
      'when: heap.free < 5MiB, for: 1m',
      'for: 1m has less than two samples of host, which is read every 1m; write a `for` of at least 2m',
    ],
    ['when: memory.used > 85%, for: 8d', 'for: samples are kept for a week only; write at most 7d'],
    [
      'when: memory.used reaches 95% within 24h, samples: 8 of 10',
      'samples: a trend is told from days of samples at once, so there is no `samples` for it; leave `samples` out',
    ],
    [
      'when: memory.used reaches 95% within 14d, for: 7h',
      'for: a trend is asked to hold for 6h at most; write such as 30m',
    ],
  ])('may not be { %s }', (rule, sentence) => {
    const said = wrongWith(rule);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(sentence);
  });
});
