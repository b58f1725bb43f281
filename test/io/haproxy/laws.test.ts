import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import { adminBits, adminStateOf } from '../../../src/domain/server.ts';
import { command, showInfo, showStat, showServersState } from '../../../src/io/haproxy/commands.ts';
import { exchange, type Line } from '../../../src/io/haproxy/exchange.ts';
import { fieldsOf, rowsOf } from '../../../src/io/haproxy/rows.ts';
import { infoOpening } from '../../../src/io/haproxy/show-info.ts';
import { place, recorded, versions } from './transcript.ts';

/** A peer that answers any command with these pieces and closes. */
function peer(pieces: readonly string[]): Duplex {
  return new Duplex({
    read: () => undefined,
    write(_chunk, _encoding, done) {
      for (const piece of pieces) this.push(piece);
      this.push(null);
      done();
    },
  });
}

async function outcome(question: Line, pieces: readonly string[]): Promise<string> {
  try {
    const { signal } = new AbortController();
    return Buffer.concat(await exchange(peer(pieces), place, question, 1_000_000, signal)).toString();
  } catch (error) {
    if (error instanceof RejuvError) return `refused: ${error.code}`;
    throw error;
  }
}

describe('a reply that was cut', () => {
  const questions: [string, Line][] = [
    ['show-info', { commands: [showInfo], opening: infoOpening, end: 'close' }],
    ['show-servers-state', { commands: [showServersState(null)], opening: null, end: 'close' }],
    ['show-stat', { commands: [showStat(null)], opening: null, end: 'close' }],
    ['set-state-no-such-server', { commands: [showInfo], opening: null, end: 'close' }],
  ];

  it.each(questions)('is never taken for an answer, at whatever byte: %s', async (name, question) => {
    for (const version of versions) {
      const whole = recorded(version, name);
      expect(await outcome(question, [whole])).toBe(whole.slice(0, -1));
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(whole.length), async (cut, split) => {
          const kept = whole.slice(0, cut);
          const pieces = [kept.slice(0, split), kept.slice(split)].filter((piece) => piece !== '');
          expect(await outcome(question, pieces)).toBe('refused: reply-truncated');
        }),
      );
    }
  });

  it('is told from the empty reply, which is one empty line', async () => {
    const question: Line = { commands: [showInfo], opening: null, end: 'close' };
    expect(await outcome(question, ['\n'])).toBe('');
    expect(await outcome(question, [])).toBe('refused: reply-truncated');
  });
});

/** All rows; null where they are broken. */
function parseCsv(text: string): string[][] | null {
  const rows = rowsOf(Buffer.from(text), ',');
  const all: string[][] = [];
  while (rows.next()) all.push(fieldsOf(rows));
  return rows.broken ? null : all;
}

describe('CSV', () => {
  it('reads back whatever was written, quoted or not', () => {
    const quote = (field: string): string =>
      /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'é') });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 6 }), { minLength: 1 }), (rows) => {
        const text = rows.map((row) => `${row.map(quote).join(',')}\n`).join('');
        expect(parseCsv(text)).toEqual(rows);
      }),
    );
  });

  it('is refused when it ends inside a quoted field', () => {
    expect(parseCsv('a,"b\n')).toBeNull();
    expect(parseCsv('a,"b"c\n')).toBeNull();
    expect(parseCsv('a,b"c\n')).toBeNull();
  });
});

describe('the admin state', () => {
  it('is maint for each maint bit but the configured one, then drain for each drain bit, else ready', () => {
    fc.assert(
      fc.property(fc.nat(127), (bits) => {
        const maint = adminBits.forcedMaint | adminBits.inheritedMaint | adminBits.resolutionMaint;
        const drain = adminBits.forcedDrain | adminBits.inheritedDrain;
        const expected = (bits & maint) !== 0 ? 'maint' : (bits & drain) !== 0 ? 'drain' : 'ready';
        expect(adminStateOf(bits)).toBe(expected);
        expect(adminStateOf(bits | adminBits.configuredMaint)).toBe(adminStateOf(bits));
      }),
    );
  });
});

describe('a command line', () => {
  it('is refused when it holds anything that could start a second command', () => {
    const bad = fc.constantFrom('\n', '\r', ';', '\0', '\\', '<<', '\t', 'é', '\x7f');
    fc.assert(
      fc.property(fc.string(), bad, fc.string(), (before, sign, after) => {
        expect(() => command(`${before}${sign}${after}`)).toThrow('not one runtime command');
      }),
    );
  });

  it('is refused when it is longer than the buffer of HAProxy', () => {
    expect(() => command('x'.repeat(16_384))).toThrow('not one runtime command');
  });
});
