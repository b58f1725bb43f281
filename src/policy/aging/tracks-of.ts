import type { Leaf } from '../../domain/condition.ts';
import type { Life, RuleFacts } from './facts.ts';
import { SampleTrack } from './sample-track.ts';
import type { Track } from './track.ts';
import { TrendTrack } from './trend-track.ts';
import { passesAt, UptimeTrack } from './uptime-track.ts';
import { yardstickOf } from './yardstick.ts';

/** Makes the tracks of one comparison or trend, one per server. Pure but for where a track stands. */
export function tracksOf(leaf: Leaf, facts: RuleFacts): (life: Life) => Track {
  if (leaf.kind === 'reaches') return (life) => new TrendTrack(leaf, life, facts);
  if (leaf.figure === 'uptime') {
    return ({ youngSince }) => new UptimeTrack(leaf, youngSince, passesAt(leaf, youngSince));
  }
  const yardstick = yardstickOf(leaf, facts);
  return (life) => new SampleTrack(leaf, yardstick, life, facts);
}
