import { access } from 'node:fs/promises';
import type { Clock } from '../../domain/seams.ts';
import type { Surroundings } from './surroundings.ts';

/** This machine. */
export function realSurroundings(
  clock: Clock,
  env: Readonly<Record<string, string | undefined>>,
): Surroundings {
  return {
    async findSockets() {
      const { findSockets } = await import('./find-sockets.ts');
      return await findSockets();
    },
    exists: async (path) =>
      await access(path).then(
        () => true,
        () => false,
      ),
    async connect(pair) {
      const { createAdapters } = await import('../adapters.ts');
      return createAdapters({ loadBalancers: pair }, clock, env);
    },
  };
}
