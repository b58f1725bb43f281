import type { Leaf } from '../../domain/condition.ts';
import { quotientUnit, unitOf, type FigureName, type Unit } from '../../domain/figure.ts';
import type { Freshness } from '../../domain/sample.ts';
import { writeMeasured, writeQuantity, writeSpan, writeValue } from '../../domain/written-figure.ts';
import type { Life, RuleFacts, TrendAnswer } from './facts.ts';
import { basisText } from './forecast-text.ts';
import type { Track } from './track.ts';
import type { Reference } from './yardstick.ts';

/** What a track had where it stood: kept, so that words are made only for those who ask. */
export interface Said {
  readonly leaf: Leaf;
  readonly value: number;
  readonly reference: Reference | null;
  readonly trend: TrendAnswer | null;
}

export function said({ leaf, value, reference, trend }: Track): Said {
  return { leaf, value, reference, trend };
}

/** The newest values that a condition rests on: `memory.used 91.2%, latency.p95 800ms (2.4x peers, which have 333ms)`. */
export function valuesOf(all: readonly Said[], facts: RuleFacts): string {
  return [...new Set(all.map((one) => valueOf(one, facts)))].join(', ');
}

function valueOf({ leaf, value, reference, trend }: Said, facts: RuleFacts): string {
  const quantity = leaf.kind === 'compare' ? writeQuantity(leaf) : leaf.figure;
  const unit = unitOfLeaf(leaf, facts);
  const said = `${quantity} ${Number.isNaN(value) ? 'unknown' : writeMeasured(value, unit)}`;
  if (leaf.kind === 'reaches') {
    const write = (slope: number): string => writeMeasured(slope, unit);
    const rests =
      trend === null || trend.kind === 'not-enough-data' || trend.basis === null
        ? ''
        : `; ${basisText(trend.basis, write)}`;
    if (trend?.kind !== 'ages')
      return `${said}, without a trend towards ${writeValue(leaf.limit, unit)}${rests}`;
    const { best, earliest, latest } = trend.exhaustion;
    const verb = leaf.direction === 'up' ? 'reaches' : 'falls to';
    const band = `${span(earliest)} to ${span(latest)}`;
    return `${said}, ${verb} ${writeValue(leaf.limit, unit)} in ${span(best)} (${band}${rests})`;
  }
  if (reference === null || Number.isNaN(reference.value) || Number.isNaN(value)) return said;
  const times = reference.value > 0 ? `${Number((value / reference.value).toPrecision(2))}x ` : 'against ';
  const whose = reference.of === 'peers' ? 'the median of its peers' : reference.of;
  return `${said} (${times}${whose}, ${writeMeasured(reference.value, unit)})`;
}

/** A band may have no end. */
function span(ms: number): string {
  return Number.isFinite(ms) ? writeSpan(Math.max(0, ms)) : 'never';
}

function unitOfLeaf(leaf: Leaf, { own }: RuleFacts): Unit {
  const unit = unitOf(leaf.figure, own) ?? 'count';
  const per = leaf.kind === 'compare' && leaf.per !== null ? unitOf(leaf.per, own) : null;
  return per === null ? unit : quotientUnit(unit, per);
}

/** Why a condition is unknown: each of its parts that is, once. */
export function unknownBecause(
  tracks: readonly Track[],
  unread: readonly Leaf[],
  { measured }: RuleFacts,
  life: Life,
  now: number,
): string {
  const reasons = tracks.flatMap((track) => {
    const { leaf } = track;
    if (unread.includes(leaf)) {
      const figures = leaf.kind === 'compare' && leaf.per !== null ? [leaf.figure, leaf.per] : [leaf.figure];
      return figures.flatMap((figure) =>
        unreadBecause(figure, measured.freshness(life.server, figure, now), now),
      );
    }
    return track.verdict === 'unknown' ? [unknownTrack(track, life, now)] : [];
  });
  return [...new Set(reasons)].join('; ');
}

function unreadBecause(figure: FigureName, freshness: Freshness, now: number): string[] {
  switch (freshness.kind) {
    case 'fresh':
      return [];
    case 'unmeasured':
      return [`no source of the backend gives ${figure}`];
    case 'stale': {
      const { source, since, problem } = freshness;
      const why = problem === null ? '' : `: ${problem.message}`;
      return [
        since === null
          ? `${source} has given no ${figure} yet${why}`
          : `${source} has given no ${figure} for ${writeSpan(now - since)}${why}`,
      ];
    }
  }
}

function unknownTrack(track: Track, { youngSince }: Life, now: number): string {
  const { leaf, value } = track;
  if (leaf.kind === 'reaches') return `there is not enough data for a trend of ${leaf.figure} yet`;
  if (leaf.figure === 'uptime') return 'it is not known since when it runs';
  if (!track.sampled) {
    const life = youngSince === null ? '' : ` since it became young ${writeSpan(now - youngSince)} ago`;
    return `there is no sample of ${leaf.figure}${life}`;
  }
  if (Number.isNaN(value)) return `${leaf.per ?? leaf.figure} is 0, or was not read when ${leaf.figure} was`;
  return `no other serving server has ${writeQuantity(leaf)} at that time, or is known to be younger`;
}
