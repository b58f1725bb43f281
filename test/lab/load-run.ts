import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Hub, LabProcess } from './hub.ts';
import type { Kind, LoadSummary } from './load-count.ts';
import { network } from './network.ts';
import { until } from './until.ts';

/** How many clients of each kind, and how they behave. */
export type LoadOptions = Partial<Record<Kind, number>> & {
  /** Pause of a client between two requests, spread by half; 50 by default. */
  readonly thinkMs?: number;
  /** A request without its whole answer by then has failed; 30000 by default. */
  readonly timeoutMs?: number;
  /** Ends by itself after this time. */
  readonly durationMs?: number;
  /** Another path than `/` and `/slow` for a kind. */
  readonly paths?: Partial<Record<Kind, string>>;
  /** host:port of the load balancers; both by default. */
  readonly lbs?: readonly string[];
};

/** Clients at work. */
export interface Load {
  readonly process: LabProcess;
  /** The report of the last second. */
  latest(): LoadSummary | undefined;
  /** Lets requests in progress end, sends no new ones, and gives the final summary. */
  stop(): Promise<LoadSummary>;
}

/** Starts clients in the hub, and waits until the first requests were answered. */
export async function startLoad(hub: Hub, directory: string, options: LoadOptions): Promise<Load> {
  const full = {
    ...(hasClients(options) ? {} : { keepAlive: 10, cookie: 5, short: 5, slow: 3 }),
    lbs: [0, 1].map((index) => `${network.loadBalancer(index)}:80`),
    thinkMs: 50,
    timeoutMs: 30_000,
    ...options,
  };
  const child = hub.spawn([process.execPath, join(directory, 'load.js'), JSON.stringify(full)]);
  let latest: (LoadSummary & { final: boolean }) | undefined;
  createInterface({ input: child.child.stdout! }).on('line', (line) => {
    latest = JSON.parse(line) as LoadSummary & { final: boolean };
  });
  const failed = (): Error => new Error(`the clients ended without a summary: ${child.output.stderr}`);
  await until('clients are being answered', () => {
    if (child.child.exitCode !== null && latest === undefined) throw failed();
    return latest !== undefined && (latest.ok > 0 || latest.final);
  });
  return {
    process: child,
    latest: () => latest,
    async stop() {
      await child.kill('SIGTERM');
      await child.done;
      if (latest?.final !== true) throw failed();
      return latest;
    },
  };
}

function hasClients(options: LoadOptions): boolean {
  const { keepAlive, cookie, short, slow, queued } = options;
  return [keepAlive, cookie, short, slow, queued].some((count) => count !== undefined && count > 0);
}
