import type { Event } from '../../src/domain/event.ts';
import { isFault } from '../../src/domain/fault.ts';
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

/** From a fault of a server until it was well again, with how many operations and alerts it led to. */
function spansOf(
  noted: readonly Noted[],
  server: string,
  now: number,
): { from: number; to: number; answers: number }[] {
  const spans: { from: number; to: number; answers: number }[] = [];
  let open: { from: number; to: number; answers: number } | null = null;
  for (const { event, at } of noted) {
    if (event.type === 'fault-seen' && event.server.server === server && isFault(event.verdict)) {
      open ??= { from: at, to: now, answers: 0 };
    }
    if (open === null) continue;
    if (event.type === 'alert' && event.server?.server === server) open.answers += 1;
    if (event.type === 'operation-opened' && event.operation.server === server) open.answers += 1;
    if ((event.type === 'fault-over' || event.type === 'recovered') && event.server.server === server) {
      spans.push({ ...open, to: at });
      open = null;
    }
  }
  return open === null ? spans : [...spans, open];
}
