// The clients, a program that runs in the hub: `node load.js '{"keepAlive":20,...}'`. It writes one JSON summary per
// second, and a last one, with `"final":true`, when its time is over or SIGTERM or SIGINT asks it to end.
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { runClient } from './load-client.ts';
import { kinds, makeCounts, type Kind } from './load-count.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as Partial<Record<Kind, number>> & {
  lbs: string[];
  thinkMs: number;
  timeoutMs: number;
  durationMs?: number;
  paths?: Partial<Record<Kind, string>>;
};

const stopping = new AbortController();
setMaxListeners(0, stopping.signal);
const stop = (): void => stopping.abort();
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
if (options.durationMs !== undefined) setTimeout(stop, options.durationMs).unref();

const counts = makeCounts();
const report = (final: boolean): void => {
  process.stdout.write(`${JSON.stringify({ ...counts.summary(), final })}\n`);
};
const ticker = setInterval(() => report(false), 1000);

const clients = (Object.keys(kinds) as Kind[]).flatMap((kind) =>
  Array.from({ length: options[kind] ?? 0 }, async () => {
    const path = options.paths?.[kind];
    const { lbs, thinkMs, timeoutMs } = options;
    await runClient(
      { kind, id: randomUUID(), lbs, thinkMs, timeoutMs, ...(path === undefined ? {} : { path }) },
      counts,
      stopping.signal,
    );
  }),
);
await Promise.all(clients);
clearInterval(ticker);
report(true);
process.exit(0);
