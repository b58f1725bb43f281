import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rebootAnswer, rebootOrder } from '../../../src/io/ssh/reboot-order.ts';
import { shellQuote } from '../../../src/io/ssh/shell-quote.ts';

const anyText = fc.string({
  unit: fc.constantFrom(...Array.from(`ab '"\\$\`!*?~#;&|<>()[]{}\n\té%-`)),
  maxLength: 30,
});

describe('a quoted shell word', () => {
  it('means exactly the text, to a real shell', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 20 }), (words) => {
        const script = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;
        const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
        expect(printed.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 40 },
    );
  });

  it('cannot hold a NUL byte', () => {
    expect(() => shellQuote('a\0b')).toThrow(RangeError);
  });
});

describe('the order to reboot', () => {
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

  it('hands any command unchanged to the shell over there', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const command = `printf '%s' ${shellQuote(text)}`;
        const stdout = execFileSync('sh', ['-c', rebootOrder(command, bootId)], { encoding: 'utf8' });
        expect(stdout).toBe(`rejuv-reboot-ordered\n${text}`);
      }),
      { numRuns: 8 },
    );
  });

  it('takes nothing but a boot id', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(() => rebootOrder('true', text)).toThrow(RangeError);
      }),
    );
  });

  it('is answered by a whole line, whatever the login shell says before', () => {
    expect(rebootAnswer('Welcome!\nrejuv-reboot-ordered\n')).toBe('ordered');
    expect(rebootAnswer('rejuv-other-boot\r\n')).toBe('other-boot');
    expect(rebootAnswer('echo rejuv-reboot-ordered\n')).toBeNull();
    expect(rebootAnswer('')).toBeNull();
  });
});
