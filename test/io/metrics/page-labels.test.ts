import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/io/metrics/page-labels.ts';

function hash(text: string): number {
  const bytes = Buffer.from(text);
  return hashOf(bytes, 0, bytes.length);
}

describe('the hashes of a page', () => {
  it('do not meet where names and labels differ in a digit, or every line would be compared as text', () => {
    const digits = Array.from({ length: 100 }, (_, at) => at);
    const names = digits.map((at) => hash(`node_cpu_seconds_total_${at}`));
    const labels = digits.map((at) => hash(`device="eth${at}"`));
    const sums = names.flatMap((name) => labels.map((label) => (name + label) | 0));
    expect(new Set(sums).size).toBe(sums.length);
  });
});
