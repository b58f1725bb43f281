import type { Event } from '../../domain/event.ts';
import { apply } from '../../domain/fold-records.ts';
import type { Records } from '../../domain/records.ts';
import type { Store } from '../../domain/seams.ts';

/** A store that forgets: for looking without writing, and for `--unrecorded`. It starts from `records`. */
export function createMemoryStore(records: Records): Store {
  let current = records;
  return {
    get records() {
      return current;
    },
    append(event: Event) {
      current = apply(current, event);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
