import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { examineRights, rightsOf, unclearRights } from '../../src/cli/check/rights.ts';
import { plainWords } from '../../src/cli/check/shell-words.ts';
import { needsPassword, readSudo } from '../../src/cli/check/sudo.ts';
import type { Finding } from '../../src/cli/check/finding.ts';
import type { CommandResult, Host } from '../../src/domain/seams.ts';
import type { BackendSettings } from '../../src/domain/settings.ts';
import { shellQuote } from '../../src/io/ssh/shell-quote.ts';
import { fakeWorld, someFaults } from '../fakes/world.ts';

const never = new AbortController().signal;

/** The fake shop's backend with these commands, and no others. */
function backendWith(...commands: string[]): BackendSettings {
  const [backend] = fakeWorld({
    backend: {
      spare: { start: null, stop: null, deadlineMs: 1 },
      duplex: [],
      actions: commands.map((command) => ({ kind: 'run', command, deadlineMs: 1, once: false })),
    },
  }).settings.backends;
  return backend!;
}

/** What `sudo -n -l -l` of sudo 1.9.13 prints, as measured. */
const listing = `Matching Defaults entries for rejuv on web1:
    env_reset, secure_path=/usr/local/sbin\\:/usr/bin

User rejuv may run the following commands on web1:

Sudoers entry:
    RunAsUsers: root
    Options: !authenticate
    Commands:
\t/usr/bin/systemctl start shop
\t/usr/bin/find /var/tmp/shop *

Sudoers entry:
    RunAsUsers: root
    Options: authenticate
    Commands:
\t/usr/bin/systemctl reboot

Sudoers entry:
    RunAsUsers: deploy
    Options: !authenticate
    Commands:
\t/usr/bin/systemctl reboot
`;

interface Answers {
  readonly [question: string]: Partial<CommandResult>;
}

/** Asks a host that answers what the test says, and nothing to anything else. */
async function ask(
  backend: BackendSettings,
  answers: Answers,
  user = 'rejuv',
): Promise<{
  readonly findings: Finding[];
  readonly asked: string[];
}> {
  const asked: string[] = [];
  const host = {
    name: 'rejuv@web1:22',
    run: (command: string) => {
      asked.push(command);
      const normal = { status: 0, endedBy: null, stdout: '', stderr: '', truncated: false };
      return Promise.resolve({ ...normal, ...answers[command] });
    },
  } as unknown as Host;
  return { findings: await examineRights(host, 'shop/web1', { backend, user }, never), asked };
}

describe('the rights of the configured commands', () => {
  it('are asked of sudo in the words of the config file, and nothing of it is run', async () => {
    const [backend] = fakeWorld().settings.backends;
    const { asked } = await ask(backend!, {});
    expect(asked).toEqual([
      'LC_ALL=C sudo -n -l -l',
      'sudo -n -l systemctl start shop',
      'sudo -n -l systemctl stop shop',
      'sudo -n -l shopctl flush-sessions',
      'sudo -n -l clean',
      'sudo -n -l systemctl reboot',
    ]);
  });

  it('are asked of the shell for commands without sudo: is the program there?', async () => {
    const { asked } = await ask(backendWith('/opt/shop/bin/clean --all', 'rm -rf /var/tmp/x'), {});
    expect(asked).toEqual(['command -v /opt/shop/bin/clean', 'command -v rm']);
  });

  it.each([
    'sudo -n rm -rf $DIR; reboot',
    'cd /srv && sudo -n ./clean',
    'sudo -n journalctl | tail',
    'sudo -n rm /var/tmp/shop/*',
    'sudo -n sh -c "echo $HOME"',
    'sudo -n -E clean',
    'sudo -n -l clean',
    'sudo -n -u',
    'sudo -n A=b clean',
    'sh -c "rm -rf /tmp/x"',
    'timeout 5 sudo -n clean',
    'A=b clean',
    'clean > /tmp/log',
    'clean # all of it',
    'clean\nreboot',
  ])('are not guessed for more than one plain command: %s', async (command) => {
    const backend = backendWith(command);
    expect((await ask(backend, {})).asked).toEqual([]);
    expect(unclearRights(backend)).toMatchObject([{ severity: 'note', where: 'backend shop' }]);
  });

  it('may be those of another user', () => {
    expect(rightsOf(backendWith('sudo -u deploy -n systemctl reboot'))).toMatchObject([
      { kind: 'sudo', sudo: { user: 'deploy' }, question: 'sudo -n -l -u deploy -n systemctl reboot' },
    ]);
  });

  const reboot = 'sudo -n systemctl reboot';
  const question = 'sudo -n -l systemctl reboot';

  it('are there when sudo lists the command without a password', async () => {
    const start = 'sudo -n systemctl start shop';
    const { findings } = await ask(backendWith(start), {
      'LC_ALL=C sudo -n -l -l': { stdout: listing },
      'sudo -n -l systemctl start shop': { stdout: '/usr/bin/systemctl start shop\n' },
    });
    expect(findings.map(({ severity }) => severity)).toEqual(['ok']);
  });

  it('are not there when sudo allows the command, but only with a password', async () => {
    const { findings } = await ask(backendWith(reboot), {
      'LC_ALL=C sudo -n -l -l': { stdout: listing },
      [question]: { stdout: '/usr/bin/systemctl reboot\n' },
    });
    expect(findings).toMatchObject([{ severity: 'error', code: 'sudo-password' }]);
  });

  it('are said to be unknown when sudo does not list how it allows the command', async () => {
    const refused = { status: 126, stderr: 'rejuv-login: not allowed' };
    const { findings } = await ask(backendWith(reboot), {
      'LC_ALL=C sudo -n -l -l': refused,
      [question]: { stdout: '/usr/bin/systemctl reboot\n' },
    });
    expect(findings).toMatchObject([
      { severity: 'note', fix: expect.stringContaining('sudo -n -l -l') as string },
    ]);
  });

  it('need no password for root', async () => {
    const { findings, asked } = await ask(backendWith(reboot), {}, 'root');
    expect(asked).toEqual([question]);
    expect(findings.map(({ severity }) => severity)).toEqual(['ok']);
  });

  it.each<[string, Partial<CommandResult>, Partial<Finding>]>([
    ['sudo refuses it without a word', { status: 1 }, { severity: 'error', code: null }],
    [
      'the user may run nothing',
      { status: 1, stderr: 'Sorry, user rejuv may not run sudo on web1.\n' },
      { severity: 'error', code: null },
    ],
    [
      'sudo wants a password to answer',
      { status: 1, stderr: 'sudo: a password is required\n' },
      { severity: 'error', code: 'sudo-password' },
    ],
    [
      'sudo does not find it',
      { status: 1, stderr: 'sudo: systemctl: command not found\n' },
      { severity: 'error', code: 'command-not-found' },
    ],
    [
      'a restricted login does not run the question',
      { status: 126, stderr: 'rejuv-login: not allowed: sudo -n -l systemctl reboot\n' },
      { severity: 'note', message: expect.stringContaining('not examined') as string },
    ],
  ])('are a finding when %s', async (_, result, finding) => {
    const { findings } = await ask(backendWith(reboot), { [question]: result });
    expect(findings).toMatchObject([finding]);
  });

  it('are a finding when a program is not there', async () => {
    const { findings } = await ask(backendWith('clean'), { 'command -v clean': { status: 127 } });
    expect(findings).toMatchObject([{ severity: 'error', code: 'command-not-found' }]);
  });
});

describe('a listing of sudo', () => {
  const root = { user: null, words: [] };
  const deploy = { user: 'deploy', words: [] };

  it.each([
    ['/usr/bin/systemctl start shop', root, false],
    ['/usr/bin/systemctl reboot', root, true],
    ['/usr/bin/systemctl reboot', deploy, false],
    ['/usr/bin/find /var/tmp/shop -type f', root, false],
    ['/usr/bin/id', root, null],
  ] as const)('tells whether %s as %o needs a password: %s', (allowed, sudo, wanted) => {
    expect(needsPassword(listing, sudo, allowed)).toBe(wanted);
  });

  it('counts the last entry that matches, and the default where an entry says nothing', () => {
    const all = `${listing}\nSudoers entry:\n    RunAsUsers: ALL\n    Commands:\n\tALL\n`;
    expect(needsPassword(all, root, '/usr/bin/systemctl start shop')).toBe(true);
    const free = all.replace('env_reset', '!authenticate, env_reset');
    expect(needsPassword(free, root, '/usr/bin/systemctl start shop')).toBe(false);
  });

  it('says nothing in words that it does not know', () => {
    expect(needsPassword('', root, '/usr/bin/id')).toBeNull();
    expect(needsPassword('Der Benutzer rejuv darf …', root, '/usr/bin/id')).toBeNull();
  });
});

describe('the words of a shell command', () => {
  it('are what the shell would make of them', () => {
    expect(plainWords(`find /var/tmp -name "a b" -exec rm '{}' \\;`)).toEqual([
      ...['find', '/var/tmp', '-name', 'a b', '-exec', 'rm', '{}', ';'],
    ]);
    expect(plainWords(`a"b"'c'\\d`)).toEqual(['abcd']);
    expect(plainWords(`x ''`)).toEqual(['x', '']);
    expect(plainWords('')).toBeNull();
  });

  it('come back whole from any quoting', () => {
    const text = fc.string().filter((one) => !one.includes('\0'));
    fc.assert(
      fc.property(fc.array(text), (words) => {
        expect(plainWords(['run', ...words.map(shellQuote)].join(' '))).toEqual(['run', ...words]);
      }),
    );
  });

  it('are read as sudo reads its options', () => {
    expect(readSudo(['sudo', '-n', '--', 'id', '-u'])).toEqual({ user: null, words: ['id', '-u'] });
    expect(readSudo(['sudo', '--user=deploy', 'id'])).toEqual({ user: 'deploy', words: ['id'] });
    expect(readSudo(['sudo', '-udeploy', '-n', 'id'])).toEqual({ user: 'deploy', words: ['id'] });
    expect(readSudo(['sudo', '-i'])).toBeNull();
  });
});

it('asks for the rights of recovery and of checkpoints too, on the servers alone', () => {
  const run = (on: 'primary' | 'receiver' | 'store', command: string) =>
    ({ kind: 'run', on, command, deadlineMs: 1 }) as const;
  const checkpoint = {
    ...{ everyMs: 1, maxAgeMs: 1, keep: 1, store: null },
    steps: [run('primary', 'save'), run('store', 'tidy')],
    restore: [run('receiver', 'load {slot}')],
  };
  const recover = [
    { kind: 'run', command: 'sudo -n systemctl restart shop', deadlineMs: 1 },
    { kind: 'power-cycle', command: 'ipmitool', deadlineMs: 1 },
  ] as const;
  const backend = { ...backendWith(), faults: { ...someFaults, recover, checkpoint } };
  expect(rightsOf(backend).map(({ kind, command }) => `${kind} ${command}`)).toEqual([
    'sudo sudo -n systemctl restart shop',
    'program save',
    'unclear load {slot}',
  ]);
});
