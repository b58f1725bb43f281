import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { must, run } from '../lab/run.ts';
import { until } from '../lab/until.ts';
import { built, root, version } from './built.ts';
import { noRoom, openRoom, type Room } from './room.ts';
import { startUnit } from './unit.ts';

const missing = await noRoom();

describe('what the Debian package is made of', () => {
  it.each(['postinst', 'prerm', 'postrm'])('%s is a shell script', async (script) => {
    expect(await run(['sh', '-n', join(root, 'packaging/debian', script)])).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('has a unit that calls commands which rejuv has', async () => {
    const unit = await readFile(join(root, 'examples/systemd/rejuv.service'), 'utf8');
    const called = [...unit.matchAll(/^Exec\w+=\/usr\/bin\/rejuv (\w+)$/gm)].map(([, command]) => command);
    expect(called).toEqual(['run', 'reload']);
    expect(Object.keys(commands)).toEqual(expect.arrayContaining(called));
  });

  it('comes to the same file however often it is built', async () => {
    const { deb } = await built();
    const again = join(root, '.cache/package-again');
    await must([
      'sh',
      '-c',
      `cd ${root} && rm -rf ${again} && mkdir ${again} && bash packaging/deb.sh ${again}`,
    ]);
    expect((await readFile(join(again, basename(deb)))).equals(await readFile(deb))).toBe(true);
  });
});

describe.skipIf(missing !== null)(
  `the Debian package on this Debian${missing === null ? '' : ` (${missing})`}`,
  () => {
    let room: Room;
    let install = '';
    let before = '';

    /** Every path that a package might leave behind; what dpkg and mandb note for themselves is theirs. */
    const paths = async (): Promise<string> =>
      await room.must(`find /etc /usr /var /run -xdev \\( -path /var/lib/dpkg -o -path /var/cache -o -path /var/log \\
        -o -path /run/systemctl.log -o -path /run/systemd \\) -prune -o -print | grep -v '^/etc/[a-z]*-$' | sort`);
    const asked = async (): Promise<string[]> =>
      (await room.must('cat /run/systemctl.log; : >/run/systemctl.log'))
        .split('\n')
        .filter((line) => line !== '');

    beforeAll(async () => {
      const { deb } = await built();
      room = await openRoom(dirname(deb));
      install = `DEBIAN_FRONTEND=noninteractive dpkg -i /given/${basename(deb)}`;
      // The room looks booted with systemd, and what it is told to do is written down.
      await room.must(`mkdir -p /run/systemd/system /usr/local/sbin; : >/run/systemctl.log
        printf '#!/bin/sh\\necho "$*" >>/run/systemctl.log\\n' >/usr/local/sbin/systemctl; chmod 755 /usr/local/sbin/systemctl`);
      // Small images leave manual pages out; a machine of somebody's does not.
      await room.must('rm -f /etc/dpkg/dpkg.cfg.d/*');
      // Where Node did not come as a Debian package, it stands in for one.
      await room.must(`dpkg --compare-versions "$(dpkg-query -W -f '\${Version}' nodejs 2>/dev/null || echo 0)" ge 20.19 || {
        mkdir -p /tmp/node/DEBIAN; printf 'Package: nodejs\\nVersion: ${process.versions.node}\\nArchitecture: all\\nMaintainer: none\\nDescription: none\\n' \\
          >/tmp/node/DEBIAN/control; dpkg-deb -b /tmp/node /tmp/node.deb && dpkg -i /tmp/node.deb && ln -sf /given-node /usr/bin/node; }`);
      before = await paths();
    });
    afterAll(async () => await room.close());

    it('installs, and starts and enables nothing', async () => {
      await room.must(install);
      expect(await asked()).toEqual(['daemon-reload']);
      expect(await room.must("dpkg-query -W -f '${db:Status-Status} ${Conffiles}' rejuv")).toMatch(
        /^installed \s*\/etc\/rejuv\/rejuv\.yaml [0-9a-f]{32}$/,
      );
      expect(await room.must('dpkg --verify rejuv')).toBe('');
      expect(await room.must('rejuv --version')).toBe(`${version}\n`);
      expect(await room.must('head -n 1 /usr/bin/rejuv')).toBe(
        '#!/usr/bin/env -S /usr/bin/node --max-semi-space-size=4 --heap-growing-percent=50\n',
      );
      const owned = await room.must(
        "stat -c '%n %U:%G %a' /var/lib/rejuv /run/rejuv /etc/rejuv /etc/rejuv/rejuv.yaml",
      );
      expect(owned.trim().split('\n')).toEqual([
        '/var/lib/rejuv rejuv:rejuv 750',
        '/run/rejuv rejuv:rejuv 755',
        '/etc/rejuv root:rejuv 750',
        '/etc/rejuv/rejuv.yaml root:rejuv 640',
      ]);
      expect(await room.must('getent passwd rejuv')).toMatch(/:\/var\/lib\/rejuv:\/usr\/sbin\/nologin\n$/);
    });

    it('brings a manual page, completions and a unit that their readers find nothing wrong with', async () => {
      const reader = (await room.sh('command -v man')).code === 0;
      if (reader) {
        expect(await room.must('MANWIDTH=80 man --warnings rejuv')).toContain(
          'rejuvenate <backend/server|backend>',
        );
        expect(await room.must('man --warnings rejuv 2>&1 >/dev/null')).toBe('');
      }
      expect(await room.sh('bash -n /usr/share/bash-completion/completions/rejuv')).toMatchObject({
        code: 0,
      });
      expect(await room.sh(`systemd-analyze verify ${reader ? '' : '--man=no'} rejuv.service`)).toMatchObject(
        {
          code: 0,
          stdout: '',
          stderr: '',
        },
      );
    });

    it('keeps the sidecar in narrow bounds', async ({ skip }) => {
      const rated = await room.sh('systemd-analyze security --offline=true --no-pager rejuv.service');
      if (rated.stderr.includes('unrecognized option')) skip('systemd-analyze is older than 250');
      const exposure = Number(/Overall exposure level for \S+: (\d+\.\d+)/.exec(rated.stdout)?.[1]);
      expect(exposure).toBeLessThanOrEqual(2);
    });

    it('does nothing with the config file as it came, and says what to do', async () => {
      const ran = await room.sh('runuser -u rejuv -- rejuv run');
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain('/etc/rejuv/rejuv.yaml');
      expect(ran.stderr).toContain('loadBalancers');
      // The marks of comments taken off, it is the shipped example.
      await room.must("sed '/^#$/,$!d' /etc/rejuv/rejuv.yaml | sed -e 1d -e 's/^# \\?//' >/tmp/rejuv.yaml");
      expect(await room.sh('rejuv names servers -c /tmp/rejuv.yaml')).toMatchObject({
        code: 0,
        stdout: 'shop/web1\nshop/web2\nshop/web3\n',
      });
    });

    it('runs as its unit says: tells systemd that it is up and alive, answers its group, and stops', async () => {
      await room.must(`mkdir -p /run/haproxy
        for lb in a b; do
          printf 'global\\n stats socket /run/haproxy/%s.sock mode 660 group rejuv level admin\\ndefaults\\n timeout connect 1s\\n timeout client 1s\\n timeout server 1s\\nbackend shop\\n server web1 127.0.0.1:9 check\\n' $lb \\
            >/run/haproxy/$lb.cfg
          haproxy -D -p /run/haproxy/$lb.pid -f /run/haproxy/$lb.cfg
        done
        printf 'loadBalancers:\\n  lb-a: { socket: /run/haproxy/a.sock }\\n  lb-b: { socket: /run/haproxy/b.sock }\\nbackends:\\n  shop:\\n    minServing: 1\\n    servers: { web1: {}, web2: {} }\\n' \\
          >/etc/rejuv/rejuv.yaml`);
      // root on call, before there ever was a sidecar: what it records belongs to the owner of the directory at once.
      await room.must('rejuv maint shop/web1 --reason "by root" --force');
      expect(await room.must('find /var/lib/rejuv -type f')).not.toBe('');
      expect(await room.must('find /var/lib/rejuv ! -user rejuv')).toBe('');
      const unit = await startUnit(room, 'rejuv.service', { watchdogMs: 1_500 });
      await until('systemd hears that it is up', () =>
        unit.heard().includes('READY=1 STATUS=watching both load balancers'),
      );
      await until(
        'three signs of life',
        () => unit.heard().filter((line) => line === 'WATCHDOG=1').length >= 3,
      );
      expect(unit.heard()[0]).toBe('READY=1 STATUS=watching both load balancers');
      await room.must('useradd --groups rejuv kim');
      expect(await room.must('runuser -u kim -- rejuv status')).toContain('web1');
      expect(await room.sh('useradd sam && runuser -u sam -- rejuv history')).not.toMatchObject({ code: 0 });
      await unit.stop();
      expect(await unit.status).toBe(0);
      expect(unit.heard().filter((line) => !line.startsWith('WATCHDOG'))).toEqual([
        'READY=1 STATUS=watching both load balancers',
        'STOPPING=1 STATUS=what runs is finished or rolled back',
      ]);
      expect(await room.must('find /var/lib/rejuv ! -user rejuv')).toBe('');
      await room.must('kill $(cat /run/haproxy/*.pid); userdel kim; userdel sam; rm -rf /run/haproxy');
    });

    it('restarts a running sidecar at an upgrade, and leaves the config file alone', async () => {
      await asked();
      const mine = await room.must('cat /etc/rejuv/rejuv.yaml');
      await room.must(install);
      expect(await asked()).toEqual(['daemon-reload', 'try-restart rejuv.service']);
      expect(await room.must('cat /etc/rejuv/rejuv.yaml')).toBe(mine);
    });

    it('switches the HAProxy drop-in on as its README says, and off when it goes', async () => {
      await room.must(`mkdir -p /etc/systemd/system/haproxy.service.d
        ln -s /usr/lib/rejuv/haproxy/rejuv-state.conf /etc/systemd/system/haproxy.service.d/`);
      const called = await room.must(
        "sed -n 's|^Exec[^/]*\\(/[^ ]*save-server-state\\).*|\\1|p' /etc/systemd/system/haproxy.service.d/rejuv-state.conf",
      );
      for (const path of new Set(called.trim().split('\n'))) await room.must(`test -x ${path}`);
      await room.must('dpkg -r rejuv');
      expect(await asked()).toEqual(['disable --now --quiet rejuv.service', 'daemon-reload']);
      expect((await room.sh('ls -d /etc/systemd/system/haproxy.service.d')).code).not.toBe(0);
      // Removed, not purged: what was configured and recorded is kept for the next installation.
      await room.must('test -s /etc/rejuv/rejuv.yaml && test -d /var/lib/rejuv && test ! -e /usr/lib/rejuv');
    });

    it('leaves a key of a person alone in a purge, and else not a single path', async () => {
      await room.must('echo key >/etc/rejuv/id_ed25519');
      await room.must('dpkg -P rejuv');
      expect(await room.must('cat /etc/rejuv/id_ed25519')).toBe('key\n');
      await room.must('rm -r /etc/rejuv');
      expect(await paths()).toBe(before);
    });
  },
);
