import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../lab/lab.ts';
import { runtime } from '../lab/runtime.ts';

/** What both HAProxys and the host itself said at one instant, seen without rejuv. */
export interface Sight {
  /** Unix milliseconds. */
  readonly at: number;
  /** By server: the rows of both load balancers. */
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  /** The boot id of the server that is rejuvenated, once it is up. */
  readonly bootId: string | null;
}

export interface Row {
  readonly adminBits: number;
  readonly operational: number;
  /** `check_health`, which counts to `full` in rise + fall - 1 checks that passed. */
  readonly health: number;
  readonly full: number;
  /** Sessions in progress and queued requests. */
  readonly load: number;
}

const everyMs = 20;

/** Looks again and again until it is stopped; gives all it saw. */
export function startWitness(lab: Lab, aged: string): { stop(): Promise<readonly Sight[]> } {
  const sights: Sight[] = [];
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      const both = await Promise.all(lab.lbs.map(async ({ admin }) => await rowsOn(admin)));
      const { boots, on, bootId } = lab.server(aged).host;
      const names = [...new Set(both.flatMap((one) => [...one.keys()]))];
      const rows = new Map(names.map((name) => [name, both.flatMap((one) => one.get(name) ?? [])]));
      sights.push({ at: Date.now(), rows, bootId: on && boots > 0 ? `${boots} ${bootId}` : null });
      await sleep(everyMs);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await work;
      return sights;
    },
  };
}

async function rowsOn(socket: string): Promise<Map<string, Row>> {
  const [states, stats] = await Promise.all([
    runtime(socket, 'show servers state shop'),
    runtime(socket, 'show stat shop 4 -1'),
  ]);
  const state = table(states.split('\n').slice(1), ' ', '# ');
  const stat = new Map(table(stats.split('\n'), ',', '# ').map((row) => [row['svname'] ?? '', row]));
  return new Map(
    state.map((row) => {
      const counters = stat.get(row['srv_name'] ?? '');
      const count = (name: string): number => Number(counters?.[name] ?? 0);
      const seen: Row = {
        adminBits: Number(row['srv_admin_state']),
        operational: Number(row['srv_op_state']),
        health: count('check_health'),
        full: count('check_rise') + count('check_fall') - 1,
        load: count('scur') + count('qcur'),
      };
      return [row['srv_name'] ?? '', seen];
    }),
  );
}

function table(lines: readonly string[], separator: string, mark: string): Record<string, string>[] {
  const [header = '', ...rows] = lines.filter((line) => line !== '');
  const names = header.replace(mark, '').split(separator);
  return rows.map((line) => {
    const cells = line.split(separator);
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}
