import type { FigureName } from '../../src/domain/figure.ts';
import { backendName, serverName, type ServerId } from '../../src/domain/names.ts';
import type { SampledSource } from '../../src/domain/sources.ts';

export const backendSize = 20;

/** A large shop: 1,000 servers, in fifty backends, with ten figures each. */
export const servers: readonly ServerId[] = Array.from({ length: 1_000 }, (_, index) => ({
  backend: backendName(`shop${Math.floor(index / backendSize)}`),
  server: serverName(`web${index % backendSize}`),
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

/** The most that each may be. */
const scales: Readonly<Record<FigureName, number>> = {
  ...{ sessions: 400, queue: 50, 'requests.rate': 1_000, 'errors.rate': 10, load: 32, 'memory.used': 1 },
  ...{ 'swap.used': 1, 'buffers.used': 2 ** 30, 'files.open': 100_000, uptime: 30 * 86_400_000 },
};

/** Two of a hundred are aged: their memory, swap and files are near the most that they may be. */
export function isAged(server: number): boolean {
  return server % 50 === 7;
}

const agingFigures: readonly FigureName[] = ['memory.used', 'swap.used', 'files.open', 'errors.rate'];

/** A value that differs by server and time, as cheap as can be. `all`: every server is aged. */
export function valueOf(server: number, figure: FigureName, step: number): number {
  const noise = ((server * 31 + figure.length * 17 + step * 7) % 1_009) / 1_009;
  const aged = isAged(server) && agingFigures.includes(figure);
  return (scales[figure] ?? 1) * (aged ? 0.95 + 0.04 * noise : 0.4 + 0.3 * noise);
}

/** When it is read: each server at its own moment of the interval. */
export function readAt(server: number, at: number): number {
  return at + ((server * 7_919) % everyMs);
}
