import type { Condition, Leaf } from '../../domain/condition.ts';
import type { Verdict } from '../../domain/condition-verdict.ts';
import type { Track } from './track.ts';

/** The verdict of a condition by what each of its tracks says, in the order of its leaves. */
export type VerdictOf = (tracks: readonly Track[], say: (track: Track) => Verdict) => Verdict;

/**
 * Made once for a condition: the same as `judge` of policy/condition.ts, without a search for each leaf. `leaves` takes up its
 * leaves.
 */
export function verdictOf(condition: Condition, leaves: Leaf[]): VerdictOf {
  switch (condition.kind) {
    case 'compare':
    case 'reaches': {
      const place = leaves.push(condition) - 1;
      return (tracks, say) => {
        const track = tracks[place];
        return track === undefined ? 'unknown' : say(track);
      };
    }
    case 'not': {
      const part = verdictOf(condition.part, leaves);
      return (tracks, say) => {
        const verdict = part(tracks, say);
        return verdict === 'unknown' ? verdict : verdict === 'holds' ? 'fails' : 'holds';
      };
    }
    case 'and':
    case 'or': {
      const parts = condition.parts.map((part) => verdictOf(part, leaves));
      const [decisive, else_] =
        condition.kind === 'and' ? (['fails', 'holds'] as const) : (['holds', 'fails'] as const);
      return (tracks, say) => {
        let open = false;
        for (const part of parts) {
          const verdict = part(tracks, say);
          if (verdict === decisive) return decisive;
          open ||= verdict === 'unknown';
        }
        return open ? 'unknown' : else_;
      };
    }
  }
}
