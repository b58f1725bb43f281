import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { haproxy3 } from '../haproxy-3/fetched.ts';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import { newHostKey } from '../lab/identity.ts';
import type { Lab } from '../lab/lab.ts';
import { check, has, overSsh, reconfigure, writeSudoers, wrong } from './check-lab.ts';

const fetched = await haproxy3();

interface Breakage {
  readonly when: string;
  readonly break: (lab: Lab) => unknown;
  readonly finds: readonly string[];
  readonly exit: number;
}

const breakages: readonly Breakage[] = [
  {
    when: 'a socket grants only level operator',
    break: async (lab) =>
      await reconfigure(lab, 'lb-b', (text) => text.replace(/(admin\.sock .*level) admin/, '$1 operator')),
    finds: ['error lb-b: haproxy-level'],
    exit: 1,
  },
  {
    when: 'a host has another key',
    break: async (lab) => {
      await newHostKey(lab.server('web2').host.directory, 'web2');
      await lab.server('web2').exec(['sh', '-c', 'pkill -x sshd; sleep 0.2; sshd-start']);
    },
    finds: ['error shop/web2: host-key-changed'],
    exit: 1,
  },
  {
    when: 'sudo does not allow one command',
    break: async (lab) =>
      await writeSudoers(lab, 'web3', (text) => text.replace('shopctl flush-sessions', 'shopctl other')),
    finds: ['error shop/web3: sudo there does not allow `sudo -n shopctl flush-sessions`'],
    exit: 1,
  },
  {
    when: 'a clock is off',
    break: async (lab) => {
      const path = join(lab.server('web1').host.directory, 'sbin/date');
      await writeFile(path, '#!/bin/sh\nexec /bin/date -d "65 seconds" "$@"\n', { mode: 0o755 });
    },
    finds: [has('warning shop/web1: its clock is 65.0 s ahead of')],
    exit: 0,
  },
  {
    when: 'a server is not on one of the two',
    break: async (lab) =>
      await reconfigure(lab, 'lb-b', (text) => text.replace(/^ {4}server web3 .*\n/m, '')),
    finds: ['error web3: server-missing'],
    exit: 1,
  },
  {
    when: 'a server has another address on one of the two',
    break: async (lab) =>
      await reconfigure(lab, 'lb-b', (text) => text.replace('web3 10.0.0.23', 'web3 10.0.0.22')),
    finds: ['error web2: shared-host', 'error web3: address-differs', 'error web3: shared-host'],
    exit: 1,
  },
  {
    when: 'fall is 1',
    break: async (lab) => await reconfigure(lab, 'lb-b', (text) => text.replace(/fall \d/, 'fall 1')),
    finds: [1, 2, 3, 4].map((n) => has(`warning web${n}: with \`fall 1\``)),
    exit: 0,
  },
  {
    when: 'there is no redispatch',
    break: async (lab) =>
      await reconfigure(lab, 'lb-b', (text) => text.replace(/^ {4}option redispatch\n/m, '')),
    finds: [has('warning lb-b: without `option redispatch`')],
    exit: 0,
  },
  {
    when: 'the drop-in is missing',
    break: async (lab) => await rm(join(lab.lb('lb-b').host.directory, 'rejuv-state.conf')),
    finds: [has('error lb-b: haproxy.service does not save the server states')],
    exit: 1,
  },
  {
    when: 'no state file is loaded',
    break: async (lab) =>
      await reconfigure(lab, 'lb-a', (text) => text.replace(/^ {4}load-server-state-from-file .*\n/m, '')),
    finds: [has('error lb-a: it forgets maint and drain at each reload')],
    exit: 1,
  },
  {
    when: 'the file changed and was not loaded',
    break: async (lab) => {
      const lb = lab.lb('lb-a');
      const text = await readFile(join(lb.host.directory, 'haproxy.cfg'), 'utf8');
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await lb.configure(text.replace(/rise \d/, 'rise 7'));
    },
    finds: [
      has('warning lb-a: /run/lab/haproxy.cfg changed after HAProxy read it'),
      ...[1, 2, 3].map((n) =>
        has(`warning web${n}: it runs with rise 2 and fall 2, and its configuration says rise 7`),
      ),
    ],
    exit: 0,
  },
  {
    when: 'a load balancer is stopped',
    break: async (lab) => await lab.lb('lb-a').stop(),
    finds: ['error lb-a: haproxy-down', 'error lb-a master: haproxy-down'],
    exit: 1,
  },
];

describeLab('rejuv check on the real thing', () => {
  it(
    'finds nothing wrong with a healthy pair, by whichever way it is reached',
    { timeout: 120_000 },
    async () => {
      await withLab(overSsh('lb-a', 'lb-b'), async (lab) => {
        const started = Date.now();
        const { code, findings } = await check(lab);
        expect(Date.now() - started).toBeLessThan(10_000);
        expect(wrong(findings)).toEqual([]);
        expect(code).toBe(0);
        expect(findings.filter(({ message }) => message.startsWith('not examined'))).toEqual([]);
        for (const name of ['lb-a', 'lb-b']) {
          expect(findings).toContainEqual(
            expect.objectContaining({ group: 'clocks', where: name, severity: 'ok' }),
          );
          const unit = has('haproxy.service saves the server states');
          expect(findings).toContainEqual(expect.objectContaining({ where: name, message: unit }));
        }
        // The same pair through its sockets on this machine, where both processes have the same pid.
        await lab.writeConfig((file) => {
          for (const { name, admin, master } of lab.lbs) file.loadBalancers[name] = { socket: admin, master };
        });
        const local = await check(lab);
        expect(wrong(local.findings)).toEqual([]);
        const read = local.findings.filter(({ message }) => message.startsWith('its configuration was read'));
        expect(read.map(({ where }) => where)).toEqual(['lb-a', 'lb-b']);
        // And over TCP, where nothing of it can be read, and this is said.
        await lab.writeConfig((file) => {
          file.loadBalancers['lb-b'] = { socket: `tcp://${lab.lb('lb-b').tcp}` };
        });
        const tcp = await check(lab);
        expect(wrong(tcp.findings)).toEqual([]);
        expect(tcp.findings).toContainEqual(
          expect.objectContaining({ where: 'lb-b', severity: 'note', message: has('not examined') }),
        );
      });
    },
  );

  const newer = fetched.state === 'there' ? fetched.binary : null;
  const title = newer === null ? ` (there is none: ${fetched.state})` : '';
  it.skipIf(newer === null)(
    `finds nothing wrong with a healthy pair of HAProxy 3.0${title}`,
    { timeout: 120_000 },
    async () => {
      await withLab({ ...overSsh('lb-b'), haproxy: { binary: newer ?? '' } }, async (lab) => {
        const { findings } = await check(lab);
        expect(wrong(findings)).toEqual([]);
        const read = findings.filter(({ message }) => message.startsWith('its configuration was read'));
        expect(read.map(({ where }) => where)).toEqual(['lb-a', 'lb-b']);
      });
    },
  );

  it(
    'says what a restricted login does not let it see, and finds nothing wrong',
    { timeout: 120_000 },
    async () => {
      await withLab({ ...overSsh('lb-b'), restricted: true }, async (lab) => {
        const { code, findings } = await check(lab);
        expect(wrong(findings)).toEqual([]);
        expect(code).toBe(0);
        expect(findings).toContainEqual(
          expect.objectContaining({
            ...{ where: 'lb-b', severity: 'note' },
            message: has("not examined: HAProxy's own configuration: the login there does not run"),
          }),
        );
      });
    },
  );

  it.each(breakages)('when $when, finds exactly that', { timeout: 120_000 }, async (one) => {
    await withLab(overSsh('lb-a', 'lb-b'), async (lab) => {
      await one.break(lab);
      const { code, findings } = await check(lab);
      expect(wrong(findings)).toEqual(one.finds);
      expect(code).toBe(one.exit);
    });
  });

  it(
    'sees that sudo would ask for a password, though it lists the command',
    { timeout: 120_000 },
    async () => {
      await withLab({}, async (lab) => {
        await writeSudoers(
          lab,
          'web3',
          (text) => `${text}\nrejuv ALL=(root) PASSWD: /usr/local/sbin/systemctl reboot\n`,
        );
        expect(wrong((await check(lab)).findings)).toEqual(['error shop/web3: sudo-password']);
      });
    },
  );

  it('ends soon when a host and a load balancer never answer', { timeout: 120_000 }, async () => {
    await withLab(overSsh('lb-b'), async (lab) => {
      await lab.server('web2').host.network(false);
      await lab.lb('lb-a').freeze();
      const started = Date.now();
      const { findings } = await check(lab);
      expect(Date.now() - started).toBeLessThan(15_000);
      expect(wrong(findings)).toEqual(
        expect.arrayContaining([
          'error lb-a: haproxy-silent',
          'error lb-a master: haproxy-silent',
          'error shop/web2: host-unreachable',
        ]),
      );
      expect(findings).toContainEqual(expect.objectContaining({ where: 'shop/web1', severity: 'ok' }));
      await lab.lb('lb-a').thaw();
    });
  });

  it('changes nothing: no state of a server, no file, no boot', { timeout: 120_000 }, async () => {
    await withLab(overSsh('lb-b'), async (lab) => {
      const states = async (): Promise<string[]> =>
        await Promise.all(
          lab.lbs.map(async (lb) =>
            JSON.stringify(
              [...(await lb.states())].map(([name, row]) => [
                name,
                row['srv_admin_state'],
                row['srv_uweight'],
              ]),
            ),
          ),
        );
      const files = async (): Promise<string> =>
        (
          await lab.exec([
            'sh',
            '-c',
            `cd ${lab.directory} && find . -type f ! -name '*log' -printf '%p %s %T@\\n' | sort`,
          ])
        ).stdout;
      const before = [await states(), await files(), lab.servers.map(({ boots }) => boots)];
      await check(lab);
      expect([await states(), await files(), lab.servers.map(({ boots }) => boots)]).toEqual(before);
    });
  });
});
