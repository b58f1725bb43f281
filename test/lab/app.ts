// The shop: the application that runs on every server of the lab. It ages, holds connections and loses its health on
// demand. It runs alone in a server's namespaces, so it imports nothing but Node's own modules.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const [port, agentPort] = process.argv.slice(2).map(Number);
const name = hostname();
const store = '/var/lib/shop/sessions';
const fault = (word: string): boolean => existsSync(`/run/lab/faults/${word}`);

const state = { slowMs: 0, requests: 0, warmups: 0, agent: 'up', sick: 'no' };
const leaked: Buffer[] = [];
const gauges: Record<string, number> = {};
const sessions = loadSessions();

function loadSessions(): Map<string, number> {
  mkdirSync(store, { recursive: true });
  const files = readdirSync(store).filter((file) => file.endsWith('.json'));
  return new Map(files.map((file) => [file.slice(0, -5), Number(readFileSync(`${store}/${file}`, 'utf8'))]));
}

function flushSessions(): void {
  for (const [id, visits] of sessions) writeFileSync(`${store}/${id}.json`, `${visits}\n`);
  writeFileSync('/var/lib/shop/.flushed', '');
}

/** The client brings its own session id in a cookie `sid`; the shop counts its visits. */
function visit(request: IncomingMessage): number {
  const id = /(?:^|;\s*)sid=([A-Za-z0-9-]+)/.exec(request.headers.cookie ?? '')?.[1];
  if (id === undefined) return 0;
  const visits = (sessions.get(id) ?? 0) + 1;
  sessions.set(id, visits);
  return visits;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** What Prometheus, or rejuv, reads of it. */
function metrics(): string {
  const startedAt = Date.now() / 1000 - process.uptime();
  const lines = {
    process_resident_memory_bytes: process.memoryUsage.rss(),
    process_start_time_seconds: startedAt,
    shop_requests_total: state.requests,
    ...gauges,
  };
  return Object.entries(lines)
    .map(([metric, value]) => `${metric} ${value}\n`)
    .join('');
}

/** Gives back what was leaked, and all else that nobody holds. */
function forget(): void {
  leaked.length = 0;
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://shop');
  const ms = Number(url.searchParams.get('ms') ?? 0);
  response.setHeader('X-Server', name);
  if (url.pathname !== '/sicken' && url.pathname !== '/stats') {
    if (state.sick === 'errors') {
      answer(response, 500, { error: 'the shop is sick' });
      return;
    }
    if (state.sick === 'slow') await sleep(5_000);
    if (state.sick === 'hung' && url.pathname === '/health') return;
  }
  switch (url.pathname) {
    case '/sicken': // what is wrong with it until it is started again: errors, slow, hung, or no
      state.sick = url.searchParams.get('as') ?? 'no';
      {
        answer(response, 200, state);
        return;
      }
    case '/health': // what rejuv's own probe asks
      if (fault('probe-hangs')) return;
      {
        answer(response, fault('probe-fails') ? 503 : 200, { probe: name });
        return;
      }
    case '/check': {
      // what HAProxy asks: another path, so that the two can disagree
      answer(response, fault('check-fails') ? 503 : 200, { check: name });
      return;
    }
    case '/warmup':
      state.warmups += 1;
      {
        answer(response, 200, { warmups: state.warmups });
        return;
      }
    case '/leak':
      leaked.push(Buffer.alloc(Number(url.searchParams.get('mb') ?? 10) * 1024 * 1024, 1));
      {
        answer(response, 200, { leakedBlocks: leaked.length });
        return;
      }
    case '/forget': // the leak is gone
      forget();
      {
        answer(response, 200, { leakedBlocks: leaked.length });
        return;
      }
    case '/gauge': // one more line of /metrics
      gauges[url.searchParams.get('name') ?? 'shop_gauge'] = Number(url.searchParams.get('value'));
      {
        answer(response, 200, gauges);
        return;
      }
    case '/metrics':
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
      response.end(metrics());
      return;
    case '/age': // every request takes this much longer, until the shop is started again
      state.slowMs = ms;
      {
        answer(response, 200, state);
        return;
      }
    case '/agent':
      state.agent = url.searchParams.get('say') ?? 'up';
      {
        answer(response, 200, state);
        return;
      }
    case '/stats': {
      answer(response, 200, {
        ...state,
        pid: process.pid,
        rss: process.memoryUsage().rss,
        sessions: sessions.size,
      });
      return;
    }
    case '/hold': // the head at once, the end much later: a download, or a long poll
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('holding\n');
      await sleep(ms);
      response.end('done\n');
      return;
    default: {
      state.requests += 1;
      const visits = visit(request);
      await sleep(state.slowMs + (url.pathname === '/slow' ? ms : 0));
      response.setHeader('X-Visits', visits);
      answer(response, 200, { server: name, visits });
      return;
    }
  }
}

const listener: RequestListener = (request, response) => {
  request.resume();
  respond(request, response).catch((error: unknown) => answer(response, 500, { error: String(error) }));
};
const server = createServer({ requestTimeout: 0, headersTimeout: 0 }, listener);
// HAProxy keeps idle connections to this server and reuses them. If the server closed them after some seconds of its
// own, it would now and then do so in the very moment of a reuse, and a request would be lost with nobody to blame.
server.keepAliveTimeout = 0;
server.on('upgrade', (request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n');
  // HAProxy makes a 502 of an answer without it (RFC 6455, section 4.2.2).
  const key = `${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  socket.write(`Sec-WebSocket-Accept: ${accept}\r\nX-Server: ${name}\r\n\r\n`);
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
const control = createServer(listener);
const agent = createTcpServer((socket) => socket.on('error', () => undefined).end(`${state.agent}\n`));

process.on('SIGUSR1', flushSessions);
process.on('SIGTERM', () => {
  agent.close();
  control.close();
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 5000).unref();
});

rmSync('/run/shop/control.sock', { force: true });
control.listen('/run/shop/control.sock');
agent.listen(agentPort);
server.listen(port);
