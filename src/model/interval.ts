/**
 * The best interval between rejuvenations. `immediate` stands for "as often as possible", `never` for "not on a
 * schedule"; both are limits: the hours are 0, or the shortest that was considered, and Infinity.
 */
export interface Interval {
  readonly kind: 'interior' | 'never' | 'immediate';
  readonly hours: number;
  /** In the long run, in the currency of the costs, or the unavailability if there were none. */
  readonly costPerHour: number;
}

/** "do not rejuvenate", "as often as possible", "every 14 h 50 min". */
export function intervalInWords({ kind, hours }: Interval): string {
  switch (kind) {
    case 'never':
      return 'do not rejuvenate';
    case 'immediate':
      return 'as often as possible';
    case 'interior':
      return `every ${durationInWords(hours)}`;
  }
}

/** Hours in two units at most, the smaller one rounded: "45 s", "14 h 50 min", "9 d 23 h". */
export function durationInWords(hours: number): string {
  const seconds = Math.round(hours * 3600);
  if (seconds < 60) return hours > 0 && seconds === 0 ? 'less than a second' : `${seconds} s`;
  const minutes = Math.round(hours * 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return both(minutes, 60, 'h', 'min');
  return both(Math.round(hours), 24, 'd', 'h');
}

function both(amount: number, size: number, large: string, small: string): string {
  const rest = amount % size;
  const whole = `${Math.floor(amount / size)} ${large}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}
