import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import { backendName, serverName } from '../../../src/domain/names.ts';
import { fillCheckpointText, fillPowerCommand } from '../../../src/policy/fault/placeholders.ts';

const web1 = { backend: backendName('shop'), server: serverName('web1') };

describe('the command that cuts the power', () => {
  it('names the server, and has the same in its environment', () => {
    expect(fillPowerCommand('ipmi {address} bmc-{server} {backend} ${server}', web1, '10.0.0.21')).toEqual({
      command: 'ipmi 10.0.0.21 bmc-web1 shop ${server}',
      environment: { REJUV_ADDRESS: '10.0.0.21', REJUV_SERVER: 'web1', REJUV_BACKEND: 'shop' },
    });
    expect(fillPowerCommand('ipmi {address}', web1, 'fd00::21').command).toBe('ipmi fd00::21');
  });

  it.each([
    '10.0.0.1; reboot',
    '$(reboot)',
    "'",
    '"',
    '`x`',
    'a b',
    '',
    '-f',
    '..',
    '/run/x.sock',
    'a\nb',
    'ä',
  ])('is not run for a server whose address is %j', (address) => {
    expect(() => fillPowerCommand('ipmi {address}', web1, address)).toThrow(/its address is/);
  });

  it('may be about a server with an odd address, where it does not use it', () => {
    expect(fillPowerCommand('cloud reset {server}', web1, '/run/x.sock').command).toBe('cloud reset web1');
  });

  it('holds one plain word for each placeholder, whatever comes from outside and however it is quoted', () => {
    const odd = fc.string({ unit: fc.constantFrom(...Array.from('ab1.:-_$`\'"\\;|&<>(){}*?~#! \n')) });
    fc.assert(
      fc.property(odd, (address) => {
        let command: string;
        try {
          command = fillPowerCommand(
            `printf '%s\\n' {address} '{address}' "{address}"`,
            web1,
            address,
          ).command;
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(RejuvError);
          return;
        }
        const lines = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
        expect(lines).toBe(`${address}\n${address}\n${address}\n`);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a path of a checkpoint', () => {
  it('is one of its own for each primary and each slot', () => {
    expect(fillCheckpointText('/c/{backend}/{server}/{slot}', web1, 2)).toBe('/c/shop/web1/2');
    expect(fillCheckpointText('awk {print}', web1, 2)).toBe('awk {print}');
  });

  it('never leads upwards', () => {
    const up = { ...web1, server: serverName('..') };
    expect(() => fillCheckpointText('/c/{server}', up, 1)).toThrow(/its server is/);
  });
});
