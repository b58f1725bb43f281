import { join } from 'node:path';

/** The files of one records directory. */
export interface Layout {
  readonly directory: string;
  readonly journal: string;
  readonly snapshot: string;
  readonly lock: string;
  readonly reserve: string;
}

export function layoutOf(directory: string): Layout {
  return {
    directory,
    journal: join(directory, 'journal.jsonl'),
    snapshot: join(directory, 'snapshot.jsonl'),
    lock: join(directory, 'lock'),
    reserve: join(directory, 'reserve'),
  };
}
