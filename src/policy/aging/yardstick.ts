import type { Comparing } from '../../domain/condition.ts';
import { sameServer, type ServerName } from '../../domain/names.ts';
import { median } from '../median.ts';
import { descend, dividing, type Descent } from './descent.ts';
import { alignedMs, seriesOf, type Peer, type RuleFacts } from './facts.ts';

/** What a value is compared with, at moments that are asked for from new to old. */
export interface Yardstick {
  /** NaN: it is not known. */
  limitAt(at: number): number;
  /** What it was at the moment asked for last, before it was multiplied; null: it is a number of the file. */
  readonly reference: { readonly of: ServerName | 'peers'; readonly value: number } | null;
}

/** The yardstick of a comparison of one server. */
export function yardstickOf(leaf: Comparing, facts: RuleFacts): Yardstick {
  const { limit } = leaf;
  switch (limit.kind) {
    case 'number':
      return { limitAt: () => limit.value, reference: null };
    case 'freshest':
      return freshest(leaf, limit.times, facts);
    case 'peers':
      return peersMedian(leaf, limit.times, facts);
  }
}

/** Of the peers whose life had begun at that moment, and of which a value is known, the youngest. */
function freshest(leaf: Comparing, times: number, facts: RuleFacts): Yardstick {
  const { peers } = facts;
  const descents: (Descent | undefined)[] = [];
  const alone = peers.length <= 2 && peers.filter((peer) => !isItself(peer, facts)).length === 1;
  let of: ServerName = facts.server.server;
  let value = Number.NaN;
  const valueAt = (at: number): number => {
    let youngest = Number.NEGATIVE_INFINITY;
    value = Number.NaN;
    for (let index = 0; index < peers.length; index += 1) {
      const peer = peers[index];
      if (peer === undefined) continue;
      const born = peer.youngSince ?? (alone ? 0 : Number.NaN);
      if (!(born > youngest && born <= at) || isItself(peer, facts)) continue;
      const descent = (descents[index] ??= descentOf(leaf, facts, peer));
      const found = descent(at);
      if (Number.isNaN(found)) continue;
      youngest = born;
      value = found;
      of = peer.server.server;
    }
    return value;
  };
  return {
    limitAt: (at) => times * valueAt(at),
    get reference() {
      return { of, value };
    },
  };
}

/** More would hardly move a median, and cost a look at each of a thousand servers for each of a thousand. */
const mostPeers = 32;

function peersMedian(leaf: Comparing, times: number, facts: RuleFacts): Yardstick {
  const descents: Descent[] = [];
  for (const peer of facts.peers) {
    if (descents.length === mostPeers) break;
    if (!isItself(peer, facts)) descents.push(descentOf(leaf, facts, peer));
  }
  const values = new Float64Array(descents.length);
  let value = Number.NaN;
  return {
    limitAt: (at) => {
      let count = 0;
      for (const descent of descents) {
        const found = descent(at);
        if (Number.isNaN(found)) continue;
        values[count] = found;
        count += 1;
      }
      value = median(values, count);
      return times * value;
    },
    get reference() {
      return { of: 'peers' as const, value };
    },
  };
}

function isItself({ server }: Peer, facts: RuleFacts): boolean {
  return sameServer(server, facts.server);
}

function descentOf({ figure, per }: Comparing, facts: RuleFacts, { server, youngSince }: Peer): Descent {
  const since = youngSince ?? Number.NEGATIVE_INFINITY;
  const near = alignedMs(facts);
  const below = per === null ? null : descend(seriesOf(facts, server, per), since, near);
  return dividing(descend(seriesOf(facts, server, figure), since, near), below);
}
