import type { ServerId } from '../domain/names.ts';
import { formatServerId } from '../domain/names.ts';
import { serverRecord, type Intent, type Records } from '../domain/records.ts';
import type { AdminState } from '../domain/server.ts';
import {
  rowsOf,
  sameProcess,
  type LoadBalancerView,
  type ServerRow,
  type Snapshot,
} from '../domain/snapshot.ts';
import { configuredDefault, ownerOf } from './ownership.ts';

/**
 * What became of rejuv's last word on one server on one load balancer.
 * none: rejuv never said one, or a person has spoken since · kept: it holds, and is known to · confirmed: it holds, which is not on record for this
 * process yet · unfinished: the write it announced was never made · forgotten: a new process came up without it ·
 * by-hand: somebody else has spoken since.
 */
export type Kept = 'none' | 'kept' | 'confirmed' | 'unfinished' | 'forgotten' | 'by-hand';

/** How long before its process begins a state file may have been saved: the drop-in does it right before a reload. */
const savedBeforeMs = 60_000;

/**
 * Compares what a load balancer has with what rejuv said last. The same process and another state is a person's. A
 * new process forgets what was set at run time: ours to heal is only what its own configuration explains, or a state
 * file: one that it loaded once more (`earlier`), or one that was saved right before rejuv set its last word. Pure.
 */
export function keptOn(view: LoadBalancerView, row: ServerRow, records: Records): Kept {
  const intent = serverRecord(records, row.id).intents[view.name];
  if (intent === undefined || intent.yielded) return 'none';
  const same = sameProcess(intent.process, view.process);
  if (row.admin === intent.to) return same && !intent.unsure ? 'kept' : 'confirmed';
  const unwritten = intent.unsure && row.admin === intent.from;
  if (same) return unwritten ? 'unfinished' : 'by-hand';
  const saved = row.admin === cameUpWith(view, row.id, records) || savedBefore(view, row, intent);
  return configuredDefault(row) || saved || unwritten ? 'forgotten' : 'by-hand';
}

/** A person has set it, and not rejuv, nor HAProxy's configuration or an old state file: it is that person's. */
function setByHand(view: LoadBalancerView, row: ServerRow, records: Records): boolean {
  const kept = keptOn(view, row, records);
  const { intents } = serverRecord(records, row.id);
  const owner = ownerOf(row, view.process, intents[view.name]);
  return owner === 'person' && kept !== 'forgotten' && kept !== 'unfinished';
}

/** A state that a person has set on one load balancer. */
export interface Hand {
  readonly loadBalancer: string;
  readonly admin: AdminState;
}

/** What a person has set for one server, on each load balancer, seen or away. Pure. */
export function handsOn(snapshot: Snapshot, records: Records, id: ServerId): Hand[] {
  const seen = rowsOf(snapshot, id)
    .filter(({ view, row }) => setByHand(view, row, records))
    .map(({ view, row }): Hand => ({ loadBalancer: view.name, admin: row.admin }));
  return [...seen, ...handsAway(snapshot, records, id)];
}

/** What a person had set where a load balancer is away now: it comes back with that. Pure. */
export function handsAway({ gaps, excused }: Snapshot, records: Records, id: ServerId): Hand[] {
  return [...gaps, ...excused].flatMap(({ name }): Hand[] => {
    const admin = handLeft(records, id, name);
    return admin === null ? [] : [{ loadBalancer: name, admin }];
  });
}

/** What a person had set on a load balancer when it was last seen; null: nothing, or its process is gone. Pure. */
export function handLeft(records: Records, id: ServerId, loadBalancer: string): AdminState | null {
  const hand = serverRecord(records, id).hands[loadBalancer];
  const last = records.processes[loadBalancer]?.process;
  return hand !== undefined && last !== undefined && sameProcess(hand.process, last) ? hand.admin : null;
}

/** Whether what a person has set here is not on record yet. Pure. */
export function handIsNews(view: LoadBalancerView, row: ServerRow, records: Records): boolean {
  const kept = keptOn(view, row, records);
  if (kept !== 'none') return kept === 'by-hand';
  const { intents, hands } = serverRecord(records, row.id);
  const hand = hands[view.name];
  if (hand !== undefined && sameProcess(hand.process, view.process)) return hand.admin !== row.admin;
  return ownerOf(row, view.process, intents[view.name]) === 'person';
}

/** Saved, then set by rejuv, then read by the new process: all of it within the moment of a reload. */
function savedBefore({ process }: LoadBalancerView, { admin }: ServerRow, { from, at }: Intent): boolean {
  return admin === from && at >= process.startedAtSeconds * 1000 - savedBeforeMs;
}

/** What the process before this one had come up with: an old state file brings it back. */
function cameUpWith(view: LoadBalancerView, id: ServerId, records: Records): AdminState | undefined {
  const seen = records.processes[view.name];
  if (seen === undefined) return undefined;
  const before = sameProcess(seen.process, view.process) ? seen.earlier : seen.states;
  return before[formatServerId(id)];
}
