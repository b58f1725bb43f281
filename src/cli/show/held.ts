import type { Held } from '../../domain/status.ts';
import { readable, showInstant } from './instant.ts';
import { showDuration } from './duration.ts';
import type { Screen } from './screen.ts';
import { byWhom } from './whom.ts';
import { wrap } from './wrap.ts';

/** Since when, by whom and why a server is held, and what alone ends it; indented by `indent`. */
export function heldLines(held: Held, where: string, now: number, screen: Screen, indent: number): string[] {
  const { since, reason, by, kind, failed } = held;
  const { timeZone, width } = screen;
  // A hold after a failure names its operation in its reason.
  const whom = failed || kind === null ? '' : ` ${byWhom(by, null)} with \`rejuv ${commandOf(kind)}\``;
  const began = `since ${showInstant(since, now, timeZone)}`;
  const span = showDuration(now - Date.parse(since));
  const text = `held for ${span}, ${began}${whom}: ${readable(reason, now, timeZone)}`;
  return [
    ...wrap(text, width, indent, 2),
    ...wrap(`only a person ends it: \`rejuv ready ${where}\``, width, indent + 2, 0),
  ];
}

function commandOf(kind: NonNullable<Held['kind']>): string {
  return kind === 'rejuvenation' ? 'rejuvenate' : kind;
}
