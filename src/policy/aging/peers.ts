import type { Comparing } from '../../domain/condition.ts';
import type { ServerId, ServerName } from '../../domain/names.ts';
import type { Measurements } from '../../domain/sample.ts';
import { descend, dividing, type Descent } from './descent.ts';
import { sort } from '../median.ts';
import { alignedMs, seriesOf, type Reach } from './reach-back.ts';

/** A server that others are compared with. */
export interface Peer {
  readonly server: ServerId;
  /** When its present life began; null: unknown, and then it is never the freshest of several. */
  readonly youngSince: number | null;
}

/** What the freshest one has. */
export interface Fresh {
  readonly of: ServerName;
  readonly value: number;
}

/**
 * The median of the others is taken at whole quarters of a minute, so that a thousand servers that are read at a thousand
 * moments share it. That is far less than values that count as of the same moment may be apart.
 */
const medianEveryMs = 15_000;

/** More would hardly move a median, and a server that is aged for two hours asks for 480 of them. */
const mostCompared = 100;

/**
 * The serving servers of one backend, as each of them is compared with the others. What is found out for one of them is kept
 * for all: good until the next sample comes.
 */
export class Peers {
  readonly all: readonly Peer[];
  readonly measured: Measurements;
  /** From the freshest to the oldest, those of unknown age left out; the first of the list where two are alike. */
  readonly byAge: readonly number[];
  /** Those that the median is of: all, or so many of them, evenly spread. */
  readonly compared: ReadonlySet<number>;
  private readonly places: ReadonlyMap<ServerName, number>;
  private readonly others = new Map<string, Others>();

  constructor(all: readonly Peer[], measured: Measurements) {
    this.all = all;
    this.measured = measured;
    this.places = new Map(all.map(({ server }, index) => [server.server, index]));
    const step = Math.max(1, all.length / mostCompared);
    const count = Math.min(all.length, mostCompared);
    this.compared = new Set(Array.from({ length: count }, (_, index) => Math.floor(index * step)));
    const bornOf = (index: number): number => all[index]?.youngSince ?? Number.NEGATIVE_INFINITY;
    this.byAge = [...all.keys()]
      .filter((index) => bornOf(index) !== Number.NEGATIVE_INFINITY)
      .sort((a, b) => bornOf(b) - bornOf(a));
  }

  /** What they have of a figure, or of one per another. */
  of(leaf: Comparing, reach: Reach): Others {
    const key = `${leaf.figure} ${leaf.per ?? ''} ${reach}`;
    let found = this.others.get(key);
    if (found === undefined) this.others.set(key, (found = new Others(this, leaf, reach)));
    return found;
  }

  /** Where a server stands among them; -1: it does not serve. */
  placeOf({ server }: ServerId): number {
    return this.places.get(server) ?? -1;
  }
}

/**
 * What a median needs of the values of all of them at one moment: how many are known, and of those in order the one in the
 * middle of all but the last, and the two after it. Whichever is left out, the median of the rest is made of these.
 */
interface Moment {
  readonly count: number;
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** One quantity of all peers, asked for by one of them at any moment. */
export class Others {
  private readonly peers: Peers;
  private readonly leaf: Comparing;
  private readonly reach: Reach;
  private readonly descents: (Descent | undefined)[] = [];
  private readonly moments = new Map<number, Moment>();
  /** Room to put values in order. */
  private readonly values: Float64Array;

  constructor(peers: Peers, leaf: Comparing, reach: Reach) {
    this.peers = peers;
    this.leaf = leaf;
    this.reach = reach;
    this.values = new Float64Array(peers.compared.size);
  }

  /** The median of the others of which a value is known; NaN of none. */
  median(server: ServerId, at: number): number {
    const moment = Math.floor(at / medianEveryMs) * medianEveryMs;
    const { count, low, middle, high } = this.moment(moment);
    const place = this.peers.placeOf(server);
    const own = this.peers.compared.has(place) ? this.valueAt(place, moment) : Number.NaN;
    if (Number.isNaN(own)) return count % 2 === 1 ? middle : (low + middle) / 2;
    // The n-th of the others is the one after it where its own value is not above it.
    const lower = own <= low ? middle : low;
    return count % 2 === 0 ? lower : (lower + (own <= middle ? high : middle)) / 2;
  }

  /** Of the others whose life had begun at that moment, and of which a value is known, the freshest; null: none. */
  freshest(server: ServerId, at: number): Fresh | null {
    const { all, byAge } = this.peers;
    const itself = this.peers.placeOf(server);
    for (const index of byAge) {
      if (index === itself || !((all[index]?.youngSince ?? Infinity) <= at)) continue;
      const value = this.valueAt(index, at);
      if (!Number.isNaN(value)) return this.fresh(index, value);
    }
    // Of a single other one it does not matter that nobody knows its age.
    const alone = all.length <= 2 ? all.findIndex((_, index) => index !== itself) : -1;
    const others = all.length - (itself === -1 ? 0 : 1);
    if (others !== 1 || all[alone]?.youngSince !== null) return null;
    const value = this.valueAt(alone, at);
    return Number.isNaN(value) ? null : this.fresh(alone, value);
  }

  private fresh(index: number, value: number): Fresh | null {
    const peer = this.peers.all[index];
    return peer === undefined ? null : { of: peer.server.server, value };
  }

  private moment(at: number): Moment {
    const known = this.moments.get(at);
    if (known !== undefined) return known;
    const { values } = this;
    let count = 0;
    for (const index of this.peers.compared) {
      const value = this.valueAt(index, at);
      if (!Number.isNaN(value)) values[count++] = value;
    }
    sort(values, count);
    const first = (count - 2) >> 1;
    const nth = (index: number): number => (index < count ? (values[index] ?? Number.NaN) : Number.NaN);
    const made = { count, low: nth(first), middle: nth(first + 1), high: nth(first + 2) };
    this.moments.set(at, made);
    return made;
  }

  private valueAt(index: number, at: number): number {
    return (this.descents[index] ??= this.descentOf(index))(at);
  }

  private descentOf(index: number): Descent {
    const { all, measured } = this.peers;
    const peer = all[index];
    if (peer === undefined) return () => Number.NaN;
    const since = peer.youngSince ?? Number.NEGATIVE_INFINITY;
    const near = alignedMs(this.reach);
    const series = (figure: string): Descent =>
      descend(seriesOf(measured, peer.server, figure, this.reach), since, near);
    return dividing(series(this.leaf.figure), this.leaf.per === null ? null : series(this.leaf.per));
  }
}
