import { describe, expect, it } from 'vitest';
import { frameOf } from '../../../src/cli/advise/frame.ts';
import { picture } from '../../../src/cli/advise/picture.ts';
import { text } from '../../../src/cli/advise/svg.ts';
import { reckoned } from './sample.ts';
import { xmlProblem } from './well-formed.ts';

const server = `
life: { twoStage: { agingPerHour: 0.004, failurePerHour: 0.002 } }
repair: 8h
rejuvenation: 12m
costs: { failureHour: 1000, rejuvenationHour: 40 }
`;

function drawn(rates: string, name?: string): string {
  const advice = reckoned(rates, name);
  return picture(advice, frameOf(advice));
}

describe('the picture', () => {
  it('is well-formed and needs nothing from outside', () => {
    const svg = drawn(`${server}every: 7d\nuncertainty: 2\nservers: 3\n`);
    expect(xmlProblem(svg)).toBeNull();
    expect(svg).not.toMatch(/href|url\((?!#)|@import|<script|<image/);
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('shows both curves, their bands, the best and today, with words for each', () => {
    const svg = drawn(`${server}every: 7d\nuncertainty: 2\n`);
    for (const part of ['curve cost', 'curve availability', 'band cost', 'band availability']) {
      expect(svg).toContain(`class="${part}"`);
    }
    expect(svg.match(/class="rule best"/g)).toHaveLength(2);
    expect(svg.match(/class="rule present"/g)).toHaveLength(2);
    for (const words of [
      'best: every 16 h 8 min',
      'today: every 7 d',
      'what is uncertain',
      'cost a year (in the currency of the costs)',
      'availability (share of time with at least 1 serving)',
      'interval between two rejuvenations of the same server',
    ]) {
      expect(svg).toContain(`>${words}<`);
    }
  });

  it('puts the mark of the best where its curve is lowest', () => {
    const svg = drawn(`${server}every: 7d\n`);
    const [, d = ''] = /class="curve cost" d="([^"]*)"/.exec(svg) ?? [];
    const points = [...d.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(
      ([, x, y]) => [Number(x), Number(y)] as const,
    );
    const lowest = points.reduce((best, one) => (one[1] > best[1] ? one : best));
    const [, cx, cy] = /class="best" cx="([\d.]+)" cy="([\d.]+)" r="5"\/>\s*<clipPath/.exec(svg) ?? [];
    expect(Math.abs(Number(cx) - lowest[0])).toBeLessThan(10);
    expect(Math.abs(Number(cy) - lowest[1])).toBeLessThan(1.5);
  });

  it('has ticks with units on the time axis, inside the picture and apart from each other', () => {
    for (const rates of [server, server.replace('8h', '80d'), server.replaceAll('0.00', '40')]) {
      const svg = drawn(rates);
      const ticks = [
        ...svg.matchAll(/<text x="([\d.]+)" y="608" text-anchor="middle" class="axis">([^<]*)</g),
      ];
      const places = ticks.map(([, x]) => Number(x));
      expect(places.length).toBeGreaterThan(2);
      expect(places.every((x, n) => n === 0 || x - places[n - 1]! > 34)).toBe(true);
      expect(ticks.every(([, , label]) => / (s|min|h|d|y)$/.test(label ?? ''))).toBe(true);
    }
  });

  it('says so where there is no best interval and no schedule', () => {
    const svg = drawn('life: { exponential: { failurePerHour: 0.002 } }\nrepair: 8h\nrejuvenation: 12m\n');
    expect(xmlProblem(svg)).toBeNull();
    expect(svg).toContain('>best: not on a schedule<');
    expect(svg).toContain('>today: no schedule<');
    expect(svg).not.toContain('class="rule');
  });

  it('holds no mark-up of a name and no control characters', () => {
    expect(text('<a href="x">&\u0007\ud800')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;??');
    expect(xmlProblem(drawn(server, 'a<b>&"c'))).toBeNull();
  });
});

describe('the check of the pictures itself', () => {
  it.each([
    '',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a x=1/>',
    '<a x="1" x="2"/>',
    '<a>&b;</a>',
    'x',
    '<a>\u0007</a>',
  ])('refuses %j', (wrong) => expect(xmlProblem(wrong)).not.toBeNull());
});
