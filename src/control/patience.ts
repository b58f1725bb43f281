import type { ErrorCode } from '../domain/catalogue.ts';
import { RejuvError } from '../domain/errors.ts';
import { isEnd } from '../domain/operation.ts';
import type { Interruption } from './interruption.ts';
import { operationIn, publish, type OperationScope } from './step-context.ts';

/** A load balancer that gives no usable answer: it may come back, and until then nothing is known. */
const away: readonly ErrorCode[] = [
  'socket-missing',
  'socket-denied',
  'haproxy-down',
  'haproxy-silent',
  'not-haproxy',
  'reply-truncated',
  'reply-too-long',
  'old-process',
  'not-in-line',
];

/** The same of one that is reached through SSH. */
const awayOverSsh: readonly ErrorCode[] = [
  'host-unreachable',
  'host-lost',
  'host-key-unknown',
  'host-key-changed',
  'known-hosts-unreadable',
  'login-refused',
  'key-unusable',
  'command-deadline',
];

/** On the way back also what went half-way: nothing may stay half-done, so it is tried until it is whole. */
const halfDone: readonly ErrorCode[] = ['haproxy-level', 'partial-write', 'not-read-back'];

/** What an operation does about failures that may pass: it stays open, says so once, and tries again. */
export interface Patience {
  passesOnCourse(failure: RejuvError): boolean;
  passesOnWayOut(failure: RejuvError): boolean;
  /** Waits a poll. `until`: what ends the wait early. False: this process leaves the rest as it is recorded. */
  wait(failure: RejuvError, until: 'abort' | 'halt'): Promise<boolean>;
  /** A step was taken: the next failure is a new one. */
  over(): void;
}

export function createPatience(scope: OperationScope, { abort, halt, stopping }: Interruption): Patience {
  /** By failure and load balancer: one that alternates between two is told of twice, not for ever. */
  const told = new Set<string>();

  const passes = ({ code, facts, cause }: RejuvError): boolean =>
    code === 'records-unwritable' ||
    away.includes(code) ||
    (facts['loadBalancer'] !== undefined && awayOverSsh.includes(code)) ||
    // Half-written because a load balancer went away: with it, the rest comes back.
    (code === 'partial-write' && cause instanceof RejuvError && passes(cause));

  async function tell(failure: RejuvError): Promise<void> {
    const { code, message, fix } = failure;
    const { id, kind, backend, server, deadline, phase } = operationIn(scope);
    publish(scope, `waits, and tries again: ${message}`);
    const at = scope.world.clock.now();
    // What it waits for begins anew; the time until then is not the server's.
    if (deadline !== null && !isEnd(phase)) {
      await scope.journal.record({ type: 'deadline-set', at, id, deadline: null }).catch(() => undefined);
    }
    const spell = `${code} ${String(failure.facts['loadBalancer'] ?? '')}`;
    if (told.has(spell)) return;
    told.add(spell);
    const what = `${kind} of ${backend}/${server} waits in ${phase}: ${message}`;
    const about = { code, message: what, fix, server: { backend, server }, operation: id };
    await scope.journal.record({ type: 'alert', at, ...about }).catch(() => undefined);
  }

  return {
    passesOnCourse: passes,
    passesOnWayOut: (failure) => passes(failure) || halfDone.includes(failure.code),
    async wait(failure, until) {
      if (halt.aborted || (stopping() && until === 'halt')) return false;
      await tell(failure);
      const signal = until === 'abort' ? AbortSignal.any([abort, halt]) : halt;
      await scope.world.clock.sleep(scope.world.settings.pollMs, signal).catch(() => undefined);
      return !halt.aborted;
    },
    over() {
      told.clear();
    },
  };
}
