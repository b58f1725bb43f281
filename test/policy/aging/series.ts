import { chanceFrom, type Chance } from './random.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** As `Measurements.aggregated` has them. */
export const stepMs = 5 * minute;
export const limit = 0.95;

/** What a series of memory in use is made of. All shares of the memory; everything that is left out is not there. */
export interface Recipe {
  readonly name: string;
  readonly days: number;
  /** Without load, at the start of a life: between these. */
  readonly base: readonly [number, number];
  /** From base to limit in so long, without the load on top; begins `after` the start. */
  readonly leak?: { readonly exhaustionMs: number; readonly afterMs?: number };
  /** White noise of each mean. */
  readonly noise?: number;
  /** Noise that remembers: its standard deviation, and the time after which it has forgotten two thirds. */
  readonly drift?: { readonly sd: number; readonly memoryMs: number };
  /** Trough to peak within a day; each day differs by up to `varies` of it. */
  readonly daily?: { readonly swing: number; readonly varies?: number };
  /** How much less there is at a weekend. */
  readonly weekend?: number;
  /** Grows to `high` after each start and stays there: a cache that fills. */
  readonly warmUp?: { readonly high: number; readonly memoryMs: number };
  /** Deploys: so many a week, each moves the level up or down for good, by up to this. */
  readonly steps?: { readonly perWeek: number; readonly most: number };
  /** Restarts that rejuv learns of, about every so often. */
  readonly restartsEveryMs?: number;
  /** Restarts nobody tells of. */
  readonly hiddenRestartsEveryMs?: number;
  /** Load peaks: a ramp of an hour up, some hours high, down again. */
  readonly peaks?: { readonly perWeek: number; readonly high: number };
  /** A garbage collector: rises to `high` in `periodMs`, falls at once. */
  readonly sawtooth?: { readonly high: number; readonly periodMs: number };
  /** Share of the means that are missing, in gaps of up to three hours unless told otherwise. */
  readonly missing?: number;
  readonly longestGapMs?: number;
}

/** One server's memory over time, and what is true about it. */
export interface Series {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly startAt: number;
  /** One per five minutes; NaN: not measured. */
  readonly values: Float64Array;
  /** For each index, since when the application runs as far as rejuv knows. */
  readonly youngSince: Float64Array;
  /** When the leak begins and when, without noise, the limit is reached first; null: there is no leak. */
  readonly way: { readonly beginsAt: number; readonly exhaustedAt: number } | null;
}

const monday = Date.UTC(2026, 10, 2);

/** The series of a recipe and a seed: the same each time. Ends at exhaustion, or after `days`. */
export function makeSeries(recipe: Recipe, seed: number): Series {
  const chance = chanceFrom(seed);
  const startAt = monday + Math.floor(chance.between(0, 7 * 288)) * stepMs;
  const n = Math.round((recipe.days * day) / stepMs);
  const base = chance.between(...recipe.base);
  const restarts = instants(chance, n, recipe.restartsEveryMs);
  const hidden = instants(chance, n, recipe.hiddenRestartsEveryMs);
  const load = loadOf(recipe, chance, startAt, n);
  const level = stepsOf(recipe, chance, n);
  const noise = noiseOf(recipe, chance, n);
  const missing = missingOf(recipe, chance, n);
  const values = new Float64Array(n);
  const youngSince = new Float64Array(n);
  const leakFrom = recipe.leak?.afterMs ?? 0;
  let since = 0;
  let known = 0;
  let end = n;
  for (let i = 0; i < n; i++) {
    if (restarts.has(i)) known = i;
    if (restarts.has(i) || hidden.has(i)) since = i;
    const age = (i - since) * stepMs;
    const leaked = Math.max(0, i * stepMs - Math.max(leakFrom, since * stepMs));
    const grown = recipe.leak === undefined ? 0 : ((limit - base) * leaked) / recipe.leak.exhaustionMs;
    const { warmUp } = recipe;
    const warm = warmUp === undefined ? 0 : warmUp.high * (1 - Math.exp(-age / warmUp.memoryMs));
    const sure = base + grown + warm + load[i]! + level[i]!;
    if (recipe.leak !== undefined && sure >= limit) {
      end = i;
      break;
    }
    values[i] = missing[i] === 1 ? NaN : Math.min(1, Math.max(0, sure + noise[i]!));
    youngSince[i] = startAt + known * stepMs;
  }
  if (recipe.leak !== undefined && end === n) throw new Error(`${recipe.name}: the leak does not end`);
  const lastStart = Math.max(
    leakFrom,
    ...[...restarts, ...hidden].filter((i) => i < end).map((i) => i * stepMs),
  );
  return {
    recipe,
    seed,
    startAt,
    values: values.subarray(0, end),
    youngSince: youngSince.subarray(0, end),
    way:
      recipe.leak === undefined
        ? null
        : { beginsAt: startAt + lastStart, exhaustedAt: startAt + end * stepMs },
  };
}

function instants(chance: Chance, n: number, everyMs: number | undefined): Set<number> {
  const all = new Set<number>();
  if (everyMs === undefined) return all;
  for (let i = 0; i < n;) {
    i += Math.round((everyMs / stepMs) * chance.between(0.6, 1.4));
    all.add(i);
  }
  return all;
}

/** What comes and goes with the shop's visitors. */
function loadOf({ daily, weekend, peaks }: Recipe, chance: Chance, startAt: number, n: number): Float64Array {
  const load = new Float64Array(n);
  const days = Array.from(
    { length: Math.ceil(n / 288) + 2 },
    () => 1 + (daily?.varies ?? 0) * chance.between(-1, 1),
  );
  for (let i = 0; i < n; i++) {
    const at = startAt + i * stepMs;
    // Busiest at 15:00 UTC, quietest at 03:00.
    const busy = (1 - Math.cos((2 * Math.PI * ((at % day) - 3 * hour)) / day)) / 2;
    const today = days[Math.floor((at - 3 * hour) / day) - Math.floor((startAt - 3 * hour) / day)]!;
    const atWeekend = Math.floor(at / day - 4) % 7 >= 5;
    load[i] = (daily?.swing ?? 0) * busy * today - (atWeekend ? (weekend ?? 0) : 0);
  }
  for (const begin of instants(chance, n, peaks === undefined ? undefined : (7 * day) / peaks.perWeek)) {
    const [high, plateau] = [(peaks?.high ?? 0) * chance.between(0.5, 1), chance.between(1, 5) * 12];
    for (let k = 0; k < plateau + 24 && begin + k < n; k++) {
      load[begin + k] = load[begin + k]! + high * Math.min(1, k / 12, (plateau + 24 - k) / 12);
    }
  }
  return load;
}

function stepsOf({ steps }: Recipe, chance: Chance, n: number): Float64Array {
  const level = new Float64Array(n);
  if (steps === undefined) return level;
  const at = instants(chance, n, (7 * day) / steps.perWeek);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    // A walk that turns back: new versions do not take more memory for ever.
    if (at.has(i)) sum = sum * 0.5 + steps.most * chance.between(-1, 1);
    level[i] = sum;
  }
  return level;
}

function noiseOf({ noise, drift, sawtooth }: Recipe, chance: Chance, n: number): Float64Array {
  const all = new Float64Array(n);
  const keeps = drift === undefined ? 0 : Math.exp(-stepMs / drift.memoryMs);
  let wander = drift === undefined ? 0 : drift.sd * chance.normal();
  let tooth = sawtooth === undefined ? 0 : chance.between(0, 1);
  for (let i = 0; i < n; i++) {
    if (drift !== undefined)
      wander = keeps * wander + drift.sd * Math.sqrt(1 - keeps * keeps) * chance.normal();
    if (sawtooth !== undefined) {
      tooth += (stepMs / sawtooth.periodMs) * chance.between(0.8, 1.2);
      if (tooth >= 1) tooth -= Math.floor(tooth);
    }
    all[i] = (noise ?? 0) * chance.normal() + wander + (sawtooth?.high ?? 0) * tooth;
  }
  return all;
}

function missingOf({ missing, longestGapMs = 3 * hour }: Recipe, chance: Chance, n: number): Uint8Array {
  const gone = new Uint8Array(n);
  if (missing === undefined) return gone;
  for (let left = missing * n; left > 0;) {
    const [at, length] = [
      Math.floor(chance.between(0, n)),
      Math.ceil(chance.between(0, longestGapMs / stepMs)),
    ];
    gone.fill(1, at, Math.min(n, at + length));
    left -= length;
  }
  return gone;
}
