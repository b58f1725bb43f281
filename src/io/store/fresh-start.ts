import { RejuvError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import { formatServerId, type ServerId } from '../../domain/names.ts';
import { phases, reservedServers, type Operation } from '../../domain/operation.ts';
import { apply, openOperations, type Records } from '../../domain/records.ts';
import type { Walk } from './walk.ts';

/** What new records begin with once damaged ones are set aside. */
export interface FreshStart {
  readonly records: Records;
  /** Behind every entry of the damaged files, so that none of them can ever follow. */
  readonly seq: number;
  /** What was open, and ended as failed. */
  readonly ended: readonly Operation[];
  /** Every server that may have been touched since; only a person's `ready` ends that. */
  readonly held: readonly ServerId[];
  /** Whole entries that cannot be trusted, since something before them is missing, and the operations begun in them. */
  readonly lost: { readonly entries: number; readonly operations: readonly Operation[] };
}

/**
 * Everything up to the damage, with nothing left that rejuv would act on: operations that were open are ended, and each
 * server of theirs is held, as is each that an entry after the damage names. Pure.
 * @param at Unix milliseconds
 */
export function freshStart(seen: Walk, path: string, at: number): FreshStart {
  const entries = seen.journal?.entries ?? [];
  const lost = entries.slice(seen.trusted).filter(({ seq }) => seq > seen.seq);
  const ended = openOperations(seen.records);
  const holds = [
    ...ended.flatMap((operation) =>
      touched(operation).map((server) => ({
        ...{ server, operation: operation.id },
        reason: `the records were damaged while operation ${operation.id} was open`,
      })),
    ),
    ...lost.flatMap(({ event }) =>
      named(event).map((server) => ({
        ...{ server, operation: null },
        reason: 'the records of what was done with it were damaged',
      })),
    ),
  ];
  const held = new Map(holds.toReversed().map((hold) => [formatServerId(hold.server), hold]));
  const events = [
    ...ended.flatMap((operation) => ending(operation, path, at)),
    ...[...held.values()].map((hold): Event => ({ type: 'held', at, failed: true, ...hold })),
    told(path, at, `${ended.length} operation(s) were open, ${held.size} server(s) are held`),
  ];
  return {
    records: events.reduce(apply, seen.records),
    seq:
      1 +
      entries.reduce((last, { seq }) => Math.max(last, seq), Math.max(seen.seq, seen.journal?.after ?? 0)),
    ended,
    held: [...held.values()].map(({ server }) => server),
    lost: {
      entries: lost.length,
      operations: lost.flatMap(({ event }) => (event.type === 'operation-opened' ? [event.operation] : [])),
    },
  };
}

/** Through the phases that the table allows. */
function ending(operation: Operation, path: string, at: number): Event[] {
  const { id, phase } = operation;
  const problem = `what operation ${id} did last is not known`;
  const { code, message: reason } = new RejuvError('records-set-aside', { path, problem });
  return [
    { type: 'course-left', at, id, cause: { end: 'failed', code, reason }, failed: null, steps: [] },
    ...(phases[phase].next.includes('failed')
      ? []
      : [{ type: 'phase-entered', at, id, phase: 'rolling-back' } as const]),
    { type: 'operation-ended', at, id, phase: 'failed' },
  ];
}

function told(path: string, at: number, problem: string): Event {
  const { code, message, fix } = new RejuvError('records-set-aside', { path, problem });
  return { type: 'alert', at, code, message, fix, server: null, operation: null };
}

function touched(operation: Operation): ServerId[] {
  const { backend, server, spare } = operation;
  const own = { backend, server };
  return [own, ...(spare === null ? [] : [{ backend, server: spare }]), ...reservedServers(operation)];
}

/** The servers that an event tells something about; of one that tells a person, or settles a run, none. */
function named(event: Event): ServerId[] {
  if (event.type === 'operation-opened') return touched(event.operation);
  if (event.type === 'alert' || !('server' in event)) return [];
  return typeof event.server === 'object' && event.server !== null ? [event.server] : [];
}
