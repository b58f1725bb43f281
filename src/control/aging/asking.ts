import { formatServerId, type ServerId } from '../../domain/names.ts';

/** Admission looks at every row and logs in to hosts: for a server that is refused it is asked once a minute. */
const everyMs = 60_000;

/** Paces how often admission is asked about one server. */
export interface Asking {
  /** True when it may be asked now, which counts as asked. `now` is monotonic. */
  due(server: ServerId, now: number): boolean;
}

export function createAsking(): Asking {
  const asked = new Map<string, number>();
  return {
    due(server, now) {
      const key = formatServerId(server);
      const last = asked.get(key);
      if (last !== undefined && now - last < everyMs) return false;
      asked.set(key, now);
      return true;
    },
  };
}
