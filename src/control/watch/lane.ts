import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import type { BackendName } from '../../domain/names.ts';
import type { Clock, LoadBalancer } from '../../domain/seams.ts';
import type { LoadBalancerGap, LoadBalancerView } from '../../domain/snapshot.ts';
import { NoAnswer, within } from './patience.ts';

/** A read that is given up in the end, whatever the adapter does: its logins have deadlines of their own. */
const longestReadMs = 30_000;

/** Reads one load balancer for one backend, and never keeps the other one waiting. */
export interface Lane {
  /** A fresh view, or a gap once the patience is over; the slow read goes on, so that a slow login still succeeds. */
  look(stop: AbortSignal): Promise<LoadBalancerView | LoadBalancerGap>;
}

export function createLane(one: LoadBalancer, backend: BackendName, clock: Clock, patienceMs: number): Lane {
  let underWay: { readonly answer: Promise<LoadBalancerView>; readonly since: number } | null = null;

  function read(stop: AbortSignal): { readonly answer: Promise<LoadBalancerView>; readonly since: number } {
    const answer = within(clock, longestReadMs, stop, async (signal) => await one.read([backend], signal));
    const begun = { answer, since: clock.monotonic() };
    const ended = (): void => {
      if (underWay === begun) underWay = null;
    };
    answer.then(ended, ended);
    return begun;
  }

  return {
    async look(stop) {
      const { answer, since } = (underWay ??= read(stop));
      const rest = Math.max(0, since + patienceMs - clock.monotonic());
      try {
        return await within(clock, rest, stop, async () => await answer);
      } catch (thrown) {
        stop.throwIfAborted();
        const facts = { loadBalancer: one.name, command: 'show stat', deadlineMs: patienceMs };
        const error =
          thrown instanceof NoAnswer ? new RejuvError('haproxy-silent', facts) : asRejuvError(thrown);
        return { name: one.name, error, at: clock.now() };
      }
    },
  };
}
