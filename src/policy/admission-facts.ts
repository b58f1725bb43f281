import type { RejuvError } from '../domain/errors.ts';
import type { ServerId } from '../domain/names.ts';
import type { Operation } from '../domain/operation.ts';
import type { Records } from '../domain/records.ts';
import type { Measurements } from '../domain/sample.ts';
import type { BackendSettings, ServerSettings, Settings } from '../domain/settings.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { BlockerFacts } from './blockers.ts';
import type { Freezes } from './calendar/scopes.ts';

/** What admission looks at. */
export interface AdmissionFacts {
  readonly settings: Settings;
  readonly backend: BackendSettings;
  readonly server: ServerSettings;
  /** All rows of both load balancers. */
  readonly snapshot: Snapshot;
  readonly records: Records;
  /** Of the calendar of all backends, and of that of the backend: freezes from the file and from calendar files. */
  readonly freezes: Freezes;
  /** What was said outside, before the look; what was not, or too long ago, blocks. */
  readonly blockers: BlockerFacts;
  readonly measured: Measurements;
  /** True for an open operation that nobody carries out: found in the records after a crash. */
  readonly abandoned: (operation: Operation) => boolean;
  /** Servers of the backend that are found to age: they take no state over. */
  readonly aging: readonly ServerId[];
}

/** Who takes part beside the server itself. */
export interface Partners {
  /** The spare that takes over; null where none is needed or none is free. */
  readonly spare: ServerSettings | null;
  /** Where all serve: who takes the state over; null where none is handed over, or nobody can. */
  readonly receiver: ServerSettings | null;
}

export interface Admission extends Partners {
  /** Every reason that blocks, most basic first; empty: admitted. */
  readonly blocked: readonly RejuvError[];
}
