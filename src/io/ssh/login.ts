import { readFile } from 'node:fs/promises';
import { RejuvError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/seams.ts';
import type { SshSettings } from '../../domain/settings.ts';
import { fingerprint, judge, type KnownHost, knownTypes, lineFor, parseKnownHosts } from './known-hosts.ts';
import type { PrivateKeys } from './private-key.ts';
import { openSession, type PrivateKey, type Session } from './session.ts';

/** What every login of this process shares. */
export interface LoginContext {
  readonly clock: Clock;
  readonly keys: PrivateKeys;
  /** SSH_AUTH_SOCK; null without one. */
  readonly agentSocket: string | null;
  readonly keepaliveMs: number;
}

/** How often a silent peer is asked whether it lives; it is given up after three unanswered ones. */
export const usualKeepaliveMs = 3_000;

/**
 * Logs in to one host. Raises: host-unreachable, host-key-unknown, host-key-changed, known-hosts-unreadable,
 * login-refused, key-unusable.
 */
export async function logIn(host: SshSettings, context: LoginContext, signal: AbortSignal): Promise<Session> {
  signal.throwIfAborted();
  const name = hostName(host);
  const entries = await readKnownHosts(host.knownHosts);
  const credentials = await readCredentials(host, context);
  try {
    return await openSession(
      {
        name,
        host: host.host,
        port: host.port,
        user: host.user,
        key: credentials.key,
        agentSocket: credentials.agentSocket,
        knownTypes: knownTypes(entries, host.host, host.port),
        refusal: (key) => refusal(host, entries, key),
        connectTimeoutMs: host.connectTimeoutMs,
        keepaliveMs: context.keepaliveMs,
      },
      context.clock,
      signal,
    );
  } catch (error) {
    const refused = error instanceof RejuvError && error.code === 'login-refused';
    throw refused && credentials.problem !== null ? credentials.problem : error;
  }
}

/** `user@host:port`; an IPv6 address in brackets. */
export function hostName(host: SshSettings): string {
  return `${host.user}@${host.host.includes(':') ? `[${host.host}]` : host.host}:${host.port}`;
}

async function readKnownHosts(path: string): Promise<readonly KnownHost[]> {
  try {
    return parseKnownHosts(await readFile(path, 'utf8'));
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new RejuvError('known-hosts-unreadable', { knownHosts: path, problem }, { cause });
  }
}

interface Credentials {
  readonly key: PrivateKey | null;
  readonly agentSocket: string | null;
  /** Why one of the two ways could not even be tried; told when the other one fails. */
  readonly problem: RejuvError | null;
}

/** An unusable way to log in is forgiven as long as there is another: keys with a passphrase live in agents. */
async function readCredentials(host: SshSettings, context: LoginContext): Promise<Credentials> {
  const agentSocket = host.agent ? context.agentSocket : null;
  const missing =
    host.agent && agentSocket === null
      ? new RejuvError('key-unusable', { path: 'of the agent', problem: 'SSH_AUTH_SOCK is not set' })
      : null;
  if (host.privateKey === null) {
    if (missing !== null) throw missing;
    return { key: null, agentSocket, problem: null };
  }
  try {
    return { key: await context.keys.read(host.privateKey), agentSocket, problem: missing };
  } catch (error) {
    if (agentSocket === null || !(error instanceof RejuvError)) throw error;
    return { key: null, agentSocket, problem: error };
  }
}

function refusal(host: SshSettings, entries: readonly KnownHost[], key: Buffer): RejuvError | null {
  const verdict = judge(entries, host.host, host.port, key);
  if (verdict === 'known') return null;
  return new RejuvError(verdict === 'unknown' ? 'host-key-unknown' : 'host-key-changed', {
    host: hostName(host),
    knownHosts: host.knownHosts,
    fingerprint: fingerprint(key),
    line:
      verdict === 'revoked'
        ? '(none: the file marks this very key as @revoked, so give the host a new one)'
        : lineFor(host.host, host.port, key),
  });
}
