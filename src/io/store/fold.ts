import type { Records } from '../../domain/records.ts';
import { damaged } from './failure.ts';
import { currentFormat } from './format.ts';
import type { Layout } from './layout.ts';
import { walk, type Found } from './walk.ts';

/** What the files say. */
export interface Folded {
  readonly records: Records;
  /** The last sequence number. */
  readonly seq: number;
  /** Bytes of the journal that are whole lines; what follows is an unterminated line. */
  readonly wholeBytes: number;
  readonly lines: number;
  /** The formats of the files; `currentFormat` where there is none. */
  readonly formats: { readonly journal: number; readonly snapshot: number };
  /** The last sequence number in the journal itself; never behind the snapshot, unless it was swapped meanwhile. */
  readonly journalSeq: number;
}

/**
 * Folds snapshot and journal, and refuses both at any damage. Pure.
 * @throws RejuvError records-damaged, records-newer
 */
export function fold(layout: Layout, found: Found): Folded {
  const { records, seq, journal, snapshot, damages } = walk(layout, found);
  const [damage] = damages;
  if (damage !== undefined) throw damaged(damage.path, damage.line, damage.problem);
  return {
    records,
    seq,
    wholeBytes: journal?.wholeBytes ?? 0,
    lines: journal?.lines ?? 0,
    formats: { journal: journal?.format ?? currentFormat, snapshot: snapshot?.format ?? currentFormat },
    journalSeq: journal?.entries.at(-1)?.seq ?? journal?.after ?? 0,
  };
}
