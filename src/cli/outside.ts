import type { Control, History } from '../control/control.ts';
import type { GivenRates } from '../config/given-rates.ts';
import type { Clock, Cron } from '../domain/seams.ts';
import type { ListenSettings, Settings } from '../domain/settings.ts';
import type { Look } from '../io/store/look.ts';
import type { SetAside } from '../io/store/set-aside.ts';
import type { Finding } from './check/finding.ts';
import type { Surroundings } from './init/surroundings.ts';

/** Control that acts straight on the runtime sockets, in this process. */
export interface Direct {
  readonly control: Control;
  /** What could not be had and is done without. */
  readonly warnings: readonly string[];
  /** Ends what runs before its first action, then closes everything. */
  close(): Promise<void>;
}

/** What a sidecar starts from. */
export interface DaemonStart {
  readonly settings: Settings;
  /** The config file as it is now. Raises config-unreadable, config-invalid. */
  readonly reread: () => Promise<Settings>;
  /** Calls `listener` whenever a signal asks for a reload; returns how to stop that. */
  readonly onReload: (listener: () => void) => () => void;
}

/** What the commands reach beyond this process. The composition root plugs in the real thing, the tests a fake. */
export interface Outside {
  readonly clock: Clock;
  /** Raises config-unreadable, config-invalid. */
  settings(path: string): Promise<Settings>;
  /** The socket of the sidecar as a plain line of the file says it; null where only `settings` can tell. */
  listenLine(path: string): Promise<string | null>;
  configSchema(): Promise<unknown>;
  /** The running sidecar, or null when none listens. Raises sidecar-lost when it cannot be reached. */
  sidecar(settings: { readonly listen: Pick<ListenSettings, 'path'> }): Promise<Control | null>;
  /** To act: takes the lock of the records. Raises records-*. */
  direct(settings: Settings, options: { readonly unrecorded: boolean }): Promise<Direct>;
  /** To look only: takes no lock, writes nothing, and copes with records that cannot be read. */
  onlooker(settings: Settings): Promise<Direct>;
  /** What happened, out of the records, newest first, without a lock. Raises records-damaged, records-newer. */
  history(settings: Settings): Promise<History>;
  /** Runs the sidecar until `stop` fires. */
  daemon(start: DaemonStart, log: NodeJS.WritableStream, stop: AbortSignal): Promise<void>;
  /** Examines everything that the settings point at. */
  examine(settings: Settings): Promise<readonly Finding[]>;
  /** The records as they are, without a lock. Raises records-newer, records-unwritable. */
  records(settings: Settings): Promise<Look>;
  /** Sets damaged records aside; null where they are sound. Raises records-locked, records-newer, records-unwritable. */
  setAside(settings: Settings): Promise<SetAside | null>;
  /** The file of `advise --given`. Raises rates-unreadable, rates-invalid. */
  rates(path: string): Promise<GivenRates>;
  /** Which times a cron expression means. */
  cron(): Promise<Cron>;
  /** Writes a picture as a file. Raises picture-unwritable. */
  savePicture(path: string, text: string): Promise<void>;
  /** What a config file is written from, before there is one. */
  readonly init: Surroundings;
}
