import type { World } from './world.ts';

/**
 * The world of now, which a reload of the config file replaces. What began in the old one goes on in it; it is closed
 * once nobody uses it any more.
 */
export interface Worlds {
  now(): World;
  /** Works in the world of now, to the end of the work, whatever is replaced meanwhile. */
  use<T>(work: (world: World) => Promise<T>): Promise<T>;
  replace(next: World): void;
  /** Fires when the world of now is replaced. */
  replaced(): AbortSignal;
}

export function createWorlds(first: World): Worlds {
  const users = new Map<World, number>();
  let current = first;
  let change = new AbortController();

  function leave(world: World): void {
    const left = (users.get(world) ?? 1) - 1;
    users.set(world, left);
    if (left > 0 || world === current) return;
    users.delete(world);
    // Nobody is left to whom a connection that does not close would matter.
    void world.close().catch(() => undefined);
  }

  return {
    now: () => current,
    async use(work) {
      const world = current;
      users.set(world, (users.get(world) ?? 0) + 1);
      try {
        return await work(world);
      } finally {
        leave(world);
      }
    },
    replace(next) {
      const old = current;
      // As its own user, so that an idle one is closed as well.
      users.set(old, (users.get(old) ?? 0) + 1);
      current = next;
      leave(old);
      change.abort();
      change = new AbortController();
    },
    replaced: () => change.signal,
  };
}
