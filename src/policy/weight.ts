import type { WeightWord } from '../domain/records.ts';
import { sameProcess, type LoadBalancerView, type ServerRow } from '../domain/snapshot.ts';

/**
 * What became of rejuv's last word on the weight of a server on one load balancer.
 * none: nothing to keep · kept: it holds · confirmed: it holds, which is not on record for this process yet · lacking:
 * it was announced and never made, or a new process forgot it · by-hand: somebody else has set another one since.
 */
export type KeptWeight = 'none' | 'kept' | 'confirmed' | 'lacking' | 'by-hand';

/** How long before its process begins a state file may have been saved. */
const savedBeforeMs = 60_000;

/**
 * The weight that a share of the whole one comes to: at least 1, since 0 takes no new clients at all. Sent as a number,
 * because HAProxy rounds percentages down: 50% of 1 is 0 there.
 */
export function weightOf(share: number, whole: number): number {
  return share >= 1 || whole === 0 ? whole : Math.max(1, Math.round(whole * share));
}

/** The whole weight of a server: what a person had set before rejuv's first word, else what the configuration says. */
export function wholeWeight(word: WeightWord | undefined, row: ServerRow): number {
  if (word === undefined) return row.setWeight;
  return word.original ?? row.configuredWeight;
}

/** What `wholeWeight` goes back to: null where that is what the configuration says, whatever that will be. */
export function originalWeight({ setWeight, configuredWeight }: ServerRow): number | null {
  return setWeight === configuredWeight ? null : setWeight;
}

/**
 * Compares the weight that a load balancer has with rejuv's last word. `share` is what is wanted now: that of the word
 * while its operation goes on, else the whole. In the same process another weight is a person's. A new process begins
 * with the configured one, or with that of a state file. Pure.
 */
export function weightKept(
  { process }: Pick<LoadBalancerView, 'process'>,
  row: ServerRow,
  word: WeightWord,
  share: number,
): KeptWeight {
  if (word.yielded) return 'none';
  const wanted = weightOf(share, wholeWeight(word, row));
  const { setWeight } = row;
  if (sameProcess(word.process, process)) {
    if (setWeight === wanted) return word.unsure || word.share !== share ? 'confirmed' : 'kept';
    return setWeight === word.to || (word.unsure && setWeight === word.from) ? 'lacking' : 'by-hand';
  }
  if (setWeight === wanted) return word.share < 1 ? 'confirmed' : 'none';
  const known = setWeight === row.configuredWeight || setWeight === word.to || setWeight === word.from;
  if (word.share < 1) return known ? 'lacking' : 'by-hand';
  // The whole weight is back; only a state file saved in the middle of the ramp brings an older one.
  const saved = setWeight === word.from && word.at >= process.startedAtSeconds * 1000 - savedBeforeMs;
  return saved ? 'lacking' : 'none';
}
