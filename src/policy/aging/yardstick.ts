import type { Comparing } from '../../domain/condition.ts';
import type { ServerId, ServerName } from '../../domain/names.ts';
import type { RuleFacts } from './facts.ts';
import type { Others } from './peers.ts';
import { reachOf } from './reach-back.ts';

/** What a measured value was compared with, before it was multiplied; its value is NaN where nothing is known. */
export interface Reference {
  readonly of: ServerName | 'peers';
  readonly value: number;
}

/** What a value of a server is compared with, at any moment. */
export interface Yardstick {
  /** NaN: it is not known. */
  limitAt(server: ServerId, at: number): number;
  /** What it was for the moment asked for last; null: it is a number of the file. */
  readonly reference: Reference | null;
}

/** The yardstick of a comparison. */
export function yardstickOf(leaf: Comparing, { peers, rule }: RuleFacts): Yardstick {
  const { limit } = leaf;
  if (limit.kind === 'number') return { limitAt: () => limit.value, reference: null };
  const others = peers.of(leaf, reachOf(rule));
  return limit.kind === 'peers' ? new PeersMedian(others, limit.times) : new Freshest(others, limit.times);
}

class PeersMedian implements Yardstick {
  private readonly others: Others;
  private readonly times: number;
  private value = Number.NaN;

  constructor(others: Others, times: number) {
    this.others = others;
    this.times = times;
  }

  limitAt(server: ServerId, at: number): number {
    this.value = this.others.median(server, at);
    return this.times * this.value;
  }

  get reference(): Reference {
    return { of: 'peers', value: this.value };
  }
}

class Freshest implements Yardstick {
  reference: Reference | null = null;
  private readonly others: Others;
  private readonly times: number;

  constructor(others: Others, times: number) {
    this.others = others;
    this.times = times;
  }

  limitAt(server: ServerId, at: number): number {
    this.reference = this.others.freshest(server, at);
    return this.times * (this.reference?.value ?? Number.NaN);
  }
}
