import type { SocketAddress, SshSettings } from '../domain/settings.ts';
import type { Draft } from './fields.ts';
import type { WrittenSocket } from './socket-address.ts';
import type { SshTarget } from './ssh-target.ts';

/** A login as written, completed by the top-level `ssh:`. */
export function loginOf(defaults: Draft['ssh'], written: SshTarget): SshSettings {
  return {
    host: written.host,
    port: written.port ?? defaults.port,
    user: written.user ?? defaults.user,
    privateKey: written.privateKey ?? defaults.privateKey ?? null,
    agent: written.agent ?? defaults.agent,
    knownHosts: written.knownHosts ?? defaults.knownHosts,
    connectTimeoutMs: written.connectTimeout ?? defaults.connectTimeout,
  };
}

/** A runtime socket as written, its login completed. */
export function addressOf(defaults: Draft['ssh'], written: WrittenSocket): SocketAddress {
  if (written.kind !== 'ssh') return written;
  return { kind: 'ssh', login: loginOf(defaults, written.target), path: written.path };
}
