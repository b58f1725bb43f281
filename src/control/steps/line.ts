import type { Boot } from '../../domain/boot.ts';
import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import type { Host, RebootOrder } from '../../domain/seams.ts';
import type { RebootStep } from '../../domain/host-steps.ts';
import type { StepContext } from './step-law.ts';

/** How long a login to the returning host may take before it is tried again. */
const connectMs = 10_000;
/** How long the kept connection may stay silent before a new one is made. */
const silentMs = 2_000;

/**
 * The line to a host that is told to reboot. The connection that gave the order is kept and asked: its end is the
 * first sign that something happens over there, even where sshd is back before anybody could log in again.
 */
export interface Line {
  /** Makes the connection, where there is none. Raises as Hosts.connect. */
  logIn(): Promise<void>;
  order(bootId: string): Promise<RebootOrder>;
  /** Which boot answers now, over the kept connection or a new one; or why none does. */
  boot(): Promise<Boot | RejuvError>;
  /** The connection has ended, or could not be made, at some time since the order. */
  dropped(): boolean;
  hangUp(): Promise<void>;
}

export function createLine(step: RebootStep, context: StepContext): Line {
  const { clock, hosts } = context.world;
  let host: Host | null = null;
  let ordered = false;
  let dropped = false;

  async function hangUp(): Promise<void> {
    const old = host;
    host = null;
    await old?.close();
  }

  async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | RejuvError> {
    const problem = `no answer within ${ms} ms`;
    const patience = clock.timeout(ms, new RejuvError('host-unreachable', { host: step.host.host, problem }));
    try {
      return await work(AbortSignal.any([context.signal, patience.signal]));
    } catch (thrown) {
      context.signal.throwIfAborted();
      return asRejuvError(thrown);
    } finally {
      patience.clear();
    }
  }

  return {
    async logIn() {
      host ??= await hosts.connect(step.host, context.signal);
    },

    async order(bootId) {
      host ??= await hosts.connect(step.host, context.signal);
      const answer = await host.reboot(step.command, bootId, step.deadlineMs, context.signal);
      ordered = true;
      dropped = answer === 'dropped' || answer === 'unknown';
      return answer;
    },

    async boot() {
      if (host === null) {
        const answer = await within(connectMs, async (signal) => await hosts.connect(step.host, signal));
        if (answer instanceof RejuvError) {
          dropped ||= ordered;
          return answer;
        }
        host = answer;
      }
      const kept = host;
      const answer = await within(silentMs, async (signal) => await kept.boot(signal));
      if (answer instanceof RejuvError) {
        dropped ||= ordered && answer.code === 'host-lost';
        await hangUp();
      }
      return answer;
    },

    dropped: () => dropped,
    hangUp,
  };
}
