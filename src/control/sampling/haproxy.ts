import type { BackendSettings } from '../../domain/settings.ts';
import { haproxySourceName, ownFigures, type SampledSource } from '../../domain/sources.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { RejuvError } from '../../domain/errors.ts';
import { haproxyFigures, sightOf, type Sight } from '../../policy/sampling/haproxy-figures.ts';
import type { World } from '../world.ts';

/** HAProxy's own figures come with the poll; no need to keep them more often than this. */
const leastEveryMs = 15_000;
const leastStaleMs = 60_000;

/** The source of HAProxy's own figures, as the samples know it. */
export function haproxySource(pollMs: number): SampledSource {
  const everyMs = Math.max(leastEveryMs, pollMs);
  return { name: haproxySourceName, everyMs, staleMs: Math.max(leastStaleMs, 3 * everyMs) };
}

/** Whether somebody wants figures of the servers of a backend. */
export function isSampled({ sources, rules, capacity, schedule }: BackendSettings): boolean {
  const asked = schedule.some(({ when, defer }) => when !== null || defer !== null);
  return sources.length > 0 || rules.length > 0 || capacity !== null || asked;
}

/** Keeps what each look at both load balancers says of the servers, at the pace of its source. */
export type OwnFigures = (world: World, snapshot: Snapshot) => void;

export function createOwnFigures(): OwnFigures {
  let before: Sight = new Map();
  let lastAt = -Infinity;

  return ({ clock, samples, settings }, snapshot) => {
    const source = haproxySource(settings.pollMs);
    // Half a poll early is near enough: else each would come a whole poll late.
    if (clock.monotonic() - lastAt < source.everyMs - settings.pollMs / 2) return;
    lastAt = clock.monotonic();
    const gap = [...snapshot.gaps, ...snapshot.excused][0];
    const whole = gap === undefined && snapshot.views.length === settings.loadBalancers.length;
    const now = sightOf(snapshot.views);
    for (const backend of settings.backends.filter(isSampled)) {
      // A figure that the config file takes from a source of its own comes from there alone.
      const elsewhere = ownFigures(backend.sources).map((figure) => figure.name);
      for (const { name } of backend.servers) {
        const id = { backend: backend.name, server: name };
        const values = whole ? haproxyFigures(id, now, before, source.staleMs) : null;
        for (const figure of elsewhere) values?.delete(figure);
        if (values !== null) samples.keep(id, source, values, snapshot.at);
        else
          samples.failed(id, source, gap?.error ?? new RejuvError('server-missing', { ...id, ...anywhere }));
      }
    }
    before = now;
  };
}

const anywhere = { loadBalancer: 'one of the load balancers' };
