import { RejuvError } from '../../src/domain/errors.ts';
import type { Event, EventType } from '../../src/domain/event.ts';
import { apply } from '../../src/domain/fold-records.ts';
import { noRecords, type Records } from '../../src/domain/records.ts';
import type { Store } from '../../src/domain/seams.ts';

/** The records in memory. Fails at the event types named with `failAt`; `events` is all that was recorded. */
export class FakeStore implements Store {
  readonly events: Event[] = [];
  closed = false;
  /** reserved: nothing new can be begun, what runs is still recorded · all: nothing can be recorded. */
  full: 'no' | 'reserved' | 'all' = 'no';
  /** Looks at each event before it is on record. */
  onAppend: (event: Event) => void = () => undefined;
  private folded: Records;
  private readonly failing = new Map<EventType, Error>();

  constructor(records: Records = noRecords) {
    this.folded = records;
  }

  get records(): Records {
    return this.folded;
  }

  /** Every append of that type fails from here on, until `recover`. */
  failAt(type: EventType, error: Error = unwritable('the disk is full')): void {
    this.failing.set(type, error);
  }

  recover(type: EventType): void {
    this.failing.delete(type);
  }

  async append(event: Event): Promise<void> {
    await Promise.resolve();
    if (this.closed) throw unwritable('they were closed');
    const refused = this.full === 'all' || (this.full === 'reserved' && event.type === 'operation-opened');
    if (refused) throw unwritable('the disk is full');
    const failure = this.failing.get(event.type);
    if (failure !== undefined) throw failure;
    this.onAppend(event);
    // What comes back from a disk is a copy without undefined; so is this.
    const written = JSON.parse(JSON.stringify(event)) as Event;
    this.events.push(written);
    this.folded = apply(this.folded, written);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** The events of one type, in order. */
  of<T extends EventType>(type: T): Extract<Event, { type: T }>[] {
    return this.events.filter((event): event is Extract<Event, { type: T }> => event.type === type);
  }
}

function unwritable(problem: string): RejuvError {
  return new RejuvError('records-unwritable', { path: '/in/memory', problem });
}
