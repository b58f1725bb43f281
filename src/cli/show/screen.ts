import type { Terminal } from '../terminal.ts';

/** What people's text is written onto. */
export interface Screen {
  readonly colours: boolean;
  /** Characters in a line; null where nobody is there to read, so that lines can be searched whole. */
  readonly width: number | null;
  readonly timeZone: Terminal['timeZone'];
}

/** The narrowest that long sentences are still broken for. */
const narrowest = 40;

export function screenOf({ isTTY, columns, colours, timeZone }: Terminal): Screen {
  // Some terminals, such as serial lines, say 0.
  const width = isTTY ? Math.max(narrowest, columns > 0 ? columns : 80) : null;
  return { colours, width, timeZone };
}
