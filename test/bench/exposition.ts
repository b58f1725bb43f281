// `npm run bench -- exposition`: see exposition.md.
import { expositionRounds, expositionRows } from './exposition-rounds.ts';
import { spreadOf } from './figures.ts';
import { publish, type Row } from './report.ts';

const measured = expositionRounds();
const row = (what: string, figures: readonly number[]): Row => ({
  ...{ what, measured: spreadOf(figures), unit: ' ms', goal: null },
});
process.exitCode = await publish(
  'exposition',
  [
    ...expositionRows(measured),
    row(
      'wanted series',
      measured.map(({ wantedMs }) => wantedMs),
    ),
    row(
      'every series',
      measured.map(({ allMs }) => allMs),
    ),
    row(
      'parse-prometheus-text-format',
      measured.map(({ npmMs }) => npmMs),
    ),
  ],
  measured,
);
