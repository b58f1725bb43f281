import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { offerOf } from '../../src/cli/init/choose.ts';
import { sketch, sparesByConfig, type Sketch } from '../../src/cli/init/sketch.ts';
import type { Seen } from '../../src/cli/init/seen.ts';
import { writeConfig } from '../../src/cli/init/write-config.ts';
import { findProblems } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { seenPair, type MadeUp } from './init-scene.ts';

/** All that can be used of what was seen; null where nothing can. */
function draw(seen: readonly Seen[]): Sketch | null {
  let backends;
  try {
    backends = offerOf(seen).usable;
  } catch {
    return null;
  }
  const ssh = { user: 'rejuv', privateKey: '/etc/rejuv/id_ed25519', keyThere: false, agent: false };
  return sketch(seen, { backends, spares: sparesByConfig(seen, backends), ssh, timeZone: 'UTC' });
}

describe('whatever HAProxy calls its backends and servers', () => {
  const odd = [
    'web:1',
    '1',
    '007',
    '1.5',
    '0x1F',
    '1e3',
    'yes',
    'No',
    'null',
    'true',
    'off',
    'y',
    '-',
    '--',
    '.',
    ':',
  ];
  const name = fc.oneof(
    fc.constantFrom(...odd, '_', '__proto__', 'constructor', 'toString', '12:30:45', '-a', '.inf'),
    fc.stringMatching(/^[A-Za-z0-9_.:-]{1,12}$/),
  );
  const address = fc.oneof(
    fc.constantFrom('-', '0.0.0.0', '127.0.0.1', '::1', 'fd00::21', '2001:db8::a:1', '::ffff:10.0.0.1'),
    fc.integer({ min: 1, max: 6 }).map((last) => `10.0.0.${last}`),
    fc.ipV6(),
  );
  const server = fc.record({
    backend: name,
    server: name,
    address,
    port: fc.integer({ min: 0, max: 65_535 }),
    bits: fc.constantFrom(0, 0, 0, 1, 4, 5, 8, 12, 32),
    down: fc.boolean(),
    backup: fc.boolean(),
    unchecked: fc.boolean(),
    agent: fc.boolean(),
  });
  const snapshot = fc.uniqueArray(server, {
    selector: (one) => `${one.backend}/${one.server}`,
    maxLength: 14,
  });
  type Drawn = Omit<MadeUp, 'id'> & { readonly backend: string; readonly server: string };
  const asMadeUp = (all: readonly Drawn[]): MadeUp[] =>
    all.map(({ backend: of, server: called, ...rest }) => ({ id: `${of}/${called}`, ...rest }));

  it('a file for what can be used is read without any problem, and names it exactly so', () => {
    let written = 0;
    fc.assert(
      fc.property(snapshot, fc.nat(), fc.boolean(), (servers, without, sameOnBoth) => {
        const a = asMadeUp(servers);
        const b = sameOnBoth ? a : a.filter((_, index) => index !== without % Math.max(1, a.length));
        const drawn = draw(seenPair(a, b));
        if (drawn === null) return;
        written += 1;
        const result = findProblems(writeConfig(drawn).text, cronRules);
        if (!('settings' in result)) throw new Error(JSON.stringify(result.problems));
        const { settings } = result;
        const read = settings.backends.flatMap(({ name: of, servers: named }) =>
          named.map(({ name: called, role, sameHost }) => ({ of, called, role, sameHost })),
        );
        const meant = drawn.backends.flatMap(({ servers: named }) =>
          named.map(({ id, role, sameHost }) => ({ of: id.backend, called: id.server, role, sameHost })),
        );
        // Names of digits come first in any object of JavaScript.
        expect(read.map((one) => JSON.stringify(one)).sort()).toEqual(
          meant.map((one) => JSON.stringify(one)).sort(),
        );
      }),
      { numRuns: 400 },
    );
    expect(written).toBeGreaterThan(100);
  });

  it('every name is a text for every reader of YAML', () => {
    for (const one of odd) {
      const drawn = draw(seenPair([{ id: `${one}/${one}`, address: '10.0.0.21' }]));
      const { text } = writeConfig(drawn!);
      for (const version of ['1.1', '1.2'] as const) {
        const tree = parse(text, { version }) as { backends: Record<string, { servers: object }> };
        expect(Object.keys(tree.backends)).toEqual([one]);
        expect(Object.keys(tree.backends[one]!.servers)).toEqual([one]);
        const asMap = parse(text, { version, mapAsMap: true }) as Map<string, Map<string, unknown>>;
        expect([...asMap.get('backends')!.keys()]).toEqual([one]);
      }
    }
  });
});
