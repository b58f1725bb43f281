import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { readExposition } from '../../src/io/metrics/exposition.ts';
import { isKnownMetric } from '../../src/io/metrics/known-figures.ts';
import { spreadOf } from './figures.ts';
import { pageOfOneMegabyte } from './metrics-page.ts';
import type { Row } from './report.ts';

const rounds = 15;
const warmingUp = 3;

/** What each reader takes for the same page of 1 MB, in milliseconds of CPU. */
interface Round {
  readonly wantedMs: number;
  readonly allMs: number;
  readonly npmMs: number;
}

/** Reads the page by each reader in turn; every round is one reading by each. */
export function expositionRounds(): Round[] {
  const page = pageOfOneMegabyte();
  const measured = Array.from({ length: warmingUp + rounds }, () => ({
    wantedMs: cpuMsOf(() => readExposition(page, isKnownMetric).series.length),
    allMs: cpuMsOf(() => readExposition(page, () => true).series.length),
    // Its input is a string, so making one is part of its work.
    npmMs: cpuMsOf(() => parsePrometheusTextFormat(page.toString('utf8')).length),
  }));
  return measured.slice(warmingUp);
}

/** Both ways of rejuv divided by the time of npm's parser in the same round. */
export function expositionRows(measured: readonly Round[]): Row[] {
  const each = (pick: (round: Round) => number) => spreadOf(measured.map(pick));
  return [
    {
      what: 'page of 1 MB: wanted series / npm',
      measured: each((r) => r.wantedMs / r.npmMs),
      unit: '',
      goal: 1,
    },
    { what: 'page of 1 MB: every series / npm', measured: each((r) => r.allMs / r.npmMs), unit: '', goal: 1 },
  ];
}

function cpuMsOf(work: () => number): number {
  const before = process.cpuUsage();
  if (work() === 0) throw new Error('nothing was read');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
