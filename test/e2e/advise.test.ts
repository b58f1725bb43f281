import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { xmlProblem } from '../cli/advise/well-formed.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const example = fileURLToPath(new URL('../../examples/rates.yaml', import.meta.url));

describe('rejuv advise, as installed', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rejuv-advise-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const advise = (...argv: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [main, 'advise', 'shop', ...argv], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], REJUV_CONFIG: join(folder, 'none.yaml') },
    });

  it('answers from the shipped example without config file, sidecar or HAProxy, and draws the picture', () => {
    const plot = join(folder, 'shop.svg');
    const { status, stdout } = advise('--given', example, '--plot', plot);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Rejuvenate each server of shop every 16 h 8 min;/);
    expect(stdout).toContain('"30 3,11,19 * * *" (UTC)');
    expect(xmlProblem(readFileSync(plot, 'utf8'))).toBeNull();
  });

  it('finds no failure in records that are not there, and says what to do', () => {
    const config = join(folder, 'rejuv.yaml');
    const file = [
      `loadBalancers: { a: { socket: ${folder}/a.sock }, b: { socket: ${folder}/b.sock } }`,
      `state: ${folder}/state`,
      `listen: ${folder}/rejuv.sock`,
      'backends: { shop: { minServing: 1, servers: { web1: {}, web2: { role: spare } } } }',
    ];
    writeFileSync(config, `${file.join('\n')}\n`);
    const { status, stdout } = advise('-c', config);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Not enough data on shop/);
    expect(stdout).toContain('--given FILE');
  });

  it('names the file that it cannot read, and the picture that it cannot write', () => {
    const missing = advise('--given', join(folder, 'no.yaml'));
    expect(missing).toMatchObject({ status: 2, stdout: '' });
    expect(missing.stderr).toContain('no.yaml: there is no such file');
    const unwritable = advise('--given', example, '--plot', join(folder, 'no', 'shop.svg'), '--json');
    expect(unwritable.status).toBe(1);
    expect(JSON.parse(unwritable.stdout)).toMatchObject({ error: { code: 'picture-unwritable' } });
  });
});
