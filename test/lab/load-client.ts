// One client: a loop of requests, round robin over both load balancers, as behind one name in the DNS.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { kinds, type Counts, type Kind } from './load-count.ts';

export interface ClientOptions {
  readonly kind: Kind;
  readonly id: string;
  /** host:port of each load balancer. */
  readonly lbs: readonly string[];
  readonly thinkMs: number;
  readonly timeoutMs: number;
  readonly path?: string;
}

/**
 * Runs until `stopping`. A client never sends a request twice, and every error counts, also a reset on a connection that
 * was kept alive. That is fair because HAProxy's `timeout http-keep-alive` (60 s) is far above the time these clients
 * think: an idle connection that is closed in the very moment of the next request can only be somebody's doing.
 */
export async function runClient(
  options: ClientOptions,
  counts: Counts,
  stopping: AbortSignal,
): Promise<void> {
  const shape = kinds[options.kind];
  const agent = shape.keepAlive ? new Agent({ keepAlive: true, maxSockets: 1 }) : undefined;
  let cookie = '';
  for (let turn = Math.floor(Math.random() * options.lbs.length); !stopping.aborted; turn += 1) {
    const lb = options.lbs[turn % options.lbs.length]!;
    const start = performance.now();
    counts.sent(options.kind);
    const seen = await once({
      lb,
      path: options.path ?? shape.path,
      agent: agent ?? false,
      timeoutMs: options.timeoutMs,
      headers: { cookie: [`sid=${options.id}`, ...(cookie === '' ? [] : [cookie])].join('; ') },
    });
    const ms = Math.round(performance.now() - start);
    if (seen.error === undefined && seen.status < 500) {
      counts.ok(options.kind, seen.server, ms);
      if (shape.cookie && seen.cookie !== undefined) cookie = seen.cookie;
    } else {
      counts.failed(options.kind, {
        lb,
        ms,
        error: seen.error ?? `status ${seen.status}`,
        ...(seen.status === 0 ? {} : { status: seen.status }),
        ...(seen.server === '' ? {} : { server: seen.server }),
      });
    }
    // Spread, or all clients come back in step after one common wait.
    await sleep(options.thinkMs * (0.5 + Math.random()), undefined, { signal: stopping }).catch(
      () => undefined,
    );
  }
  agent?.destroy();
}

interface Seen {
  status: number;
  server: string;
  cookie?: string;
  error?: string;
}

function once(options: {
  lb: string;
  path: string;
  agent: Agent | false;
  timeoutMs: number;
  headers: Record<string, string>;
}): Promise<Seen> {
  const [host, port] = options.lb.split(':');
  return new Promise((resolve) => {
    const seen: Seen = { status: 0, server: '' };
    const sent = request({ host, port, path: options.path, agent: options.agent, headers: options.headers });
    const finish = (error?: string): void => {
      clearTimeout(timer);
      resolve(error === undefined ? seen : { ...seen, error });
    };
    // The whole request must be answered in this time, not only be silent for less.
    const timer = setTimeout(() => sent.destroy(new Error('timeout')), options.timeoutMs);
    sent.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
    sent.on('response', (response) => {
      seen.status = response.statusCode ?? 0;
      seen.server = String(response.headers['x-server'] ?? '');
      const inserted = response.headers['set-cookie']
        ?.find((value) => value.startsWith('SERVERID='))
        ?.split(';')[0];
      if (inserted !== undefined) seen.cookie = inserted;
      response.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
      response.on('end', () => finish(response.complete ? undefined : 'cut answer'));
      response.resume();
    });
    sent.end();
  });
}
