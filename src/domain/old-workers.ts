import type { RejuvError } from './errors.ts';
import { sameServer, type ServerId } from './names.ts';

/** What an old worker still has in progress at one server. */
export interface HeldRow {
  readonly id: ServerId;
  /** Without the port; empty where HAProxy does not tell it. */
  readonly address: string;
  readonly sessions: number;
  readonly queue: number;
}

/** A process of before a reload that still finishes its connections. It can neither be drained nor cut. */
export interface OldWorker {
  readonly pid: number;
  /** Servers that it has sessions or a queue at; of all backends. */
  readonly held: readonly HeldRow[];
  /**
   * Requests and client connections that are at no server now. Each may still bring one request to any server, for an
   * old worker knows nothing of what was drained since.
   */
  readonly unplaced: number;
}

/** What is known of the old workers of one load balancer. */
export type OldWorkers =
  /** A plain look does not ask. */
  | { readonly kind: 'not-asked' }
  /** No master socket is configured, so nobody can be asked. */
  | { readonly kind: 'no-master' }
  /** The master was asked and gave no usable answer. */
  | { readonly kind: 'unknown'; readonly error: RejuvError }
  | { readonly kind: 'counted'; readonly workers: readonly OldWorker[] };

/** Sessions and queue of one server in these old workers, as far as they were counted. */
export function heldBy(
  oldWorkers: OldWorkers,
  id: ServerId,
): { readonly sessions: number; readonly queue: number } {
  const sum = { sessions: 0, queue: 0 };
  if (oldWorkers.kind !== 'counted') return sum;
  for (const row of oldWorkers.workers.flatMap(({ held }) => held)) {
    if (!sameServer(row.id, id)) continue;
    sum.sessions += row.sessions;
    sum.queue += row.queue;
  }
  return sum;
}
