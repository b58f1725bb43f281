import { afterEach, describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import type { CommandResult, Hosts } from '../../../src/domain/seams.ts';
import type { SshSettings } from '../../../src/domain/settings.ts';
import type { CommandMetric, SshSource } from '../../../src/domain/sources.ts';
import { parseProc, procCommand } from '../../../src/io/metrics/proc.ts';
import { createSshSource } from '../../../src/io/metrics/ssh-source.ts';
import type { ExaminableSource } from '../../../src/io/metrics/look.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { noSignal, target } from './targets.ts';

const printed = `Welcome to web1!
4096
0.52 0.58 0.59 2/345 12345
86400.50 170000.12
2144\t0\t9223372036854775807
sockets: used 290
TCP: inuse 27 orphan 0 tw 4 alloc 31 mem 5
UDP: inuse 6 mem 2
UDPLITE: inuse 0
RAW: inuse 0
FRAG: inuse 0 memory 0
MemTotal:        8000000 kB
MemFree:          500000 kB
MemAvailable:    2000000 kB
Buffers:             100 kB
Cached:          3000000 kB
SwapTotal:       1000000 kB
SwapFree:         750000 kB
`;

/** One host that prints what the test says. */
class OneHost {
  logins = 0;
  closed = 0;
  lost = false;
  readonly prints = new Map<string, Partial<CommandResult>>([[procCommand, { stdout: printed }]]);
  readonly hosts: Pick<Hosts, 'connect'> = {
    connect: async () => {
      await Promise.resolve();
      this.logins += 1;
      return {
        name: 'rejuv@web1',
        run: async (command) => {
          await Promise.resolve();
          if (this.lost) throw new RejuvError('host-lost', { host: 'rejuv@web1', command });
          const normal = { status: 0, endedBy: null, stdout: '', stderr: '', truncated: false };
          return { ...normal, ...this.prints.get(command) };
        },
        boot: () => Promise.reject(new Error('not asked')),
        reboot: () => Promise.reject(new Error('not asked')),
        close: () => {
          this.closed += 1;
          return Promise.resolve();
        },
      };
    },
  };
}

const ssh: SshSettings = {
  host: 'web1',
  port: 22,
  user: 'rejuv',
  privateKey: '/key',
  agent: false,
  knownHosts: '/known',
  connectTimeoutMs: 1_000,
};
const web = target({ ssh });
const clock = new FakeClock();
const open: ExaminableSource[] = [];
afterEach(async () => {
  for (const source of open.splice(0)) await source.close();
});

function sourceOn(host: OneHost, change: Partial<SshSource> = {}): ExaminableSource {
  const settings: SshSource = {
    kind: 'ssh',
    name: 'host',
    everyMs: 15_000,
    deadlineMs: 5_000,
    staleMs: 60_000,
    proc: true,
    only: null,
    commands: [],
    ...change,
  };
  const hosts: Hosts = {
    ...host.hosts,
    copy: () => Promise.reject(new Error('not asked')),
    connect: host.hosts.connect,
  };
  const source = createSshSource(settings, { clock, hosts });
  open.push(source);
  return source;
}

function heap(change: Partial<CommandMetric> = {}): CommandMetric {
  return { figure: 'heap', unit: 'bytes', command: 'shopctl heap', counter: false, scale: 1, ...change };
}

describe('/proc over a login', () => {
  it('gives the figures of the host, whatever greets before', async () => {
    const { readings, gaps } = await sourceOn(new OneHost()).look(web, noSignal);
    expect(gaps).toEqual([]);
    expect(readings).toEqual([
      { kind: 'gauge', figure: 'load', value: 0.52 },
      { kind: 'gauge', figure: 'memory.used', value: 0.75 },
      { kind: 'gauge', figure: 'swap.used', value: 0.25 },
      { kind: 'gauge', figure: 'buffers.used', value: 100 * 1024 + 7 * 4096 },
      { kind: 'gauge', figure: 'files.open', value: 2144 },
      { kind: 'gauge', figure: 'threads', value: 345 },
      { kind: 'started', what: 'host', at: clock.now() - 86_400_500 },
    ]);
  });

  it('gives only what is wanted', async () => {
    const { readings } = await sourceOn(new OneHost(), { only: ['load'] }).look(web, noSignal);
    expect(readings.map((one) => (one.kind === 'started' ? one.what : one.figure))).toEqual(['load', 'host']);
  });

  it('with a file missing says which figures are', async () => {
    const host = new OneHost();
    const stdout = printed.replace(/^TCP:.*\n/m, '').replace(/^MemAvailable.*\n/m, '');
    host.prints.set(procCommand, { stdout, status: 1, stderr: 'cat: /proc/net/sockstat: No such file' });
    const { gaps } = await sourceOn(host).look(web, noSignal);
    expect(gaps.map(({ problem }) => problem)).toEqual([
      'memory.used is not in what /proc says there',
      'buffers.used is not in what /proc says there',
    ]);
  });

  it('that is not to be read at all is the failure of the command', async () => {
    const host = new OneHost();
    host.prints.set(procCommand, { status: 126, stderr: 'rejuv-login: not allowed' });
    await expect(sourceOn(host).read(web, noSignal)).rejects.toMatchObject({ code: 'command-failed' });
  });

  it('is never half a number', () => {
    for (let cut = 0; cut < printed.length; cut += 1) {
      const part = parseProc(printed.slice(0, cut));
      const whole = parseProc(printed);
      for (const key of [
        'load',
        'threads',
        'uptimeMs',
        'memoryUsed',
        'swapUsed',
        'filesOpen',
        'buffersUsed',
      ] as const) {
        expect([null, whole[key]]).toContain(part[key]);
      }
    }
  });
});

describe('a command that prints a number', () => {
  it('is a figure, in its unit', async () => {
    const host = new OneHost();
    host.prints.set('shopctl heap', { stdout: ' 12.5 \n' });
    const source = sourceOn(host, { proc: false, commands: [heap({ scale: 1024 })] });
    expect(await source.read(web, noSignal)).toEqual([{ kind: 'gauge', figure: 'heap', value: 12_800 }]);
  });

  it('may be a counter', async () => {
    const host = new OneHost();
    host.prints.set('shopctl heap', { stdout: '7\n' });
    const source = sourceOn(host, { proc: false, commands: [heap({ counter: true, unit: 'per-second' })] });
    expect(await source.read(web, noSignal)).toEqual([{ kind: 'counter', figure: 'heap', value: 7 }]);
  });

  it.each([
    ['', 'nothing'],
    ['12 MB', '"12 MB"'],
    ['1\n2', '"1\\n2"'],
    ['NaN', '"NaN"'],
    ['0x10', '"0x10"'],
    ['1,5', '"1,5"'],
    ['Infinity', '"Infinity"'],
  ])('that prints %j is refused', async (stdout, shown) => {
    const host = new OneHost();
    host.prints.set('shopctl heap', { stdout });
    const source = sourceOn(host, { proc: false, commands: [heap()] });
    await expect(source.read(web, noSignal)).rejects.toThrow(
      `source host of shop/web1 gives nothing usable: \`shopctl heap\` printed ${shown}, and not one number`,
    );
  });

  it('that fails does not take the other figures with it', async () => {
    const host = new OneHost();
    host.prints.set('shopctl heap', { status: 1, stderr: 'no such shop' });
    const { readings, gaps } = await sourceOn(host, { commands: [heap()] }).look(web, noSignal);
    expect(readings).toHaveLength(7);
    expect(gaps[0]?.problem).toMatch(/no such shop/);
  });
});

describe('the login', () => {
  it('is kept from reading to reading, and closed at the end', async () => {
    const host = new OneHost();
    const source = sourceOn(host);
    for (let time = 0; time < 5; time += 1) await source.read(web, noSignal);
    expect([host.logins, host.closed]).toEqual([1, 0]);
    await source.close();
    expect(host.closed).toBe(1);
  });

  it('is made anew after it was lost', async () => {
    const host = new OneHost();
    const source = sourceOn(host);
    await source.read(web, noSignal);
    host.lost = true;
    await expect(source.read(web, noSignal)).rejects.toMatchObject({ code: 'host-lost' });
    host.lost = false;
    await source.read(web, noSignal);
    expect(host.logins).toBe(2);
  });

  it('that a server has not is said', async () => {
    await expect(sourceOn(new OneHost()).read(target(), noSignal)).rejects.toThrow(
      /it has no `ssh`, so nobody can log in$/,
    );
  });
});
