import { describe, expect, it } from 'vitest';
import { findProblems, readConfig } from '../../src/config/read-config.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { cronRules } from '../../src/io/cron.ts';
import { goodFile } from './good-file.ts';

const active = goodFile
  .replace('    minServing: 2\n', '    mode: active-active\n    minServing: 2\n')
  .replace(', role: spare', '')
  .replace('    spare:\n      start: start shop\n', '')
  .replace('on: spare', 'on: receiver');

const read = (text: string): Settings => readConfig(text, { path: 'rejuv.yaml', cron: cronRules });

function problems(text: string): string[] {
  const result = findProblems(text, cronRules);
  if (!('problems' in result)) return [];
  return result.problems.map(({ line, message, fix }) => `${line}: ${message}; ${fix}`);
}

describe('a backend where all serve', () => {
  it('needs no spare, and has two words for the side that takes state over', () => {
    const settings = read(active);
    expect(settings.backends[0]?.mode).toBe('active-active');
    expect(settings.backends[0]?.duplex.at(-1)).toMatchObject({ kind: 'request', on: 'spare' });
    expect(read(active.replace('on: receiver', 'on: spare'))).toEqual(settings);
  });

  it('has no spare', () => {
    expect(problems(active.replace('web3: { ssh: 10.0.0.23', 'web3: { ssh: 10.0.0.23, role: spare'))).toEqual(
      [
        '16: server shop/web3 is a spare, and in mode active-active every server serves; leave `role` out, or write `mode: active-standby`',
      ],
    );
  });

  it('wakes and stops nobody', () => {
    expect(problems(active.replace('    duplex:', '    spare: { start: a, stop: b }\n    duplex:'))).toEqual([
      '19: backend shop has `spare.start`, and in mode active-active there is no spare that sleeps; leave it out, or write `mode: active-standby`',
      '19: backend shop has `spare.stop`, and in mode active-active there is no spare that sleeps; leave it out, or write `mode: active-standby`',
    ]);
  });

  it('has one server more than has to serve', () => {
    expect(problems(active.replace('minServing: 2', 'minServing: 3'))).toEqual([
      '12: backend shop has 3 server(s) that all have to serve, so none could ever leave for its `actions`; lower minServing, or name more servers',
    ]);
  });

  it('makes no checkpoints: nobody could be restored from them', () => {
    const checkpoint =
      '    faults: {}\n    checkpoint: { every: 5m, steps: [{ run: { on: primary, command: save } }] }\n    duplex:';
    expect(problems(active.replace('    duplex:', checkpoint))).toEqual([
      '20: backend shop has `checkpoint`, and in mode active-active there is no spare that it could be restored into; leave it out, or write `mode: active-standby`',
    ]);
  });
});
