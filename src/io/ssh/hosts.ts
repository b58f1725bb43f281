import type { Clock, Hosts } from '../../domain/seams.ts';
import { copyBetween } from './copy-between.ts';
import { createHost } from './host.ts';
import { logIn, type LoginContext, usualKeepaliveMs } from './login.ts';
import { createPrivateKeys } from './private-key.ts';

/** What the SSH adapters need. */
export interface SshOptions {
  readonly clock: Clock;
  /** SSH_AUTH_SOCK. */
  readonly agentSocket?: string | undefined;
  /** How often a silent peer is asked whether it lives; after three unanswered ones it is given up. */
  readonly keepaliveMs?: number;
}

/** The Hosts seam over SSH: one connection per connect(), two per copy(). */
export function createHosts(options: SshOptions): Hosts {
  const context = loginContext(options);
  return {
    connect: async (host, signal) => createHost(await logIn(host, context, signal), context.clock),
    copy: (from, to, deadlineMs, signal) => copyBetween(from, to, deadlineMs, context, signal),
  };
}

export function loginContext(options: SshOptions): LoginContext {
  return {
    clock: options.clock,
    keys: createPrivateKeys(),
    agentSocket: options.agentSocket ?? null,
    keepaliveMs: options.keepaliveMs ?? usualKeepaliveMs,
  };
}
