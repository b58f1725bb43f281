import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import { formatServerId } from '../../domain/names.ts';
import type { MetricSource } from '../../domain/seams.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Journal } from '../journal.ts';
import type { World } from '../world.ts';
import type { Worlds } from '../worlds.ts';
import { createBeats } from './beats.ts';
import { createOwnFigures, isSampled } from './haproxy.ts';
import { createPlaces } from './places.ts';
import { keepReading } from './reading.ts';
import { createSilences, type Silence } from './silences.ts';
import { createTurnstile } from './turnstile.ts';

/** From one batch that is written to the next. */
const writeEveryMs = 15_000;
/** So many readings at once; a connection each. */
const readingsAtOnce = 64;

/** Measures the servers of every backend with sources or rules, and keeps what they say. Acts on nothing. */
export interface Sampling {
  /** Each look of the poll: where servers are, and what HAProxy itself says of them. */
  hear(snapshot: Snapshot): void;
  /** Until the signal fires; follows a reload of the config file. */
  run(stop: AbortSignal): Promise<void>;
  /** The sources that give nothing usable now. */
  silences(): Silence[];
}

export function createSampling(worlds: Worlds, journal: Journal): Sampling {
  const places = createPlaces();
  const silences = createSilences({
    now: () => worlds.now().clock.now(),
    monotonic: () => worlds.now().clock.monotonic(),
  });
  const ownFigures = createOwnFigures();
  const turnstiles = { well: createTurnstile(readingsAtOnce), ailing: createTurnstile(readingsAtOnce) };
  const told = new Set<string>();

  function silentNow(): Silence[] {
    const { settings } = worlds.now();
    const asked = new Set(
      settings.backends.flatMap(({ name, servers, sources }) =>
        servers.flatMap(({ name: server }) =>
          sources.map((source) => `${formatServerId({ backend: name, server })} ${source.name}`),
        ),
      ),
    );
    return silences.now(
      (server, source) => asked.has(`${formatServerId(server)} ${source}`) && !places.isOut(server),
    );
  }

  async function readAll(world: World, stop: AbortSignal): Promise<void> {
    const opened: MetricSource[] = [];
    const beats = createBeats(world.clock, stop);
    const scope = { world, records: () => journal.records(), places, silences, beats, turnstiles };
    try {
      const loops = world.settings.backends.flatMap((backend) =>
        backend.sources.flatMap((settings) => {
          const source = world.sourceOf(settings);
          opened.push(source);
          return backend.servers.map(async (server) => {
            const id = { backend: backend.name, server: server.name };
            // Each its own: a signal is searched for every listener that comes, and a thousand would listen to one.
            await keepReading(scope, source, id, server, AbortSignal.any([stop]));
          });
        }),
      );
      await Promise.all([...loops, fired(stop)]);
    } finally {
      for (const source of opened.toReversed()) await source.close().catch(() => undefined);
    }
  }

  /** Each trouble once, as long as it lasts. */
  async function tellOnce(troubles: ReadonlyMap<string, RejuvError>): Promise<void> {
    const fresh = [...troubles].filter(([key]) => !told.has(key));
    told.clear();
    for (const key of troubles.keys()) told.add(key);
    for (const [, { code, message, fix }] of fresh) {
      const about = { server: null, operation: null };
      const at = worlds.now().clock.now();
      // A full disk may keep the record from being made as well; a person is told all the same.
      await journal.record({ type: 'alert', at, code, message, fix, ...about }).catch(() => undefined);
    }
  }

  async function keepWriting(stop: AbortSignal): Promise<void> {
    const stopped = (): boolean => stop.aborted;
    while (!stopped()) {
      const { clock, samples, settings } = worlds.now();
      if (settings.backends.some(isSampled)) await clock.sleep(writeEveryMs, stop).catch(() => undefined);
      // Nothing comes until the config file is another one.
      else await fired(AbortSignal.any([stop, worlds.replaced()]));
      const troubles = new Map<string, RejuvError>();
      await samples.flush().catch((thrown: unknown) => troubles.set('samples', asRejuvError(thrown)));
      for (const { since, error } of samples.troubles()) {
        if (error.code === 'samples-set-aside') troubles.set(`${since} ${error.message}`, error);
      }
      for (const { backend, source, long, error } of silentNow()) {
        if (long) troubles.set(`${backend} ${source}`, error);
      }
      await tellOnce(troubles);
    }
  }

  return {
    hear(snapshot) {
      places.learn(snapshot);
      ownFigures(worlds.now(), snapshot);
    },
    async run(stop) {
      const stopped = (): boolean => stop.aborted;
      const writing = keepWriting(stop);
      while (!stopped()) {
        const either = AbortSignal.any([stop, worlds.replaced()]);
        await worlds.use(async (world) => await readAll(world, either));
      }
      await writing;
    },
    silences: silentNow,
  };
}

async function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
