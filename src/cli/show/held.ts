import type { Held } from '../../domain/status.ts';
import { readable, showInstant } from './instant.ts';
import { showDuration } from './duration.ts';
import type { Screen } from './screen.ts';
import { byWhom } from './whom.ts';
import { wrap } from './wrap.ts';

/** Since when, by whom and why a server is held, and what alone ends it; indented by `indent`. */
export function heldLines(held: Held, where: string, now: number, screen: Screen, indent: number): string[] {
  const { since, reason, by, kind, operation, failed } = held;
  const { timeZone, width } = screen;
  const whom = kind === null && by === null ? '' : ` ${byWhom(by, null)}`;
  const how = kind === null ? '' : ` with \`rejuv ${commandOf(kind)}\``;
  const through = operation === null || !failed ? '' : `, ${operation} failed`;
  const began = `since ${showInstant(since, now, timeZone)}`;
  const text = `held for ${showDuration(now - Date.parse(since))}, ${began}${through === '' ? whom + how : through}: ${readable(reason, now, timeZone)}`;
  return [
    ...wrap(text, width, indent, 2),
    ...wrap(`only a person ends it: \`rejuv ready ${where}\``, width, indent + 2, 0),
  ];
}

function commandOf(kind: NonNullable<Held['kind']>): string {
  return kind === 'rejuvenation' ? 'rejuvenate' : kind;
}
