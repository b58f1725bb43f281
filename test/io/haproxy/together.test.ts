import { Duplex } from 'node:stream';
import type { Server } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { backendName, loadBalancerName } from '../../../src/domain/names.ts';
import type { LoadBalancer } from '../../../src/domain/seams.ts';
import { createClock } from '../../../src/io/clock.ts';
import { showBackend, showInfo, showServersState, showStat } from '../../../src/io/haproxy/commands.ts';
import { exchange, type Line } from '../../../src/io/haproxy/exchange.ts';
import { createLoadBalancer } from '../../../src/io/haproxy/load-balancer.ts';
import { openTcp } from '../../../src/io/haproxy/open.ts';
import { infoOpening } from '../../../src/io/haproxy/show-info.ts';
import { listen, portOf } from './haproxy-process.ts';
import { place, recorded, versions } from './transcript.ts';

const { signal } = new AbortController();
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const line: Line = {
  commands: [showInfo, showBackend, showServersState(null), showStat(null), showInfo],
  opening: infoOpening,
  end: 'close',
};
const names = ['show-info', 'show-backend', 'show-servers-state', 'show-stat', 'show-info'];

/** A peer that answers the whole line with this and closes. */
function peer(text: string): Duplex {
  return new Duplex({
    read: () => undefined,
    write(_chunk, _encoding, done) {
      this.push(text);
      this.push(null);
      done();
    },
  });
}

describe('several commands over one connection', () => {
  it.each(versions)(
    'are answered one by one, and refused when cut at whatever byte: HAProxy %s',
    async (version) => {
      const parts = names.map((name) => recorded(version, name));
      const whole = parts.join('');
      const replies = await exchange(peer(whole), place, line, 1_000_000, signal);
      expect(replies.map(String)).toEqual(parts.map((part) => part.slice(0, -1)));
      const ends = parts.map((_, at) => parts.slice(0, at + 1).join('').length);
      const between = fc.constantFrom(...ends.slice(0, -1));
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.nat(whole.length - 1), between), async (cut) => {
          const refused = exchange(peer(whole.slice(0, cut)), place, line, 1_000_000, signal);
          const at = ends.filter((end) => end <= cut).length;
          await expect(refused).rejects.toMatchObject({
            code: 'reply-truncated',
            facts: { command: line.commands[at] },
          });
        }),
      );
    },
  );
});

/** A load balancer behind which every command of a line gets the answer of `answers`; `lines` keeps what was asked. */
async function answering(
  answers: (command: string) => string,
): Promise<{ readonly lb: LoadBalancer; readonly lines: string[] }> {
  const lines: string[] = [];
  const server = await listen((made) =>
    made.on('connection', (socket) => {
      let asked = '';
      socket.on('data', (chunk: Buffer) => {
        asked += chunk.toString();
        if (!asked.endsWith('\n')) return;
        lines.push(asked.trim());
        socket.end(asked.trim().split(';').map(answers).join(''));
      });
    }),
  );
  servers.push(server);
  const open = openTcp('lb-a', '127.0.0.1', portOf(server));
  const name = loadBalancerName('lb-a');
  return { lb: createLoadBalancer({ name, address: 'tcp://there', open, clock: createClock() }), lines };
}

describe('a view', () => {
  it('costs one connection, with the process asked for at both ends of it', async () => {
    const { lb, lines } = await answering((command) => {
      if (command === 'show info') return recorded('2.6', 'show-info');
      return recorded('2.6', command.startsWith('show stat') ? 'show-stat-shop' : 'show-servers-state-shop');
    });
    expect((await lb.read([backendName('shop'), backendName('shop')], signal)).servers).toHaveLength(6);
    expect(lines).toEqual(['show info;show servers state shop;show stat shop 6 -1;show info']);
  });

  it('is read command by command where a reply has an empty line inside', async () => {
    const { lb, lines } = await answering((command) => {
      if (command === 'show info') return recorded('2.6', 'show-info');
      if (!command.startsWith('show stat')) return recorded('2.6', 'show-servers-state-shop');
      return recorded('2.6', 'show-stat-shop').replace('Layer7 check passed', '"it said:\n\nfine"');
    });
    const { servers: seen } = await lb.read([backendName('shop')], signal);
    expect(seen.map(({ id }) => id.server)).toEqual(['web1', 'web2', 'web3', 'web4', 'web5', 'web6']);
    expect(lines).toContain('show stat shop 6 -1');
  });

  it('of more backends than fit into one line of HAProxy is read in several', async () => {
    const { lb, lines } = await answering((command) => {
      if (command === 'show info') return recorded('2.6', 'show-info');
      return command.startsWith('show stat') ? 'No such proxy.\n\n' : "Can't find backend.\n\n";
    });
    const many = Array.from({ length: 60 }, (_, at) => backendName(`${'x'.repeat(240)}${at}`));
    expect((await lb.read(many, signal)).backends).toEqual([]);
    expect(lines.at(0)).toBe('show info');
    expect(lines.at(-1)).toBe('show info');
    expect(lines.length).toBeGreaterThan(4);
    for (const one of lines) expect(one.length).toBeLessThan(16_383);
    expect(new Set(lines.flatMap((one) => one.split(';'))).size).toBe(2 * many.length + 1);
  });
});
