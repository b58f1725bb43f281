/** Two clocks at one answer. Unix milliseconds. */
export interface Clocks {
  /** Ours, when the answer had come. */
  readonly now: number;
  /** Theirs, as the answer says it, to the second; null: it does not. */
  readonly date: number | null;
  /** From the question to the whole answer. */
  readonly tookMs: number;
}

/** Beyond this, what is measured at one time is kept as of another. */
const mostApartMs = 2_000;

/** A sentence when the clock there is surely wrong, or ours. */
export function clockRemark({ now, date, tookMs }: Clocks): string[] {
  if (date === null) return [];
  // The answer was dated somewhere between question and end, and its second is cut off.
  const ahead = date - now;
  const behind = now - tookMs - (date + 1_000);
  const apart = Math.max(ahead, behind);
  if (apart <= mostApartMs) return [];
  const side = ahead > behind ? 'ahead of' : 'behind';
  return [`the clock there is at least ${Math.round(apart / 1000)} s ${side} this machine's`];
}
