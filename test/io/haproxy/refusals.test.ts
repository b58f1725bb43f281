import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadBalancerName, parseServerId } from '../../../src/domain/names.ts';
import type { LoadBalancer } from '../../../src/domain/seams.ts';
import { createClock } from '../../../src/io/clock.ts';
import { createLoadBalancer } from '../../../src/io/haproxy/load-balancer.ts';
import { openTcp, openUnix, type OpenStream } from '../../../src/io/haproxy/open.ts';
import { listen, portOf } from './haproxy-process.ts';
import { recorded } from './transcript.ts';

const { signal } = new AbortController();
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function connect(address: string, open: OpenStream): LoadBalancer {
  const name = loadBalancerName('lb-a');
  return createLoadBalancer({
    name,
    address,
    open,
    clock: createClock(),
    deadlineMs: 300,
    maxReplyBytes: 100_000,
  });
}

/** A load balancer whose socket is in fact this server. */
async function facing(behave: (socket: Socket) => void): Promise<LoadBalancer> {
  const open = new Set<Socket>();
  const server: Server = await listen((made) =>
    made.on('connection', (socket) => {
      open.add(socket.on('close', () => open.delete(socket)));
      behave(socket);
    }),
  );
  closers.push(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return connect('tcp://there', openTcp('lb-a', '127.0.0.1', portOf(server)));
}

/** Answers each command of a line by name and closes, also behind an answer that it could not finish. */
function answering(answers: (command: string) => string): (socket: Socket) => void {
  return (socket) =>
    socket.once('data', (line: Buffer) => {
      const replies: string[] = [];
      for (const command of line.toString().trim().split(';')) {
        replies.push(answers(command));
        if (!replies.at(-1)!.endsWith('\n\n')) break;
      }
      socket.end(replies.join(''));
    });
}

const transcript = (command: string): string => {
  if (command === 'show info') return recorded('2.6', 'show-info');
  if (command === 'show backend') return recorded('2.6', 'show-backend');
  return recorded('2.6', command.startsWith('show stat') ? 'show-stat' : 'show-servers-state');
};

describe('what answers in place of HAProxy', () => {
  it('and is a stand-in that answers as recorded is read', async () => {
    const lb = await facing(answering(transcript));
    expect((await lb.read(null, signal)).backends).toEqual(['shop', 'other', 'empty']);
  });

  it.each([
    [
      'a banner',
      (socket: Socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'),
      'it answers "SSH-2.0-OpenSSH_9.2"',
    ],
    ['binary noise', (socket: Socket) => socket.write(Buffer.from([0, 1, 2, 255, 10])), 'it answers "????"'],
    ['an error of another protocol', answering(() => '-ERR unknown command\r\n'), 'it answers "-ERR unknown'],
  ])('and is %s is not an HAProxy', async (_what, behave, problem) => {
    const lb = await facing((socket) => {
      behave(socket);
    });
    await expect(lb.read(null, signal)).rejects.toMatchObject({
      code: 'not-haproxy',
      message: expect.stringContaining(problem) as string,
      where: 'lb-a',
    });
  });

  it('and is a web server is not an HAProxy', async () => {
    const server = createHttpServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const lb = connect('tcp://there', openTcp('lb-a', '127.0.0.1', portOf(server)));
    await expect(lb.read(null, signal)).rejects.toMatchObject({
      code: 'not-haproxy',
      message:
        'lb-a: what answers at tcp://there is not an HAProxy runtime socket: to `show info` it answers "HTTP/1.1 400 Bad Request"',
    });
  });

  it('and never answers is silent', async () => {
    const lb = await facing(() => undefined);
    await expect(lb.read(null, signal)).rejects.toMatchObject({
      code: 'haproxy-silent',
      message: 'lb-a: no answer to `show info` within 300 ms',
    });
  });

  it('and stops in the middle without closing is silent', async () => {
    const lb = await facing((socket) => void socket.write('Name: HAProxy\nVersion: 2.6\n'));
    await expect(lb.read(null, signal)).rejects.toMatchObject({ code: 'haproxy-silent' });
  });

  it('and closes without a word gave no answer', async () => {
    const lb = await facing((socket) => void socket.end());
    await expect(lb.read(null, signal)).rejects.toMatchObject({ code: 'reply-truncated' });
  });

  it('and resets the connection gave no answer', async () => {
    const lb = await facing((socket) => void socket.once('data', () => socket.resetAndDestroy()));
    await expect(lb.read(null, signal)).rejects.toMatchObject({ code: 'reply-truncated' });
  });

  it('and closes at a line boundary gave a truncated reply, never fewer servers', async () => {
    const short = (command: string): string => {
      const whole = transcript(command);
      return command.startsWith('show stat') ? whole.slice(0, whole.lastIndexOf('shop,web6')) : whole;
    };
    const lb = await facing(answering(short));
    await expect(lb.read(null, signal)).rejects.toMatchObject({
      code: 'reply-truncated',
      message: expect.stringMatching(
        /^lb-a: the reply to `show stat -1 6 -1` ended early, after \d+ bytes without its final empty line$/,
      ) as string,
    });
  });

  it('and never ends is cut off at the limit', async () => {
    const lb = await facing((socket) => {
      const pour = (): void => {
        while (socket.write('Name: HAProxy\n'.repeat(1_000)));
      };
      socket.on('drain', pour);
      pour();
    });
    await expect(lb.read(null, signal)).rejects.toMatchObject({
      code: 'reply-too-long',
      message: 'lb-a: the reply to `show info` is longer than 100000 bytes',
    });
  });

  it('and has replies that never agree is refused after a second look', async () => {
    let looks = 0;
    const lb = await facing(
      answering((command) => {
        if (!command.startsWith('show stat')) return transcript(command);
        looks += 1;
        return transcript(command).replace(/^shop,web6,.*\n/m, '');
      }),
    );
    await expect(lb.read(null, signal)).rejects.toMatchObject({
      code: 'not-haproxy',
      message: expect.stringContaining('name different servers in backend shop') as string,
    });
    expect(looks).toBe(2);
  });

  it('and is the old process, twice, is refused by its pid', async () => {
    const lb = await facing(
      answering((command) =>
        transcript(command)
          .replace('Stopping: 0', 'Stopping: 1')
          .replace(/^Pid: .*/m, 'Pid: 77'),
      ),
    );
    await expect(lb.read(null, signal)).rejects.toMatchObject({
      code: 'old-process',
      message: 'lb-a: the old process (pid 77) answered after a reload',
    });
  });

  it('and is another process at the end of the look is looked at once more', async () => {
    let infos = 0;
    const lb = await facing(
      answering((command) => {
        if (command !== 'show info') return transcript(command);
        infos += 1;
        return transcript(command).replace(/^Pid: .*/m, `Pid: ${infos === 1 ? 1 : 2}`);
      }),
    );
    expect((await lb.read(null, signal)).process.pid).toBe(2);
    expect(infos).toBe(4);
  });

  it('and refuses a change as an old process does is named as that', async () => {
    let stopping = '0';
    const lb = await facing(
      answering((command) => {
        if (command.startsWith('set server')) return recorded('2.6', 'set-state-proxy-disabled');
        return transcript(command).replace('Stopping: 0', `Stopping: ${stopping}`);
      }),
    );
    const { process } = await lb.read(null, signal);
    stopping = '1';
    await expect(lb.setAdmin(parseServerId('shop/web1')!, 'drain', signal)).rejects.toMatchObject({
      code: 'old-process',
      facts: { pid: process.pid },
    });
  });

  it('and has another text for a change refused it, in its own words', async () => {
    const lb = await facing(answering(() => 'Some new prose.\nAnd more.\n\n'));
    await expect(lb.setAdmin(parseServerId('shop/web1')!, 'drain', signal)).rejects.toMatchObject({
      code: 'haproxy-refused',
      message: 'lb-a: HAProxy refused `set server shop/web1 state drain`: Some new prose.',
    });
  });
});

describe('an aborted question', () => {
  it('ends at once with the reason of the abort, also while it waits for a free connection', async () => {
    let connections = 0;
    const lb = await facing(() => (connections += 1));
    const stop = new AbortController();
    const asked = Array.from({ length: 6 }, () => lb.level(stop.signal));
    const all = Promise.allSettled(asked);
    while (connections < 2) await new Promise((resolve) => setImmediate(resolve));
    const reason = new Error('the person left');
    stop.abort(reason);
    expect(await all).toEqual(asked.map(() => ({ status: 'rejected', reason })));
    expect(connections).toBe(2);
  });

  it('ends when the load balancer is closed', async () => {
    const lb = await facing(() => undefined);
    const asked = lb.level(signal);
    await lb.close();
    await expect(asked).rejects.toThrow('the connection to lb-a was closed');
  });
});

describe('a socket that cannot be opened', () => {
  const missing = join(tmpdir(), 'no-such-directory', 'admin.sock');

  it('is missing', async () => {
    await expect(connect(missing, openUnix('lb-a', missing)).level(signal)).rejects.toMatchObject({
      code: 'socket-missing',
      message: `lb-a: no socket at ${missing}`,
    });
  });

  it('is a port that nobody listens on', async () => {
    const server = await listen((made) => made);
    const port = portOf(server);
    server.close();
    await once(server, 'close');
    await expect(connect('x', openTcp('lb-a', '127.0.0.1', port)).level(signal)).rejects.toMatchObject({
      code: 'haproxy-down',
      message: `lb-a: nothing answers at tcp://127.0.0.1:${port} (connection refused)`,
    });
  });

  it('never connects: that is down, for nothing was sent', async () => {
    const never: OpenStream = (stop) =>
      new Promise((_resolve, reject) =>
        stop.addEventListener('abort', () => reject(stop.reason as Error), { once: true }),
      );
    await expect(connect('tcp://there', never).level(signal)).rejects.toMatchObject({
      code: 'haproxy-down',
      message: 'lb-a: nothing answers at tcp://there (no connection within 300 ms)',
    });
  });

  it('has all its connections taken: it is tried again, and silent at the deadline', async () => {
    let tries = 0;
    const busy: OpenStream = () => {
      tries += 1;
      return Promise.reject(Object.assign(new Error('busy'), { code: 'EAGAIN' }));
    };
    await expect(connect('x', busy).level(signal)).rejects.toMatchObject({ code: 'haproxy-silent' });
    expect(tries).toBeGreaterThan(2);
  });

  it('has no permission for us', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rejuv-denied-'));
    const path = join(directory, 'admin.sock');
    const server = createServer().listen(path);
    await once(server, 'listening');
    await chmod(directory, 0o755);
    await chmod(path, 0o000);
    try {
      await expect(withoutRoot(() => openUnix('lb-a', path)(signal))).rejects.toMatchObject({
        code: 'socket-denied',
        message: `lb-a: no permission to open ${path}`,
      });
    } finally {
      server.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});

/** Root may open everything, so as root the work starts with the rights of nobody; connect() checks them at once. */
async function withoutRoot<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return await work();
  process.seteuid?.(65_534);
  const begun = work();
  process.seteuid?.(0);
  return await begun;
}
