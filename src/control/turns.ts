import type { BackendName } from '../domain/names.ts';

/** Runs work of one backend one after another: what looks before it acts must not be overtaken in between. */
export type InTurn = <T>(backend: BackendName, work: () => Promise<T>) => Promise<T>;

export function createTurns(): InTurn {
  const last = new Map<BackendName, Promise<unknown>>();
  return async (backend, work) => {
    const before = last.get(backend) ?? Promise.resolve();
    const mine = before.then(work);
    const settled = mine.catch(() => undefined);
    last.set(backend, settled);
    try {
      return await mine;
    } finally {
      if (last.get(backend) === settled) last.delete(backend);
    }
  };
}
