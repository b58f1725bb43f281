import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createProbe } from '../../../src/io/probe/probe.ts';
import { createClock } from '../../../src/io/clock.ts';

const probe = createProbe({ clock: createClock() });
const noSignal = new AbortController().signal;
const servers: Server[] = [];

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/health`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('a probe', () => {
  it('is answered by any status', async () => {
    for (const status of [200, 204, 302, 404, 503]) {
      const url = await serve((_, response) => response.writeHead(status, { Location: '/elsewhere' }).end());
      expect(await probe.get(url, 5_000, noSignal)).toMatchObject({ status, problem: null });
    }
  });

  it('follows no redirect and makes a new connection each time', async () => {
    const ports = new Set<number | undefined>();
    let requests = 0;
    const url = await serve((request, response) => {
      requests += 1;
      ports.add(request.socket.remotePort);
      response.writeHead(302, { Location: '/elsewhere' }).end('moved');
    });
    for (let i = 0; i < 3; i++) await probe.get(url, 5_000, noSignal);
    expect([requests, ports.size]).toEqual([3, 3]);
  });

  it('goes straight to the server whatever proxy the environment names', async () => {
    const url = await serve((_, response) => response.end('direct'));
    const before = { ...process.env };
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'all_proxy']) {
      process.env[name] = 'http://127.0.0.1:1';
    }
    try {
      expect(await probe.get(url, 5_000, noSignal)).toMatchObject({ status: 200 });
    } finally {
      process.env = before;
    }
  });

  it('is over at its timeout when the server hangs', async () => {
    const url = await serve(() => undefined);
    const answer = await probe.get(url, 200, noSignal);
    expect(answer).toMatchObject({ status: null, problem: 'no whole answer within 200 ms' });
    expect(answer.tookMs).toBeGreaterThanOrEqual(190);
    expect(answer.tookMs).toBeLessThan(2_000);
  });

  it('is over at its timeout when the body trickles', async () => {
    const url = await serve((_, response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const answer = await probe.get(url, 300, noSignal);
    expect(answer).toMatchObject({ status: null, problem: 'no whole answer within 300 ms' });
    expect(answer.tookMs).toBeLessThan(2_000);
  });

  it('reads an endless body only to a limit', async () => {
    let closed: () => void;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    const url = await serve((_, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', pour).on('close', () => closed());
      pour();
    });
    expect(await probe.get(url, 10_000, noSignal)).toMatchObject({ status: 200 });
    await gone;
  });

  it('says that the connection was refused', async () => {
    const url = await serve((_, response) => response.end());
    const server = servers.pop()!;
    await new Promise((resolve) => server.close(resolve));
    expect(await probe.get(url, 5_000, noSignal)).toMatchObject({ problem: 'connection refused' });
  });

  it('says that the connection was reset, before the head or within the body', async () => {
    const early = await serve((request) => request.socket.resetAndDestroy());
    const late = await serve((request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('part', () => request.socket.resetAndDestroy());
    });
    const cut = await serve((request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('part', () => request.socket.destroy());
    });
    for (const url of [early, late, cut]) {
      const answer = await probe.get(url, 5_000, noSignal);
      expect(answer.status).toBeNull();
      expect(answer.problem).toMatch(/before the whole answer came/);
    }
  });

  it('says that a name or a URL is wrong', async () => {
    const unknown = await probe.get('http://no-such-host.invalid/', 5_000, noSignal);
    expect(unknown.problem).toMatch(/the name of the host/);
    for (const url of ['http://', 'nonsense', 'ftp://127.0.0.1/']) {
      const answer = await probe.get(url, 5_000, noSignal);
      expect(answer.status).toBeNull();
      expect(answer.problem).not.toBe('');
    }
  });

  it('says that what answers does not speak HTTP', async () => {
    const url = await serve((request) => void request.socket.end('SSH-2.0-x\r\n'));
    const answer = await probe.get(url, 5_000, noSignal);
    expect(answer.status).toBeNull();
    expect(answer.problem).not.toBe('');
  });

  it('ends with the reason of the signal', async () => {
    const url = await serve(() => undefined);
    const controller = new AbortController();
    const asking = probe.get(url, 5_000, controller.signal);
    controller.abort(new Error('stop now'));
    await expect(asking).rejects.toThrow('stop now');
    await expect(probe.get(url, 5_000, controller.signal)).rejects.toThrow('stop now');
  });
});
