import { asRejuvError } from '../../domain/errors.ts';
import type { Host, Hosts } from '../../domain/seams.ts';
import type { SshSettings } from '../../domain/settings.ts';

/** One login per server, kept from reading to reading: a handshake every few seconds would cost more than what is read. */
export interface Logins {
  /** Raises those of Hosts.connect and of `work`; after a lost connection the next use logs in again. */
  use<T>(server: string, ssh: SshSettings, signal: AbortSignal, work: (host: Host) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function createLogins(hosts: Hosts): Logins {
  const kept = new Map<string, Promise<Host>>();

  function connect(server: string, ssh: SshSettings, signal: AbortSignal): Promise<Host> {
    const before = kept.get(server);
    if (before !== undefined) return before;
    const opening = hosts.connect(ssh, signal);
    kept.set(server, opening);
    return opening;
  }

  async function drop(server: string): Promise<void> {
    const host = kept.get(server);
    kept.delete(server);
    // A connection that does not even close holds nobody up.
    await host?.then(async (one) => await one.close()).catch(() => undefined);
  }

  return {
    async use(server, ssh, signal, work) {
      try {
        return await work(await connect(server, ssh, signal));
      } catch (thrown) {
        // A slow command is no reason to log in again; everything else may be.
        if (signal.aborted || asRejuvError(thrown).code !== 'command-deadline') void drop(server);
        throw thrown;
      }
    },
    async close() {
      await Promise.all([...kept.keys()].map(drop));
    },
  };
}
