import type { Boot } from '../../domain/boot.ts';
import type { ErrorCode } from '../../domain/catalogue.ts';
import { asRejuvError } from '../../domain/errors.ts';
import type { Answer } from '../../domain/fault.ts';
import type { Clock, Host, Hosts } from '../../domain/seams.ts';
import type { SshSettings } from '../../domain/settings.ts';
import type { Observation } from '../../policy/fault/evidence.ts';
import { NoAnswer, within } from './patience.ts';

/** For reading the boot id over a login that stands. */
const bootMs = 5_000;
/** Beside `connectTimeout`, for an adapter that does not keep it. */
const slackMs = 1_000;

/** The host answered, but would not let us in: that is for `rejuv check`, and says nothing about its health. */
const refusals: readonly ErrorCode[] = [
  'host-key-unknown',
  'host-key-changed',
  'known-hosts-unreadable',
  'login-refused',
  'key-unusable',
];

export interface LoginLook {
  readonly observation: Observation;
  /** Null: it could not be read. */
  readonly boot: Boot | null;
}

/** One login that is kept from look to look, since a new one each time costs both ends far more. */
export interface Login {
  look(stop: AbortSignal): Promise<LoginLook>;
  close(): void;
}

export function createLogin(
  { clock, hosts }: { readonly clock: Clock; readonly hosts: Hosts },
  settings: SshSettings,
): Login {
  let kept: Host | null = null;

  function drop(): void {
    // A connection that does not even close holds nobody up.
    void kept?.close().catch(() => undefined);
    kept = null;
  }

  async function connect(stop: AbortSignal): Promise<Host> {
    let givenUp = false;
    const opening = async (signal: AbortSignal): Promise<Host> => {
      const host = await hosts.connect(settings, signal);
      // Whoever opens closes, also what came too late.
      if (givenUp) await host.close();
      return host;
    };
    try {
      return await within(clock, settings.connectTimeoutMs + slackMs, stop, opening);
    } catch (thrown) {
      givenUp = true;
      throw thrown;
    }
  }

  return {
    async look(stop) {
      const seen = (answer: Answer, detail: string, boot: Boot | null): LoginLook => ({
        observation: { source: 'ssh', at: clock.now(), answer, detail },
        boot,
      });
      try {
        const host = (kept ??= await connect(stop));
        const boot = await within(clock, bootMs, stop, async (signal) => await host.boot(signal));
        return seen('passed', `it has run for ${Math.round(boot.uptimeMs / 60_000)} min`, boot);
      } catch (thrown) {
        drop();
        stop.throwIfAborted();
        if (thrown instanceof NoAnswer) return seen('failed', thrown.message, null);
        const { code, message } = asRejuvError(thrown);
        const unknown = refusals.includes(code) || code === 'internal';
        return seen(unknown ? 'unknown' : 'failed', message, null);
      }
    },
    close: drop,
  };
}
