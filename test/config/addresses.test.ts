import { describe, expect, it } from 'vitest';
import { readSocketAddress } from '../../src/config/socket-address.ts';
import { readHost, readSshTarget } from '../../src/config/ssh-target.ts';

describe('where a runtime API listens', () => {
  it.each([
    ['/run/haproxy.sock', { kind: 'unix', path: '/run/haproxy.sock' }],
    ['tcp://10.0.0.1:9999', { kind: 'tcp', host: '10.0.0.1', port: 9999 }],
    ['tcp://[::1]:9999', { kind: 'tcp', host: '::1', port: 9999 }],
    ['ssh://lb/run/a.sock', { kind: 'ssh', target: { host: 'lb' }, path: '/run/a.sock' }],
    ['ssh://me@lb:2222/a', { kind: 'ssh', target: { user: 'me', host: 'lb', port: 2222 }, path: '/a' }],
    [
      'ssh://me@[fe80::1]:2222/a',
      { kind: 'ssh', target: { user: 'me', host: 'fe80::1', port: 2222 }, path: '/a' },
    ],
  ])('%s is understood', (text, value) => {
    expect(readSocketAddress(text)).toEqual({ value });
  });

  it.each([
    '',
    'a.sock',
    'tcp://',
    'tcp://:1',
    'tcp://h:0',
    'tcp://[::g]:1',
    'ssh://h',
    'ssh://h/',
    'ssh:///a',
    'unix://a',
  ])('%j is refused', (text) => {
    expect(readSocketAddress(text)).toHaveProperty('wrong');
  });
});

describe('where to log in', () => {
  it.each([
    ['web1', { host: 'web1' }],
    ['10.0.0.21:2222', { host: '10.0.0.21', port: 2222 }],
    ['me@web1.example.net', { user: 'me', host: 'web1.example.net' }],
    ['[::1]:22', { host: '::1', port: 22 }],
    ['me@[::1]', { user: 'me', host: '::1' }],
  ])('%s is understood', (text, value) => {
    expect(readSshTarget(text)).toEqual({ value });
  });

  it.each([
    '',
    '@web1',
    'me@',
    'web1:',
    'web1:0',
    'web1:65536',
    '-oProxyCommand=x',
    'a b',
    '::1',
    '[::1',
    '[]',
    'a@b@c',
  ])('%j is refused', (text) => {
    expect(readSshTarget(text)).toHaveProperty('wrong');
  });

  it('an IPv6 address needs no brackets where the port has its own key', () => {
    expect(readHost('::1')).toEqual({ value: '::1' });
    expect(readHost('[::1]')).toEqual({ value: '::1' });
  });
});
