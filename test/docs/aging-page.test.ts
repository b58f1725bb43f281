import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkConditions } from '../../src/config/checks/conditions.ts';
import { checkRules } from '../../src/config/checks/rules.ts';
import { readCondition } from '../../src/config/condition.ts';
import { readDocument } from '../../src/config/document.ts';
import { checkShape } from '../../src/config/shape.ts';
import { goodFile } from '../config/good-file.ts';

const page = readFileSync(new URL('../../docs/aging.md', import.meta.url), 'utf8');
const sources = `    sources:
      node: { exporter: "http://{address}:9100/metrics" }
      prom:
        prometheus: http://10.0.0.5:9090
        metrics:
          latency.p95: { query: p95, scale: 1000 }
          heap.free: { query: heap, unit: bytes }
`;

function problemsOf(rules: string): string[] {
  const { tree } = readDocument(goodFile.replace('    drain:', `${sources}${rules}\n    drain:`));
  const { draft, findings } = checkShape(tree?.value);
  const meant = draft === null ? [] : [...checkConditions(draft), ...checkRules(draft)];
  return [...findings, ...meant].map(({ message }) => message);
}

describe('what docs/aging.md shows', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  it('is a config without a problem', () => {
    expect(Object.keys(parse(yaml) as object)).toEqual(['aging', 'unstable']);
    expect(problemsOf(yaml.replace(/^/gm, '    '))).toEqual([]);
  });

  const conditions = [...page.matchAll(/^\| `([^`]+)` \| (?!a )/gm)]
    .map(([, text]) => text ?? '')
    .filter((text) => text.includes(' '));
  it('has a row per kind of comparison', () => expect(conditions.length).toBeGreaterThan(8));

  it.each(conditions)('%s is a condition', (text) => {
    expect(readCondition(text)).toHaveProperty('value');
    expect(problemsOf(`    aging: [{ when: "${text}" }]`)).toEqual([]);
  });
});
