import { once } from 'node:events';
import { get } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FrugalAgent, giveBack } from '../../../src/io/metrics/page-memory.ts';

describe('memory that is given back', () => {
  it('is gone at once, and not when garbage is collected next', () => {
    const before = process.memoryUsage().arrayBuffers;
    for (let time = 0; time < 1_000; time += 1) {
      const page = Buffer.alloc(1024 * 1024, 'x');
      giveBack(page);
      expect(page.length).toBe(0);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 * 1024);
  });

  it('is not the memory that others use too', () => {
    const whole = Buffer.alloc(64, 'x');
    giveBack(whole.subarray(0, 32));
    giveBack(Buffer.from('out of the pool'));
    giveBack(Buffer.from(new SharedArrayBuffer(8)));
    expect(whole.toString()).toBe('x'.repeat(64));
    expect(Buffer.from('out of the pool').toString()).toBe('out of the pool');
  });
});

describe('connections that read into one buffer', () => {
  const open: Server[] = [];
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });

  /** Answers in pieces, so that many answers are under way at once. */
  async function serve(bodyOf: (path: string) => string, piece: number): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (asked) => {
        const body = bodyOf(asked.toString().split(' ')[1] ?? '');
        const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
        let at = 0;
        const go = (): void => {
          if (at >= answer.length || socket.destroyed) return;
          socket.write(answer.slice(at, at + piece));
          at += piece;
          setImmediate(go);
        };
        go();
      });
    });
    open.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function bodyOver(agent: FrugalAgent, port: number, path: string, slowly = false): Promise<string> {
    return await new Promise((resolve, reject) => {
      const request = get({ host: 'localhost', port, path, agent }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
          if (!slowly) return;
          response.pause();
          setTimeout(() => response.resume(), 1);
        });
        response.on('end', () => resolve(body));
        response.on('error', reject);
      });
      request.on('error', reject);
    });
  }

  it.each([
    { length: 20_000, piece: 10_000 },
    // Less than a line of the header.
    { length: 20, piece: 7 },
  ])('mix no two answers in pieces of $piece bytes, and are used again', async ({ length, piece }) => {
    const bodyOf = (path: string): string => `${path} `.repeat(length);
    const port = await serve(bodyOf, piece);
    const agent = new FrugalAgent({ keepAlive: true, maxSockets: 8 });
    const paths = Array.from({ length: 40 }, (_, at) => `/page-${at}`);
    const bodies = await Promise.all(paths.map(async (path) => await bodyOver(agent, port, path)));
    expect(bodies.every((body, at) => body === bodyOf(paths[at] ?? ''))).toBe(true);
    expect(Object.values(agent.freeSockets).flat().length).toBe(8);
    agent.destroy();
  });

  it('wait for a reader that takes its time', async () => {
    const bodyOf = (): string => 'x'.repeat(2_000_000);
    const port = await serve(bodyOf, 100_000);
    const agent = new FrugalAgent();
    expect((await bodyOver(agent, port, '/', true)).length).toBe(2_000_000);
  });

  it('say that the other side closed in the middle of an answer', async () => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
    });
    open.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(bodyOver(new FrugalAgent(), port, '/')).rejects.toThrow('aborted');
  });
});
