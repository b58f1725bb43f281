import type { Reaching } from '../domain/condition.ts';
import type { FigureName } from '../domain/figure.ts';
import type { ServerId } from '../domain/names.ts';
import type { Records } from '../domain/records.ts';
import type { Measurements } from '../domain/sample.ts';
import type { TrendAnswer, TrendQuestion } from '../policy/aging/facts.ts';
import { foretold } from '../policy/aging/trend-track.ts';
import { youngSince } from '../policy/aging/judgements.ts';
import { trendAnswer } from '../policy/aging/trend-answer.ts';
import type { Verdict } from '../domain/condition-verdict.ts';
import type { World } from './world.ts';

/** What was measured of a server, as of now. */
export interface Measured {
  /** Its newest value that is fresh; null: there is none. */
  newest(server: ServerId, figure: FigureName): number | null;
  /** Whether a trend of its holds. */
  foretold(server: ServerId, leaf: Reaching): Verdict;
}

/** What these measurements say now; `youngSince` of a server: what is older is another life. */
export function measuredBy(
  measurements: Measurements,
  forecast: (question: TrendQuestion) => TrendAnswer,
  youngSince: (server: ServerId) => number | null,
  now: number,
): Measured {
  const isFresh = (server: ServerId, figure: FigureName): boolean =>
    measurements.freshness(server, figure, now).kind === 'fresh';
  return {
    newest: (server, figure) => {
      const samples = measurements.recent(server, figure);
      const last = samples.length - 1;
      if (last < 0 || !isFresh(server, figure)) return null;
      return samples.at(last) < (youngSince(server) ?? 0) ? null : samples.value(last);
    },
    foretold: (server, leaf) => {
      if (!isFresh(server, leaf.figure)) return 'unknown';
      const { figure, limit, direction } = leaf;
      const samples = measurements.aggregated(server, figure);
      return foretold(
        leaf,
        forecast({ server, figure, samples, since: youngSince(server), limit, direction, now }),
      );
    },
  };
}

/** The same of a world, with its records. */
export function measuredIn({ samples, clock }: Pick<World, 'samples' | 'clock'>, records: Records): Measured {
  const since = (server: ServerId): number | null => youngSince(records, samples, server);
  return measuredBy(samples, trendAnswer, since, clock.now());
}
