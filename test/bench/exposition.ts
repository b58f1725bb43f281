// `npm run bench -- exposition`: see exposition.md.
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { readExposition } from '../../src/io/metrics/exposition.ts';
import { isKnownMetric } from '../../src/io/metrics/known-figures.ts';
import { spreadOf } from './figures.ts';
import { pageOfOneMegabyte } from './metrics-page.ts';
import { publish } from './report.ts';

const rounds = 15;
const warmingUp = 3;

interface Round {
  readonly wantedMs: number;
  readonly allMs: number;
  readonly npmMs: number;
}

const page = pageOfOneMegabyte();
const measured: Round[] = [];
for (let round = 0; round < warmingUp + rounds; round += 1) {
  const one = {
    wantedMs: timeOf(() => readExposition(page, isKnownMetric).series.length),
    allMs: timeOf(() => readExposition(page, () => true).series.length),
    // Its input is a string, so making one is part of its work.
    npmMs: timeOf(() => parsePrometheusTextFormat(page.toString('utf8')).length),
  };
  if (round >= warmingUp) measured.push(one);
}

function timeOf(work: () => number): number {
  const before = performance.now();
  if (work() === 0) throw new Error('nothing was read');
  return performance.now() - before;
}

const each = (pick: (round: Round) => number) => spreadOf(measured.map(pick));
process.exitCode = await publish(
  'exposition',
  [
    { what: 'wanted series / npm', measured: each((r) => r.wantedMs / r.npmMs), unit: '', goal: 1 },
    { what: 'every series / npm', measured: each((r) => r.allMs / r.npmMs), unit: '', goal: null },
    { what: 'wanted series', measured: each((r) => r.wantedMs), unit: ' ms', goal: null },
    { what: 'every series', measured: each((r) => r.allMs), unit: ' ms', goal: null },
    { what: 'parse-prometheus-text-format', measured: each((r) => r.npmMs), unit: ' ms', goal: null },
  ],
  measured,
);
