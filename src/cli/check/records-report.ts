import { formatServerId } from '../../domain/names.ts';
import { openOperations } from '../../domain/records.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Look } from '../../io/store/look.ts';
import type { SetAside } from '../../io/store/set-aside.ts';
import type { Damage, Walk } from '../../io/store/walk.ts';

/** `rejuv check --records --json`. Instants are ISO 8601. */
export interface RecordsReport {
  readonly directory: string;
  readonly sound: boolean;
  /** A rejuv has them open to write; null where that may not be looked at. */
  readonly locked: boolean | null;
  readonly files: readonly FileReport[];
  readonly openOperations: readonly OperationReport[];
  readonly damages: readonly DamageReport[];
}

interface FileReport {
  readonly file: 'journal' | 'snapshot';
  readonly path: string;
  /** Null where it cannot be read. */
  readonly format: number | null;
  /** Whole entries in it; a snapshot holds everything up to `lastSequence`, folded. */
  readonly entries: number | null;
  readonly lastSequence: number | null;
  readonly lastEntryAt: string | null;
  readonly bytes: number;
  /** Bytes behind the last whole line: never acknowledged, and cut off at the next start. */
  readonly unterminatedBytes: number;
}

interface OperationReport {
  readonly id: string;
  readonly kind: string;
  readonly server: string;
  readonly phase: string;
  readonly startedAt: string;
}

interface DamageReport extends Damage {
  /** Whole entries of the journal that stand at or after it, and cannot be trusted. */
  readonly after: number;
  readonly consequence: string;
}

/** `rejuv check --records --set-aside --json`. */
export interface SetAsideReport {
  readonly changed: boolean;
  /** Where the damaged files are now. */
  readonly setAside: readonly string[];
  readonly damages: readonly DamageReport[];
  readonly keptUpTo: number;
  readonly keptOperations: number;
  readonly lostEntries: number;
  readonly lostOperations: readonly OperationReport[];
  readonly endedOperations: readonly OperationReport[];
  readonly heldServers: readonly string[];
}

/** What was seen, as the contract shows it. */
export function reportLook({ layout, locked, bytes, seen }: Look): RecordsReport {
  const { journal, snapshot } = seen;
  const last = journal?.entries.at(-1);
  return {
    directory: layout.directory,
    sound: seen.damages.length === 0,
    locked,
    files: [
      ...(snapshot === null
        ? []
        : [
            {
              ...{ file: 'snapshot' as const, path: layout.snapshot, format: snapshot.format, entries: null },
              ...{ lastSequence: snapshot.base?.seq ?? null, lastEntryAt: null },
              ...{ bytes: bytes.snapshot ?? 0, unterminatedBytes: 0 },
            },
          ]),
      ...(journal === null
        ? []
        : [
            {
              ...{ file: 'journal' as const, path: layout.journal, format: journal.format },
              ...{ entries: journal.entries.length, lastSequence: last?.seq ?? journal.after },
              ...{ lastEntryAt: last === undefined ? null : iso(last.event.at), bytes: bytes.journal ?? 0 },
              unterminatedBytes: (bytes.journal ?? 0) - journal.wholeBytes,
            },
          ]),
    ],
    openOperations: openOperations(seen.records).map(reportOperation),
    damages: reportDamages(seen),
  };
}

/** What was set aside; null is nothing. */
export function reportSetAside(done: SetAside | null): SetAsideReport {
  const { start } = done ?? {};
  return {
    changed: done !== null,
    setAside: done?.kept ?? [],
    damages: done === null ? [] : reportDamages(done.seen),
    keptUpTo: done?.seen.seq ?? 0,
    keptOperations: start?.records.operations.length ?? 0,
    lostEntries: start?.lost.entries ?? 0,
    lostOperations: (start?.lost.operations ?? []).map(reportOperation),
    endedOperations: (start?.ended ?? []).map(reportOperation),
    heldServers: (start?.held ?? []).map(formatServerId).toSorted(),
  };
}

function reportOperation({ id, kind, backend, server, phase, startedAt }: Operation): OperationReport {
  return { id, kind, server: formatServerId({ backend, server }), phase, startedAt: iso(startedAt) };
}

function reportDamages(seen: Walk): DamageReport[] {
  const all = seen.journal?.entries.length ?? 0;
  return seen.damages.map((damage, at) => {
    const after = all - (at === 0 ? seen.trusted : damage.before);
    return { ...damage, after, consequence: at === 0 ? consequence(seen, after) : behindIt(after) };
  });
}

/** What follows from the first damage: it decides what can be kept. */
function consequence(seen: Walk, after: number): string {
  if (seen.snapshot?.base === null) {
    if (seen.journal?.after === 0)
      return `the journal holds everything since the first entry; ${untrusted(after)}`;
    return `nothing before it can be trusted, and so none of what follows: ${untrusted(after)}`;
  }
  const read =
    seen.seq === 0 ? 'nothing before it can be read' : `everything up to entry ${seen.seq} can be read`;
  return `${read}; ${untrusted(after)}`;
}

function behindIt(after: number): string {
  return `it stands behind the first one; ${untrusted(after)}`;
}

function untrusted(lines: number): string {
  return `${lines} whole ${lines === 1 ? 'entry' : 'entries'} from there on cannot be trusted`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
