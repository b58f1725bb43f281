import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { bootCommand } from '../../src/io/ssh/boot.ts';
import { rebootOrder } from '../../src/io/ssh/reboot-order.ts';
import { describeLab, ssh, withLab } from '../lab/describe-lab.ts';
import type { RejuvFile } from '../lab/rejuv-file.ts';
import type { Lab } from '../lab/lab.ts';
import { run, type Ran } from '../lab/run.ts';
import { jsonLines, serverIn, withSidecar } from './sidecar.ts';

const example = async (name: string): Promise<string> =>
  await readFile(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

/** The commands that a shipped example runs on a server. */
async function configured(name: string): Promise<{ runs: string[]; reboots: string[] }> {
  const { backends } = readConfig(await example(name), { path: name, cron: cronRules });
  const { spare, duplex, actions, sources } = backends[0]!;
  const runs = duplex.flatMap((step) => (step.kind === 'run' ? [step.command] : []));
  const acts = actions.flatMap((action) => (action.kind === 'run' ? [action.command] : []));
  const asked = sources.flatMap((source) => (source.kind === 'ssh' ? source.commands : []));
  return {
    runs: [
      ...[spare.start, spare.stop].flatMap((one) => one ?? []),
      ...runs,
      ...acts,
      ...asked.map(({ command }) => command),
    ],
    reboots: actions.flatMap((action) => (action.kind === 'reboot' ? [action.command] : [])),
  };
}

const lines = (text: string, word: string): string[] =>
  [...text.matchAll(new RegExp(`^${word} (.+)$`, 'gm'))].map(([, rest]) => rest ?? '');

const overSsh = { 'lb-a': 'ssh://rejuv@10.0.0.11', 'lb-b': 'ssh://rejuv@10.0.0.12' };

/** What a batch of sftp commands says, as rejuv's key. */
function sftp(lab: Lab, address: string, batch: readonly string[]): Promise<Ran> {
  const options = [
    '-o',
    `UserKnownHostsFile=${lab.directory}/known_hosts`,
    '-o',
    'GlobalKnownHostsFile=none',
  ];
  const login = ['-F', 'none', '-i', `${lab.directory}/id_ed25519`, '-o', 'BatchMode=yes', ...options];
  return run([...lab.enter, 'sftp', '-b', '-', ...login, `rejuv@${address}`], {
    input: `${batch.join('\n')}\n`,
  });
}

describeLab('the restricted login of the examples', () => {
  it('lists exactly the commands of shop.yaml and ssh-only.yaml, in sudoers and in rejuv-login.conf', async () => {
    const both = [await configured('shop.yaml'), await configured('ssh-only.yaml')];
    const runs = both.flatMap((one) => one.runs);
    const reboots = both.flatMap((one) => one.reboots);
    const login = await example('rejuv-login.conf');
    expect(lines(login, 'command').toSorted()).toEqual(runs.toSorted());
    expect(lines(login, 'reboot')).toEqual(reboots);
    const rights = lines(await example('sudoers'), 'Cmnd_Alias \\w+ =').flatMap((list) => list.split(', '));
    const withoutPaths = rights.map((right) => right.replace(/^\/\S*\//, 'sudo -n '));
    expect(withoutPaths.toSorted()).toEqual([...runs, ...reboots].toSorted());
  });

  it('has a sudoers file that visudo accepts', async () => {
    const path = new URL('../../examples/sudoers', import.meta.url).pathname;
    expect(await run(['visudo', '-c', '-f', path])).toMatchObject({ code: 0 });
  });

  it(
    'is all that a whole rejuvenation needs, with both HAProxys reached through SSH',
    { timeout: 180_000 },
    async () => {
      const options = {
        restricted: true,
        configure: (file: RejuvFile) => {
          // These HAProxys have just been started: only through their masters is it known that no old worker is left.
          file['oldWorkersGone'] = '10m';
          for (const name of ['lb-a', 'lb-b'] as const) {
            const directory = `${overSsh[name]}/run/haproxy`;
            file.loadBalancers[name] = {
              socket: `${directory}/admin.sock`,
              master: `${directory}/master.sock`,
            };
          }
        },
      };
      await withSidecar(options, async (lab) => {
        const checked = JSON.parse((await lab.rejuv(['check', '--json'])).stdout) as {
          group: string;
          severity: string;
        }[];
        expect(checked.filter(({ group, severity }) => group === 'hosts' && severity !== 'ok')).toEqual([]);
        const load = await lab.startLoad({ keepAlive: 10, cookie: 6 });
        const ran = await lab.rejuv(['rejuvenate', 'shop/web1', '--json']);
        expect({ code: ran.code, end: jsonLines(ran.stdout).at(-1) }).toMatchObject({
          code: 0,
          end: { state: 'completed', spare: 'web4' },
        });
        expect((await load.stop()).failures).toEqual([]);
        expect(lab.server('web1').boots).toBe(2);
        expect(await serverIn(lab, 'web1')).toMatchObject({ role: 'spare', list: 'spare' });
        // The sessions went over SFTP, so the copy was really let through.
        const copied = await lab.server('web4').exec(['ls', '/var/lib/shop/sessions']);
        expect(copied.stdout.split('\n').length).toBeGreaterThan(5);
      });
    },
  );

  it('runs nothing else, copies nothing else, forwards nothing', { timeout: 120_000 }, async () => {
    await withLab({ restricted: true, servers: 2 }, async (lab) => {
      const { address } = lab.server('web1');
      const { bootId } = lab.server('web1');
      expect((await ssh(lab, address, bootCommand)).stdout).toContain(bootId);
      expect((await ssh(lab, address, 'sudo -n -l systemctl reboot')).code).toBe(0);
      for (const read of ['date +%s.%N', 'LC_ALL=C sudo -n -l -l']) {
        expect({ read, code: (await ssh(lab, address, read)).code }).toEqual({ read, code: 0 });
      }
      const refused = [
        'id',
        'command -v id',
        'cat /etc/passwd',
        // Not in this form: a reboot is ordered for one boot only.
        'sudo -n systemctl reboot',
        'sudo -n systemctl start shop; id',
        'sudo -n systemctl start shop ',
        `${bootCommand} /etc/passwd`,
        'sudo -n -l id',
        rebootOrder('sudo -n systemctl poweroff', bootId),
        rebootOrder('sudo -n systemctl reboot', bootId).replace('echo rejuv-reboot-ordered', 'id'),
        `${rebootOrder('sudo -n systemctl reboot', bootId)}; id`,
        '',
      ];
      for (const command of refused) {
        const { code, stdout, stderr } = await ssh(lab, address, command);
        expect({ command, code, stdout }).toEqual({ command, code: 126, stdout: '' });
        expect(stderr).toMatch(/^rejuv-login: (not allowed|no shell here)/m);
      }
      expect(lab.server('web1').boots).toBe(1);

      const inside = '/var/lib/shop/sessions';
      const local = join(lab.directory, 'rejuv.yaml');
      expect(await sftp(lab, address, [`put ${local} ${inside}/a`, `ls -l ${inside}`])).toMatchObject({
        code: 0,
      });
      const forbidden = [
        `get /etc/passwd ${lab.directory}/stolen`,
        `put ${local} /var/lib/rejuv/b`,
        `put ${local} ${inside}/../b`,
        `ln -s /etc/passwd ${inside}/link`,
        `ls /etc`,
        `rename ${inside}/a /tmp/a`,
      ];
      for (const command of forbidden) {
        expect({ command, code: (await sftp(lab, address, [command])).code }).toEqual({ command, code: 1 });
      }
      // A link that the application made leads nowhere either.
      await lab.server('web1').exec(['ln', '-s', '/etc/passwd', `${inside}/link`]);
      expect((await sftp(lab, address, [`get ${inside}/link ${lab.directory}/stolen`])).code).toBe(1);
      await expect(stat(join(lab.directory, 'stolen'))).rejects.toThrow('ENOENT');

      // A load balancer gives its two sockets (see above), and no port either.
      for (const host of [address, '10.0.0.11']) {
        const forwarded = await lab.exec([
          ...['ssh', '-F', 'none', '-i', `${lab.directory}/id_ed25519`, '-o', 'BatchMode=yes'],
          ...['-o', `UserKnownHostsFile=${lab.directory}/known_hosts`, '-W', '127.0.0.1:22', `rejuv@${host}`],
        ]);
        expect(forwarded.stderr).toContain('administratively prohibited');
      }
    });
  });

  it('has no rights beyond the list, even where the key is not restricted', { timeout: 60_000 }, async () => {
    await withLab({ servers: 2 }, async (lab) => {
      const { address } = lab.server('web1');
      const refused = [
        'sudo -n id',
        'sudo -n systemctl poweroff',
        // `restart shop` alone is a right of the lab, for its recovery ladder.
        'sudo -n systemctl restart ssh',
        'sudo -n systemctl restart shop ssh',
        'sudo -n find /var/tmp/shop -type f -mmin +60 -exec id \\;',
        'sudo -n find /etc -type f -mmin +60 -delete',
      ];
      for (const command of refused) {
        const { code, stderr } = await ssh(lab, address, command);
        expect({ command, code, stderr }).toEqual({
          command,
          code: 1,
          stderr: expect.stringContaining('sudo: a password is required') as string,
        });
      }
    });
  });
});
