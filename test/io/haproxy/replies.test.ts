import { describe, expect, it } from 'vitest';
import { backendName } from '../../../src/domain/names.ts';
import { backendRows } from '../../../src/io/haproxy/backend-rows.ts';
import { parseServersState as parseServersStateBytes } from '../../../src/io/haproxy/servers-state.ts';
import { parseShowBackend } from '../../../src/io/haproxy/show-backend.ts';
import { parseShowInfo } from '../../../src/io/haproxy/show-info.ts';
import { parseShowProc } from '../../../src/io/haproxy/show-proc.ts';
import { parseStat as parseStatBytes } from '../../../src/io/haproxy/stat.ts';
import type { Place } from '../../../src/io/haproxy/place.ts';
import { place, reply, versions } from './transcript.ts';

const shop = backendName('shop');
const parseStat = (at: Place, text: string) => parseStatBytes(at, Buffer.from(text));
const parseServersState = (at: Place, text: string) => parseServersStateBytes(at, Buffer.from(text));

describe.each(versions)('the recorded replies of HAProxy %s', (version) => {
  const rows = (backend: string): ReturnType<typeof backendRows> =>
    backendRows(
      place,
      backendName(backend),
      parseServersState(place, reply(version, 'show-servers-state')),
      parseStat(place, reply(version, 'show-stat')),
    );
  const row = (backend: string, server: string) => {
    const found = rows(backend);
    return found === null || found === 'disagree'
      ? undefined
      : found.rows.find((one) => one.id.server === server);
  };

  it('name the version and the process', () => {
    const info = parseShowInfo(place, reply(version, 'show-info'));
    expect(info.version.startsWith(version)).toBe(true);
    expect(info.process.pid).toBeGreaterThan(0);
    expect(info.process.startedAtSeconds).toBeGreaterThan(1_700_000_000);
    expect(info.stopping).toBe(false);
  });

  it('name every backend, those without servers and the disabled ones too', () => {
    expect(parseShowBackend(place, reply(version, 'show-backend'))).toEqual([
      'shop',
      'other',
      'empty',
      'off',
    ]);
  });

  it('show a checked server that is up at full health', () => {
    expect(row('shop', 'web1')).toMatchObject({
      address: '127.0.0.1',
      admin: 'ready',
      operational: 'up',
      status: 'UP',
      byAgent: false,
      weight: 1,
      haproxyBackup: false,
      check: { enabled: true, passed: true, status: 'L7OK', health: 4, rise: 2, fall: 3 },
      agent: { configured: false, enabled: false },
      sessions: 0,
      queue: 0,
    });
  });

  it('show a server that its agent drained', () => {
    expect(row('shop', 'web2')).toMatchObject({
      admin: 'drain',
      adminBits: 8,
      byAgent: true,
      agent: { configured: true, enabled: true },
    });
  });

  it('show a server that is down', () => {
    expect(row('shop', 'web3')).toMatchObject({
      admin: 'ready',
      operational: 'down',
      check: { enabled: true, passed: false, status: 'L4CON', health: 0 },
    });
  });

  it('show a server that the configuration disables as one in maint that nothing checks', () => {
    expect(row('shop', 'web4')).toMatchObject({
      admin: 'maint',
      adminBits: 5,
      operational: 'unchecked',
      check: { passed: false, status: '', health: null },
    });
  });

  it('show an HAProxy backup without a check', () => {
    expect(row('shop', 'web5')).toMatchObject({ haproxyBackup: true, check: { enabled: false } });
  });

  it('show a server that was drained by hand', () => {
    expect(row('shop', 'web6')).toMatchObject({ admin: 'drain', byAgent: false, operational: 'up' });
  });

  it('show a server whose name does not resolve as one in maint without an address', () => {
    expect(row('other', 'o2')).toMatchObject({ admin: 'maint', adminBits: 32, address: '-' });
  });

  it('leave out a backend that is disabled, and keep one without servers', () => {
    expect(rows('off')).toBeNull();
    expect(rows('empty')).toEqual({ rows: [], queue: 0 });
  });

  it('tell what waits in the queue of a backend itself, apart from what waits at its servers', () => {
    const busy = reply(version, 'show-stat').replace(/^shop,BACKEND,0/m, 'shop,BACKEND,7');
    expect(parseStat(place, busy)?.queues).toEqual(
      new Map([
        ['shop', 7],
        ['other', 0],
        ['empty', 0],
      ]),
    );
  });

  it('name a backend that is not there', () => {
    expect(parseServersState(place, reply(version, 'show-servers-state-missing'))).toBeNull();
    expect(parseStat(place, reply(version, 'show-stat-missing'))).toBeNull();
  });

  it('give the same for one backend as for all', () => {
    const one = parseServersState(place, reply(version, 'show-servers-state-shop'));
    const all = parseServersState(place, reply(version, 'show-servers-state'));
    expect(one).toEqual(all?.filter(({ backend }) => backend === 'shop'));
  });
});

describe('a reply that does not fit', () => {
  const stat = reply('2.6', 'show-stat-shop');
  const states = reply('2.6', 'show-servers-state-shop');

  it('is refused by the name of the column that is missing', () => {
    expect(() => parseStat(place, stat.replace(',scur,', ',gone,'))).toThrow('lb-a');
    expect(() => parseStat(place, stat.replace(',scur,', ',gone,'))).toThrow('no column scur');
    expect(() => parseServersState(place, states.replace('srv_admin_state', 'gone'))).toThrow(
      'no column srv_admin_state',
    );
  });

  it('is refused by the column whose value is no number', () => {
    const torn = stat.replace(/^shop,web1,0,0,0,/m, 'shop,web1,0,0,,');
    expect(() => parseStat(place, torn)).toThrow('column scur of `show stat` is empty');
    expect(() => parseStat(place, stat.replace(/^shop,web1,0/m, 'shop,web1,-1'))).toThrow('column qcur');
  });

  it('is refused when a line is short', () => {
    expect(() => parseServersState(place, states.replace(/ \S+\n$/, '\n'))).toThrow(
      /line 6 .* has 24 fields/,
    );
  });

  it('is refused when servers state has another format', () => {
    expect(() => parseServersState(place, states.replace(/^1/, '2'))).toThrow('format "2" instead of 1');
  });

  it('is refused when `show info` lacks the process', () => {
    const info = reply('2.6', 'show-info').replace(/^Start_time_sec.*\n/m, '');
    expect(() => parseShowInfo(place, info)).toThrow('no field Start_time_sec');
  });

  it('has its columns found by name, wherever they stand', () => {
    const swap = (line: string): string => {
      const cells = line.split(' ');
      const last = cells.pop() ?? '';
      return [...cells.slice(0, 4), last, ...cells.slice(4)].join(' ');
    };
    const [format = '', header = '', ...lines] = states.trimEnd().split('\n');
    const moved = [format, `# ${swap(header.slice(2))}`, ...lines.map(swap), ''].join('\n');
    expect(parseServersState(place, moved)).toEqual(parseServersState(place, states));
  });

  it('names different servers in two replies: then nothing is made of it', () => {
    const whole = parseServersState(place, states);
    const less = parseStat(place, stat.replace(/^shop,web3,.*\n/m, ''));
    expect(backendRows(place, shop, whole, less)).toBe('disagree');
  });

  it('lacks the line of a backend itself: then nothing is made of it either', () => {
    const whole = parseServersState(place, states);
    const less = parseStat(place, stat.replace(/^shop,BACKEND,.*\n/m, ''));
    expect(backendRows(place, shop, whole, less)).toBe('disagree');
    expect(() => parseStat(place, stat.replace(/^shop,BACKEND,0/m, 'shop,BACKEND,'))).toThrow('column qcur');
  });
});

describe('the replies around a reload', () => {
  it('show the old worker as stopping', () => {
    expect(parseShowInfo(place, reply('2.6', 'show-info-stopping').trimStart()).stopping).toBe(true);
  });

  it('name the workers on the master socket, and the old ones apart', () => {
    expect(parseShowProc(place, reply('2.6', 'show-proc'))).toMatchObject({ old: [] });
    expect(parseShowProc(place, reply('2.6', 'show-proc-old-worker')).old).toHaveLength(1);
    expect(parseShowProc(place, reply('3.0', 'show-proc-old-worker'))).toEqual({
      current: [29617],
      old: [29589],
    });
  });
});
