import { isFault } from '../../domain/fault.ts';
import type { SeenFault } from '../../domain/fault-records.ts';
import type { ServerName } from '../../domain/names.ts';
import type { StormSettings } from '../../domain/settings.ts';

export interface StormFacts {
  readonly settings: StormSettings;
  /**
   * Every server of the backend, with its recorded faults, oldest first. Those of a spare at rest count not: nobody was
   * served by it, one source alone says so, and it is not repaired in any case. Dead when it is needed, it would make a
   * storm of the one server that needs it.
   */
  readonly servers: readonly { readonly name: ServerName; readonly faults: readonly SeenFault[] }[];
  /** When the last storm ended: failures up to then count no more. Null: there was none. */
  readonly endedAt: number | null;
  readonly now: number;
}

/** Whether many servers failed at once: then it is the network or a database, and no fault of a server. */
export interface Storm {
  /** Null: there is none. */
  readonly since: number | null;
  /** Which servers failed in it, or fail now. */
  readonly servers: readonly ServerName[];
  /** When it can be over by itself; null: there is none, or too many are failing still. */
  readonly nextCheckAt: number | null;
}

interface Course {
  readonly name: ServerName;
  readonly at: number;
  readonly overAt: number | null;
}

/**
 * Begins when more than `share` of the servers, and at least two, failed within `window`. Over by itself once no more
 * than that are failing and nothing has failed for `quiet`. Pure; the same recorded faults give the same storm.
 */
export function stormOf({ settings, servers, endedAt, now }: StormFacts): Storm {
  const courses = servers
    .flatMap(({ name, faults }) =>
      faults
        .filter(({ verdict, resting }) => isFault(verdict) && resting !== true)
        .map(({ at, overAt }) => ({ name, at, overAt })),
    )
    .filter(({ at }) => at <= now && (endedAt === null || at > endedAt))
    .toSorted((a, b) => a.at - b.at);
  const many = (names: readonly ServerName[]): boolean => {
    const count = new Set(names).size;
    // 29% of 100 is 28.999999999999996 in floating point.
    return count >= 2 && count > settings.share * servers.length + 1e-9;
  };
  let since: number | null = null;
  let calmFrom: number | null = null;
  let oldest = 0;
  for (const [index, { at }] of courses.entries()) {
    while ((courses[oldest]?.at ?? at) <= at - settings.windowMs) oldest += 1;
    const inWindow = courses.slice(oldest, index + 1).map(({ name }) => name);
    if (since === null && many(inWindow)) since = at;
    const next = courses[index + 1]?.at ?? null;
    // Until then nobody could tell.
    if (since === null || (next !== null && next < at + settings.quietMs)) continue;
    calmFrom = calmAfter(courses.slice(0, index + 1), at, settings.quietMs, many);
    if (next !== null && calmFrom !== null && next >= calmFrom) since = null;
  }
  if (since === null || (calmFrom !== null && now >= calmFrom)) {
    return { since: null, servers: [], nextCheckAt: null };
  }
  const from = since - settings.windowMs;
  const names = courses.filter(({ at }) => at > from).map(({ name }) => name);
  return { since, servers: [...new Set(names)], nextCheckAt: calmFrom };
}

/** When, after the failure at `last`, it has been quiet for long enough; null: never, while so many fail. */
function calmAfter(
  known: readonly Course[],
  last: number,
  quietMs: number,
  many: (names: readonly ServerName[]) => boolean,
): number | null {
  const ends = known.flatMap(({ overAt }) => (overAt === null ? [] : [overAt])).toSorted((a, b) => a - b);
  const calm = [last, ...ends.filter((end) => end > last)].find(
    (instant) =>
      !many(known.filter(({ overAt }) => overAt === null || overAt > instant).map(({ name }) => name)),
  );
  return calm === undefined ? null : calm + quietMs;
}
