import { describe, expect, it } from 'vitest';
import type { FaultSettings } from '../../src/domain/settings.ts';
import { findProblems, readConfig } from '../../src/config/read-config.ts';
import { readShare } from '../../src/config/share.ts';
import { cronRules } from '../../src/io/cron.ts';
import { goodFile, mark, spoil } from './good-file.ts';

const shop = '    minServing: 2\n';

function faultsWith(written: string): FaultSettings | null {
  const text = goodFile.replace(shop, () => `${shop}${written}`);
  return readConfig(text, { path: 'rejuv.yaml', cron: cronRules }).backends[0]?.faults ?? null;
}

function problemsWith(written: string): string[] {
  const { text, line, column } = spoil(shop, `${shop}${written}`);
  const result = findProblems(text, cronRules);
  if (!('problems' in result)) return [];
  if (written.includes(mark)) {
    expect(result.problems.map((problem) => [problem.line, problem.column])).toContainEqual([line, column]);
  }
  return result.problems.map(({ message, fix }) => `${message}; ${fix}`);
}

describe('a backend without `faults`', () => {
  it('is not watched: what was reported before is reported, and nothing else happens', () => {
    expect(faultsWith('')).toBeNull();
  });
});

describe('`faults` with all defaults', () => {
  it.each(['    faults:\n', '    faults: {}\n'])('as %j', (written) => {
    expect(faultsWith(written)).toEqual({
      everyMs: 2_000,
      fall: 3,
      rise: 2,
      watchdog: true,
      ssh: true,
      onFault: 'failover',
      recover: [],
      failback: 'manual',
      checkpoint: null,
      storm: { share: 1 / 3, windowMs: 60_000, quietMs: 600_000 },
      flap: { times: 3, windowMs: 3_600_000 },
    });
  });

  it('only tells a person where neither a spare nor `recover` could help', () => {
    const text = `${goodFile}    faults:\n`;
    const api = readConfig(text, { path: 'rejuv.yaml', cron: cronRules }).backends[1]?.faults;
    expect(api).toMatchObject({ onFault: 'alert', watchdog: false });
  });
});

describe('everything about faults', () => {
  it('is read', () => {
    const written = `    faults: { every: 1s, fall: 2, rise: 1, watchdog: false, ssh: false, onFault: alert }
    recover:
      - run: { command: restart }
      - reboot:
      - powerCycle: { command: "ipmi {address} {server} {backend}", deadline: 3m }
    failback: automatic
    checkpoint:
      every: 5m
      keep: 3
      steps:
        - run: { on: primary, command: "save {slot}" }
        - copy: { from: /a, to: "/b/{server}/{slot}" }
      restore:
        - run: { on: receiver, command: "load {server} {slot}" }
    storm: { share: 50%, window: 2m, quiet: 1h }
    flap: { times: 1, window: 30m }
`;
    expect(faultsWith(written)).toEqual({
      everyMs: 1_000,
      fall: 2,
      rise: 1,
      watchdog: false,
      ssh: false,
      onFault: 'alert',
      recover: [
        { kind: 'run', command: 'restart', deadlineMs: 60_000 },
        { kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 600_000 },
        { kind: 'power-cycle', command: 'ipmi {address} {server} {backend}', deadlineMs: 180_000 },
      ],
      failback: 'automatic',
      checkpoint: {
        everyMs: 300_000,
        maxAgeMs: 900_000,
        keep: 3,
        store: null,
        steps: [
          { kind: 'run', on: 'primary', command: 'save {slot}', deadlineMs: 60_000 },
          { kind: 'copy', from: '/a', to: '/b/{server}/{slot}', deadlineMs: 300_000 },
        ],
        restore: [{ kind: 'run', on: 'receiver', command: 'load {server} {slot}', deadlineMs: 60_000 }],
      },
      storm: { share: 0.5, windowMs: 120_000, quietMs: 3_600_000 },
      flap: { times: 1, windowMs: 1_800_000 },
    });
  });

  it('keeps checkpoints on a host of its own, with the login of the other hosts', () => {
    const written = `    faults:
    checkpoint:
      every: 1m
      keep: 1
      store: { ssh: ops@10.0.0.30:2222 }
      steps: [{ copy: { from: /a, to: "/b/{server}" } }]
      restore: [{ copy: { from: "/b/{server}", to: /a } }]
`;
    expect(faultsWith(written)?.checkpoint?.store).toMatchObject({
      host: '10.0.0.30',
      port: 2222,
      user: 'ops',
      privateKey: '/etc/rejuv/key',
    });
  });
});

const checkpoint = (rest: string): string => `    faults:\n    checkpoint:\n      every: 5m\n${rest}`;

/** What is written (‸ is where the problem must point), and the sentence. */
const cases: readonly (readonly [string, string])[] = [
  [`    faults: { ‸evry: 2s }\n`, 'there is no key `evry` in backends.shop.faults; write `every`'],
  [
    `    ‸recover: [{ reboot: }]\n`,
    'backend shop has `recover` but no `faults`, so nothing would notice a fault; add `faults: {}`',
  ],
  [
    `    ‸flap: { times: 2 }\n`,
    'backend shop has `flap` but no `faults`, so nothing would notice a fault; add `faults: {}`',
  ],
  [
    `    faults:\n    recover:\n      - powerCycle: { command: ‸"ipmi {adress}" }\n`,
    'backends.shop.recover[0].powerCycle.command is "ipmi {adress}", where {adress} is not a placeholder; write {address}',
  ],
  [
    `    faults:\n    storm: { share: ‸0% }\n`,
    'backends.shop.storm.share is "0%", which is not more than nothing and at most all; write a share such as 1/3 or 33%',
  ],
  [
    `    faults:\n    storm: { share: ‸0.5 }\n`,
    'backends.shop.storm.share is 0.5; write a share such as 1/3 or 33%',
  ],
  [
    checkpoint(`      maxAge: ‸5m\n      steps: [{ run: { on: primary, command: save } }]\n`),
    'checkpoints of backend shop are made too rarely to be younger than `maxAge`; raise `maxAge` above `every`, or lower `every`',
  ],
  [
    checkpoint(`      steps: [{ copy: { from: /a, to: ‸/b } }]\n`),
    '/b lacks {server}, so the checkpoints of all primaries would lie in one place; write such as /var/lib/shop/checkpoints/{server}/{slot}',
  ],
  [
    checkpoint(`      steps: [{ copy: { from: /a, to: ‸"/b/{server}" } }]\n`),
    '/b/{server} lacks {slot}, so 2 checkpoints cannot be kept there; write such as /var/lib/shop/checkpoints/{server}/{slot}, or `keep: 1`',
  ],
  [
    checkpoint(`      steps: [{ ‸run: { on: store, command: save } }]\n`),
    'checkpoints of backend shop have no store to run it on; add `store: { ssh: host }`, or leave this step out',
  ],
  [
    checkpoint(
      `      steps: [{ run: { on: primary, command: save } }]\n      restore: [{ ‸copy: { from: /b, to: /a } }]\n`,
    ),
    'checkpoints of backend shop lie on the spare already, so there is nothing to copy there; add `store: { ssh: host }`, or leave this step out',
  ],
  [
    checkpoint(`      steps: ‸[]\n`),
    'backends.shop.checkpoint.steps is an empty list; write at least one step',
  ],
];

describe('what is wrong about faults is said with its place', () => {
  it.each(cases.map(([written, sentence]) => [sentence, written]))('%s', (sentence, written) => {
    expect(problemsWith(written)).toContain(sentence);
  });

  it('a failover needs a spare or something to recover with', () => {
    const result = findProblems(`${goodFile}    faults: { onFault: failover, watchdog: true }\n`, cronRules);
    expect('problems' in result ? result.problems.map(({ message }) => message) : []).toEqual([
      'backend api has neither a spare to take over nor `recover`',
      'the watchdog of backend api asks its `probe`, and there is none',
    ]);
  });

  it('recovery needs a probe to prove it, and a login to do it', () => {
    const result = findProblems(`${goodFile}    faults:\n    recover:\n      - reboot:\n`, cronRules);
    expect('problems' in result ? result.problems.map(({ message }) => message) : []).toEqual([
      'server api/api1 has no `ssh`, and a `reboot` of `recover` needs it on every server',
      'backend api has `recover` but no `probe`, so nothing would prove that a server is healthy again',
    ]);
  });
});

it.each([
  ['1/3', 1 / 3],
  ['33%', 0.33],
  ['12.5%', 0.125],
  ['1/1', 1],
])('the share %s is %d', (text, value) => {
  expect(readShare(text)).toEqual({ value });
});

it.each(['', 'a third', '1/0', '2/1', '101%', '0/3', '-1%', '1 / 3'])('%j is no share', (text) => {
  expect(readShare(text)).toHaveProperty('right');
});

it('leaves the braces of a shell and of awk alone', () => {
  const written = `    faults:\n    recover:\n      - powerCycle: { command: "awk '{print}' \${server} {server}" }\n`;
  expect(problemsWith(written)).toEqual([]);
});
