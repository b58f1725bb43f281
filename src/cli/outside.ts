import type { Control } from '../control/control.ts';
import type { Operation } from '../domain/operation.ts';
import type { Clock } from '../domain/seams.ts';
import type { Settings } from '../domain/settings.ts';
import type { Finding } from './check/finding.ts';

/** Control that acts straight on the runtime sockets, in this process. */
export interface Direct {
  readonly control: Control;
  /** What could not be had and is done without. */
  readonly warnings: readonly string[];
  /** Ends what runs before its first action, then closes everything. */
  close(): Promise<void>;
}

/** What the commands reach beyond this process. The composition root plugs in the real thing, the tests a fake. */
export interface Outside {
  readonly clock: Clock;
  /** Raises config-unreadable, config-invalid. */
  settings(path: string): Promise<Settings>;
  configSchema(): unknown;
  /** The running sidecar, or null when none listens. Raises sidecar-lost when it cannot be reached. */
  sidecar(settings: Settings): Promise<Control | null>;
  /** To act: takes the lock of the records. Raises records-*. */
  direct(settings: Settings, options: { readonly unrecorded: boolean }): Promise<Direct>;
  /** To look only: takes no lock, writes nothing, and copes with records that cannot be read. */
  onlooker(settings: Settings): Promise<Direct>;
  /** Operations in the records, newest first, without a lock. Raises records-damaged, records-newer. */
  history(settings: Settings): Promise<readonly Operation[]>;
  /** Runs the sidecar until `stop` fires. */
  daemon(settings: Settings, log: NodeJS.WritableStream, stop: AbortSignal): Promise<void>;
  /** Examines everything that the settings point at. */
  examine(settings: Settings): Promise<readonly Finding[]>;
}
