import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { showFindings } from '../../src/cli/check/check.ts';
import { inOrder, type Finding } from '../../src/cli/check/finding.ts';
import { setScene } from './scene.ts';

function finding(severity: Finding['severity'], group: string, message: string): Finding {
  return { severity, group, where: 'lb-a', message, fix: null, code: null };
}

const schema = JSON.parse(
  readFileSync(new URL('contract/check.schema.json', import.meta.url), 'utf8'),
) as object;

describe('what rejuv check prints', () => {
  it.each<[readonly Finding['severity'][], string]>([
    [[], '0 errors, 0 warnings'],
    [['error', 'warning'], '1 error, 1 warning'],
    [['error', 'error', 'note', 'warning', 'ok'], '2 errors, 1 warning'],
  ])('ends with a count: %j', (severities, line) => {
    const findings = severities.map((severity) => finding(severity, 'hosts', 'x'));
    expect(showFindings(findings, false).split('\n').at(-1)).toBe(line);
  });

  it('has one line per finding under its group, and the fix below it', () => {
    const findings = [
      { ...finding('warning', 'hosts', 'its clock is off'), fix: 'let it keep time' },
      finding('ok', 'hosts', 'lb-a: the login works'),
    ];
    expect(showFindings(findings, false)).toBe(
      [
        'hosts',
        '  warning  lb-a: its clock is off',
        '             let it keep time',
        '  ok       lb-a: the login works',
        '0 errors, 1 warning',
      ].join('\n'),
    );
  });

  it('lets nothing from elsewhere command the terminal, and colours only where there are colours', () => {
    const dirty = finding('error', 'hosts', 'a\u001b[2Jb\nc');
    expect(showFindings([dirty], false)).toContain('lb-a: a?[2Jb c');
    expect(showFindings([dirty], true)).toContain('\u001b[31m');
  });

  it('puts the groups from the sockets outward, and the worst of each first', () => {
    const mixed = [
      finding('ok', 'sidecar', '1'),
      finding('note', 'backend b', '2'),
      finding('ok', 'backend a', '3'),
      finding('error', 'backend b', '4'),
      finding('ok', 'load balancers', '5'),
      finding('warning', 'something new', '6'),
      finding('warning', 'load balancers', '7'),
    ];
    expect(inOrder(mixed).map(({ message }) => message)).toEqual(['7', '5', '4', '2', '3', '1', '6']);
  });

  it('is with --json one array that fits its schema', async () => {
    const scene = setScene();
    scene.findings = [{ ...finding('error', 'hosts', 'no login'), code: 'login-refused' }];
    expect(await scene.run('check', '--json')).toBe(1);
    const ajv = new Ajv2020({ allErrors: true, strict: false });
    expect(ajv.validate(schema, JSON.parse(scene.out())) ? [] : ajv.errors).toEqual([]);
  });
});
