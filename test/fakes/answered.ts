import type { Event } from '../../src/domain/event.ts';
import { isFault } from '../../src/domain/fault.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { FakeWorld } from './world.ts';

/** An event, and when it was recorded, monotonic: a wall clock may be set. */
interface Noted {
  readonly event: Event;
  readonly at: number;
}

/** So long a fault may go on before something is done about it or said. */
const answerWithinMs = 60_000;

/** Notes the events, for `unanswered`. `upset`: what may have kept the sidecar from an answer until now. */
export function noteEvents(world: FakeWorld): {
  readonly upset: () => void;
  readonly unanswered: () => string[];
} {
  const noted: Noted[] = [];
  const upsets: number[] = [];
  const { onAppend } = world.store;
  world.store.onAppend = (event) => {
    onAppend(event);
    noted.push({ event, at: world.clock.monotonic() });
  };
  return {
    upset: () => {
      upsets.push(world.clock.monotonic());
    },
    unanswered: () =>
      world.settings.backends[0]!.servers.flatMap(({ name }) =>
        spansOf(noted, name, world.clock.monotonic()).flatMap(({ from, to, answers }) => {
          const calmFrom = Math.max(from, ...upsets.filter((at) => at <= to));
          return answers === 0 && to - calmFrom > answerWithinMs
            ? [`${name} was failing from ${from} to ${to}, and nobody heard of it`]
            : [];
        }),
      ),
  };
}

/** A fault of a server until it was well again, with how often it was answered. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly answers: number;
}

function spansOf(noted: readonly Noted[], server: string, now: number): Span[] {
  const spans: Span[] = [];
  const having = new Set<string>();
  let open: Span | null = null;
  // Nothing is expected of it, and nothing is done about it, until a person says so.
  let held = false;
  for (const { event, at } of noted) {
    if (event.type === 'held' && event.server.server === server) held = true;
    if (event.type === 'released' && event.server.server === server) held = false;
    if (event.type === 'operation-opened' && hasIt(event.operation, server)) having.add(event.operation.id);
    if (event.type === 'fault-seen' && event.server.server === server && isFault(event.verdict)) {
      open ??= { from: at, to: now, answers: held ? 1 : 0 };
    }
    if (open === null) continue;
    if (answers(event, server, having)) open = { ...open, answers: open.answers + 1 };
    if ((event.type === 'fault-over' || event.type === 'recovered') && event.server.server === server) {
      spans.push({ ...open, to: at });
      open = null;
    }
  }
  return open === null ? spans : [...spans, open];
}

/** An alert, an operation about it, or the end of one that had it: such a one asks for its own proofs. */
function answers(event: Event, server: string, having: ReadonlySet<string>): boolean {
  if (event.type === 'alert') return event.server?.server === server;
  if (event.type === 'operation-opened') return event.operation.server === server;
  return event.type === 'operation-ended' && having.has(event.id);
}

function hasIt(operation: Operation, name: string): boolean {
  return operation.server === name || operation.spare === name;
}
