import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownName, matchesHosts } from '../../../src/io/ssh/host-pattern.ts';
import { fingerprint, judge, knownTypes, lineFor, parseKnownHosts } from '../../../src/io/ssh/known-hosts.ts';
import { exec, makeKey } from './sshd.ts';

let directory: string;
let first: Buffer;
let second: Buffer;
let rsa: Buffer;
const line = (key: Buffer, host = 'web1', port = 22): string => lineFor(host, port, key);
const verdict = (text: string, key: Buffer, host = 'web1', port = 22): string =>
  judge(parseKnownHosts(text), host, port, key);

async function newKey(name: string, kind: string[]): Promise<Buffer> {
  await makeKey(join(directory, name), kind);
  const [, encoded] = (await readFile(join(directory, `${name}.pub`), 'utf8')).split(' ');
  return Buffer.from(encoded!, 'base64');
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rejuv-known-'));
  first = await newKey('first', ['-t', 'ed25519']);
  second = await newKey('second', ['-t', 'ed25519']);
  rsa = await newKey('rsa', ['-t', 'rsa', '-b', '2048']);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('known_hosts', () => {
  it('knows a host by its line, and only with that key', () => {
    expect(verdict(line(first), first)).toBe('known');
    expect(verdict(line(first), second)).toBe('changed');
    expect(verdict(line(first), first, 'web2')).toBe('unknown');
    expect(verdict('', first)).toBe('unknown');
  });

  it('takes any of several keys of one host, and says which types there are', () => {
    const text = `${line(rsa)}\n${line(first)} web1's key\n`;
    expect(verdict(text, first)).toBe('known');
    expect(verdict(text, rsa)).toBe('known');
    expect(verdict(text, second)).toBe('changed');
    expect(knownTypes(parseKnownHosts(text), 'web1', 22)).toEqual(['ssh-rsa', 'ssh-ed25519']);
  });

  it('calls a host changed that is known by a key of another type only', () => {
    expect(verdict(line(rsa), first)).toBe('changed');
  });

  it('keeps hosts on other ports apart, but takes the key of the plain name as OpenSSH does', () => {
    expect(line(first, 'web1', 2222)).toMatch(/^\[web1\]:2222 ssh-ed25519 /);
    expect(verdict(line(first, 'web1', 2222), first, 'web1', 2222)).toBe('known');
    expect(verdict(line(first, 'web1', 2222), first)).toBe('unknown');
    expect(verdict(line(first), first, 'web1', 2222)).toBe('known');
    expect(verdict(line(first), second, 'web1', 2222)).toBe('unknown');
    expect(verdict(line(first, '::1', 2222), first, '::1', 2222)).toBe('known');
  });

  it('refuses a revoked key, whatever other lines say', () => {
    const encoded = line(first).replace(/^web1/, '*');
    expect(verdict(`@revoked ${encoded}\n${line(first)}`, first)).toBe('revoked');
    expect(verdict(`@revoked ${encoded}\n${line(second)}`, second)).toBe('known');
    expect(verdict(`@revoked ${encoded}`, second)).toBe('unknown');
  });

  it('leaves out comments, damaged lines and certificate authorities', () => {
    const damaged = line(first).replace('ssh-ed25519', 'ssh-rsa');
    const text = `# ${line(first)}\n\n  \nweb1\nweb1 ssh-ed25519\n${damaged}\n@cert-authority ${line(first)}\n`;
    expect(parseKnownHosts(text)).toEqual([]);
    expect(parseKnownHosts(`  ${line(first).replaceAll(' ', '\t')}\r\n`)).toHaveLength(1);
  });

  it('matches wildcards and negation', () => {
    expect(matchesHosts('web?,10.0.0.*', '10.0.0.21')).toBe(true);
    expect(matchesHosts('*.shop,!db.shop', 'web.shop')).toBe(true);
    expect(matchesHosts('*.shop,!db.shop', 'db.shop')).toBe(false);
    expect(matchesHosts('!db.shop', 'web.shop')).toBe(false);
    expect(matchesHosts('[*.shop]:2222', '[web.shop]:2222')).toBe(true);
    expect(matchesHosts('WEB1', knownName('Web1', 22))).toBe(true);
    expect(matchesHosts('web', 'web1')).toBe(false);
  });

  it('matches every name by itself and by any part of it replaced by *', () => {
    const name = fc.stringMatching(/^[a-z0-9.-]{1,20}$/);
    fc.assert(
      fc.property(name, fc.nat(20), fc.nat(20), (host, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(matchesHosts(host, host)).toBe(true);
        expect(matchesHosts(`${host.slice(0, from)}*${host.slice(to)}`, host)).toBe(true);
        expect(matchesHosts(`*,!${host}`, host)).toBe(false);
      }),
    );
  });

  it('reads what ssh-keygen -H hashed', async () => {
    const path = join(directory, 'hashed');
    await writeFile(path, `${line(first)}\n${line(second, 'web1', 2222)}\n${line(rsa, '::1', 22)}\n`);
    await exec('ssh-keygen', ['-q', '-H', '-f', path]);
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain('web1');
    expect(verdict(text, first)).toBe('known');
    expect(verdict(text, second)).toBe('changed');
    expect(verdict(text, second, 'WEB1', 2222)).toBe('known');
    expect(verdict(text, rsa, '::1')).toBe('known');
    expect(verdict(text, first, 'web2')).toBe('unknown');
  });

  it('is read by ssh-keygen -F as we read it', async () => {
    const path = join(directory, 'ours');
    await writeFile(path, `*.shop,!db.shop ${line(first).slice(5)}\n${line(second, 'web9', 2222)}\n`);
    const text = await readFile(path, 'utf8');
    for (const [host, port] of [
      ['web.shop', 22],
      ['db.shop', 22],
      ['web9', 2222],
      ['web9', 22],
    ] as const) {
      const found = await exec('ssh-keygen', ['-F', knownName(host, port), '-f', path]).then(
        () => true,
        () => false,
      );
      expect(knownTypes(parseKnownHosts(text), host, port).length > 0, host).toBe(found);
    }
  });

  it('gives the fingerprint that ssh-keygen -lf prints', async () => {
    for (const [name, key] of [
      ['first', first],
      ['rsa', rsa],
    ] as const) {
      const { stdout } = await exec('ssh-keygen', ['-lf', join(directory, `${name}.pub`)]);
      expect(stdout.split(' ')[1]).toBe(fingerprint(key));
    }
  });
});
