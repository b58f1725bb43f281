import type { Event } from '../../domain/event.ts';
import type { Load, Snapshot } from '../../domain/snapshot.ts';
import type { BackendName, ServerId } from '../../domain/names.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Records } from '../../domain/records.ts';
import type { LoadBalancer } from '../../domain/seams.ts';
import type { Found, Step } from '../../domain/step.ts';
import type { KeeperScope } from '../keeper-scope.ts';
import type { Aligned } from '../keeper.ts';
import type { Ledger } from '../pair.ts';
import type { InTurn } from '../turns.ts';
import type { World } from '../world.ts';

/** A deadline that is recorded as an instant and waited for on the monotonic clock. */
export interface Deadline {
  readonly at: number;
  passed(): boolean;
  leftMs(): number;
}

/** What a step may use while it runs. */
export interface StepContext {
  readonly world: World;
  /** Which step of the operation this is. */
  readonly index: number;
  /** The operation as it stands in the records. */
  operation(): Operation;
  records(): Records;
  /** On the disk, and told to every listener, when it resolves. */
  record(event: Event): Promise<void>;
  /** This step was begun before, by this process or by one that died: what it does may have been done. */
  readonly again: boolean;
  /**
   * Records the instant and shows it in the progress. A step that is taken up again keeps the instant it had, unless
   * it starts `anew` because what it waits for does.
   */
  deadline(ms: number, start?: 'anew'): Promise<Deadline>;
  /** Shows a line of progress. */
  report(message: string, load?: Load): void;
  /** Tells a person. */
  alert(event: Omit<Extract<Event, { type: 'alert' }>, 'type' | 'at' | 'operation'>): Promise<void>;
  /** Runs work that counts what serves and then takes away, with no other operation of the backend in between. */
  inTurn: InTurn;
  /** Runs work that takes another server, with nobody beginning anything in between. Not within `inTurn`: who begins waits for that. */
  oneByOne<T>(work: () => Promise<T>): Promise<T>;
  /** Both load balancers now, for the backend of this server; one may be excused (`whenOneIsDown`). */
  look(server: ServerId): Promise<Snapshot>;
  /** The same of these backends, or of all, with what old workers of before a reload still hold. */
  lookClosely(backends: readonly BackendName[] | null): Promise<Snapshot>;
  /** The load balancers that answered in a snapshot. */
  answering(snapshot: Snapshot): readonly LoadBalancer[];
  /** Puts back what load balancers forgot of this backend. */
  align(snapshot: Snapshot, backend: BackendName): Promise<Aligned>;
  /** What the keeper acts through: for words of rejuv's other than admin states. */
  readonly keeper: KeeperScope;
  /** Records around each write to a load balancer, on the account of this operation. */
  ledger(server: ServerId): Ledger;
  /** Waits a moment between two looks. */
  pause(): Promise<void>;
  /** Fires when the step should stop waiting. */
  readonly signal: AbortSignal;
}

/**
 * How one kind of step is carried out. The engine looks, records what was found, acts, verifies; `undo` is data
 * again, and the same engine runs it.
 */
export interface StepLaw<S extends Step> {
  /** What it does, one line each, with the very commands. */
  describe(step: S, loadBalancers: readonly string[]): string[];
  /** Reads only. Raises when the step must not be taken. */
  look(step: S, context: StepContext): Promise<Found>;
  /** Safe to repeat. */
  act(step: S, found: Found, context: StepContext): Promise<void>;
  /** Gives the proof that was seen, for the history; raises when there is none. */
  verify(step: S, found: Found, context: StepContext): Promise<string>;
  /** The steps that lead back to what was found, in order. */
  undo(step: S, found: Found): Step[];
}

/** For steps that only wait or only observe. */
export const nothingFound = (): Promise<Found> => Promise.resolve({});
export const nothingToUndo = (): Step[] => [];
