import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, type BackendName, type ServerId } from '../../domain/names.ts';
import type { Clock } from '../../domain/seams.ts';
import type { SampledSource } from '../../domain/sources.ts';

/** So long beyond its limit a source is stale before a person is told. */
const patienceMs = 10 * 60_000;
/** So many servers are named. */
const namedServers = 3;

/** A source of a backend that gives nothing usable of some servers, for longer than its limit. */
export interface Silence {
  readonly backend: BackendName;
  readonly source: string;
  /** Wall time of the first. */
  readonly since: number;
  readonly error: RejuvError;
  /** Long enough to tell a person. */
  readonly long: boolean;
}

/** Which sources are silent about which servers. Durations are taken from the time that never jumps. */
export interface Silences {
  answered(server: ServerId, source: SampledSource): void;
  failed(server: ServerId, source: SampledSource, problem: RejuvError): void;
  /** One for each source of a backend. `counts`: whether a server is asked for and missed. */
  now(counts: (server: ServerId, source: string) => boolean): Silence[];
}

interface Heard {
  readonly server: ServerId;
  readonly source: SampledSource;
  /** When it last answered, or was first asked. */
  readonly at: number;
  readonly problem: RejuvError | null;
}

export function createSilences(clock: Pick<Clock, 'now' | 'monotonic'>): Silences {
  const heard = new Map<string, Heard>();
  const keyOf = (server: ServerId, { name }: SampledSource): string => `${formatServerId(server)} ${name}`;

  return {
    answered(server, source) {
      heard.set(keyOf(server, source), { server, source, at: clock.monotonic(), problem: null });
    },
    failed(server, source, problem) {
      const key = keyOf(server, source);
      const at = heard.get(key)?.at ?? clock.monotonic();
      heard.set(key, { server, source, at, problem });
    },
    now(counts) {
      const groups = new Map<string, Heard[]>();
      for (const [key, one] of heard) {
        if (!counts(one.server, one.source.name)) {
          heard.delete(key);
          continue;
        }
        if (clock.monotonic() - one.at <= one.source.staleMs) continue;
        const group = `${one.server.backend} ${one.source.name}`;
        groups.set(group, [...(groups.get(group) ?? []), one]);
      }
      return [...groups.values()].flatMap((group) => silenceOf(group, clock));
    },
  };
}

function silenceOf(group: readonly Heard[], clock: Pick<Clock, 'now' | 'monotonic'>): Silence[] {
  const [first] = group.toSorted((a, b) => a.at - b.at);
  if (first === undefined) return [];
  const { server, source, at, problem } = first;
  const silentMs = clock.monotonic() - at;
  const names = group
    .map((one) => one.server.server)
    .sort()
    .slice(0, namedServers);
  const others = group.length - names.length;
  const servers = `${names.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  const facts = { source: source.name, backend: server.backend, servers };
  return [
    {
      ...{ backend: server.backend, source: source.name, since: clock.now() - silentMs },
      error: new RejuvError('source-stale', {
        ...facts,
        problem: problem?.message ?? 'it is not asked in time',
      }),
      long: silentMs > source.staleMs + patienceMs,
    },
  ];
}
