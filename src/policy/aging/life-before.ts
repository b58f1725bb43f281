import { median } from '../../model/trend/order.ts';

/**
 * What a young life can know from what was measured before it. Where earlier lives began is not kept, so that both are
 * medians, which a restart or two do not move.
 */
export interface LifeBefore {
  /** The usual course of the day, by hours back from the last mean; null: fewer than two days were measured. */
  readonly shape: Float64Array | null;
  /** Null: too little was measured. */
  readonly standing: Standing | null;
}

/** How the life before stood in its last two days. */
export interface Standing {
  /** The highest around this time of day. */
  readonly level: number;
  /** How far the two days lie apart at the same hours: little where it stood, much where it grew or was restarted. */
  readonly apart: number;
}

const leastDays = 2;
/** Of 24. */
const leastHours = 18;

/**
 * @param all medians per hour, back from the last mean, of this life and of what was before it
 * @param young how many of these hours are of this life
 * @param hours how far back the course of the day is asked for
 */
export function lifeBefore(all: Float64Array, young: number, hours: number): LifeBefore {
  if (restartedDaily(all, young)) return { shape: null, standing: null };
  return { shape: shapeOf(all, young, hours), standing: standingOf(all.subarray(young), young) };
}

/**
 * Whether the days before fell at the very hour at which this life began, and as far: a restart at a fixed time. Then the days
 * look alike because they were cut off alike, and a leak would pass for the course of the day.
 */
function restartedDaily(all: Float64Array, young: number): boolean {
  const fallAt = (back: number): number => (all[back + 1] ?? NaN) - (all[back - 2] ?? NaN);
  const day = all.subarray(young, young + 24).filter((value) => !Number.isNaN(value));
  const fall = fallAt(young);
  if (!(2 * fall >= Math.max(...day) - Math.min(...day))) return false;
  const before: number[] = [];
  for (let back = young + 24; back < all.length; back += 24) {
    if (!Number.isNaN(fallAt(back))) before.push(fallAt(back));
  }
  return before.length > 0 && 2 * median(before) >= fall;
}

/**
 * By hour of the day, the median of what lies above the mean of the 24 hours around: in that, a leak and the level of a life
 * are not.
 */
function shapeOf(all: Float64Array, young: number, hours: number): Float64Array | null {
  const byHour: number[][] = Array.from({ length: 24 }, () => []);
  for (let back = young + 12; back + 12 < all.length; back++) {
    const around = all.subarray(back - 12, back + 12).filter((value) => !Number.isNaN(value));
    const above = (all[back] ?? NaN) - around.reduce((sum, value) => sum + value, 0) / around.length;
    if (around.length >= leastHours && !Number.isNaN(above)) byHour[back % 24]?.push(above);
  }
  if (byHour.some((days) => days.length < leastDays)) return null;
  const medians = byHour.map((days) => median(days));
  return Float64Array.from({ length: hours + 1 }, (_, back) => medians[back % 24] ?? NaN);
}

/** @param earlier the hours before this life, index 0 right before it, which began `young` hours ago. */
function standingOf(earlier: Float64Array, young: number): Standing | null {
  const apart: number[] = [];
  for (let back = 0; back < 24; back++) {
    const difference = Math.abs((earlier[back] ?? NaN) - (earlier[back + 24] ?? NaN));
    if (!Number.isNaN(difference)) apart.push(difference);
  }
  if (apart.length < leastHours) return null;
  const thisHour = 24 - (young % 24);
  let level = -Infinity;
  for (const near of [-1, 0, 1]) {
    for (const day of [0, 24]) {
      const value = earlier[((thisHour + near) % 24) + day] ?? NaN;
      if (value > level) level = value;
    }
  }
  return { level, apart: median(apart) };
}
