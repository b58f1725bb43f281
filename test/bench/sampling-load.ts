import { median } from './figures.ts';
import type { FigureName } from '../../src/domain/figure.ts';
import { backendName, serverName, type ServerId } from '../../src/domain/names.ts';
import type { Measurements, Samples } from '../../src/domain/sample.ts';
import type { SampledSource } from '../../src/domain/sources.ts';

const peersOfBackend = 100;

/** A large shop: 1,000 servers, in ten backends, with ten figures each. */
export const servers: readonly ServerId[] = Array.from({ length: 1_000 }, (_, index) => ({
  backend: backendName(`shop${Math.floor(index / peersOfBackend)}`),
  server: serverName(`web${index % peersOfBackend}`),
}));

export const everyMs = 15_000;
export const sources: readonly { readonly source: SampledSource; readonly figures: readonly FigureName[] }[] =
  [
    {
      source: { name: 'haproxy', everyMs, staleMs: 60_000 },
      figures: ['sessions', 'queue', 'requests.rate', 'errors.rate'],
    },
    {
      source: { name: 'node', everyMs, staleMs: 60_000 },
      figures: ['load', 'memory.used', 'swap.used', 'buffers.used', 'files.open', 'uptime'],
    },
  ];
export const allFigures = sources.flatMap(({ figures }) => figures);

/** A value that differs by server and time, as cheap as can be. */
export function valueOf(server: number, figure: number, step: number): number {
  return ((server * 31 + figure * 17 + step * 7) % 1_009) / 1_009;
}

/**
 * One evaluation of all thresholds: where the judge of the rules (policy/aging) belongs once it is there. Until then the
 * same reading and comparing by a plain loop: a threshold over ten minutes, and the median of the peers. Gives how many hold.
 */
export function evaluate(measured: Measurements, now: number): number {
  let holding = 0;
  for (let first = 0; first < servers.length; first += peersOfBackend) {
    const peers = servers.slice(first, first + peersOfBackend);
    for (const figure of allFigures) {
      const windows = peers.map((server) => measured.recent(server, figure));
      const latest = median(windows.map((window) => window.value(window.length - 1)));
      for (const [at, window] of windows.entries()) {
        const server = peers[at];
        if (server === undefined || measured.freshness(server, figure, now).kind !== 'fresh') continue;
        if (holds(window, now - 600_000, Math.min(0.99, 2 * latest))) holding += 1;
      }
    }
  }
  return holding;
}

/** Every sample since then is above the limit. */
function holds(window: Samples, since: number, limit: number): boolean {
  let above = true;
  for (let index = window.length - 1; index >= 0 && window.at(index) >= since; index -= 1) {
    above &&= window.value(index) > limit;
  }
  return above;
}
