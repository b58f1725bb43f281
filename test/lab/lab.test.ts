import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startLab } from './lab.ts';
import { describeLab, ssh, withLab } from './describe-lab.ts';
import { leftovers, networksOf } from './leftovers.ts';
import { until } from './until.ts';

const identity = 'cat /proc/sys/kernel/random/boot_id; cut -d" " -f1 /proc/uptime; hostname';

describeLab('the lab', () => {
  it(
    'is up in a few seconds, with three servers checked on both load balancers and a spare in maint',
    { timeout: 30_000 },
    async () => {
      const start = performance.now();
      await withLab({}, async (lab) => {
        expect(performance.now() - start).toBeLessThan(10_000);
        for (const lb of lab.lbs) {
          const states = await lb.states();
          expect(
            [...states.values()].map((row) => [row['srv_name'], row['srv_op_state'], row['srv_admin_state']]),
          ).toEqual([
            ['web1', '2', '0'],
            ['web2', '2', '0'],
            ['web3', '2', '0'],
            ['web4', '0', '5'],
          ]);
        }
        expect(await lab.server('web4').appListens()).toBe(false);
      });
    },
  );

  it(
    'runs beside another lab with the same addresses and without meeting it',
    { timeout: 60_000 },
    async () => {
      await withLab({ servers: 2 }, async (one) => {
        await withLab({ servers: 2 }, async (other) => {
          await one.server('web1').stopApp();
          await until(
            'one lab sees its server down',
            async () => (await one.lb('lb-a').states()).get('web1')?.['srv_op_state'] === '0',
          );
          expect((await other.lb('lb-a').states()).get('web1')?.['srv_op_state']).toBe('2');
          expect((await ssh(other, '10.0.0.21', identity)).code).toBe(0);
          expect(other.server('web1').bootId).not.toBe(one.server('web1').bootId);
        });
      });
    },
  );

  it(
    'gives a rebooted server a new boot id and a small uptime, counts the boot, and keeps its disk',
    { timeout: 60_000 },
    async () => {
      await withLab({ servers: 2 }, async (lab) => {
        const web1 = lab.server('web1');
        const [before, upBefore, name] = (await ssh(lab, web1.address, identity)).stdout.split('\n');
        expect(before).toBe(web1.bootId);
        expect(Number(upBefore)).toBeGreaterThan(29 * 86_400);
        expect(name).toBe('web1');
        await ssh(lab, web1.address, 'echo kept > /var/lib/shop/sessions/a; touch /tmp/lost');
        const ordered = performance.now();
        const order = await ssh(lab, web1.address, 'sudo -n systemctl reboot');
        expect([0, 255]).toContain(order.code);
        await until('it is up again', () => web1.boots === 2);
        await web1.settled;
        const [after, upAfter] = (await ssh(lab, web1.address, identity)).stdout.split('\n');
        expect(after).toBe(web1.bootId);
        expect(after).not.toBe(before);
        expect(Number(upAfter)).toBeLessThan((performance.now() - ordered) / 1000);
        const disk = await ssh(lab, web1.address, 'cat /var/lib/shop/sessions/a; ls /tmp');
        expect(disk.stdout).toBe('kept\n');
        expect(lab.server('web2').boots).toBe(1);
        await until('its shop is back', async () => await web1.appListens());
      });
    },
  );

  it(
    'loses nothing under load while nothing happens, and loses requests when a server reboots undrained',
    { timeout: 60_000 },
    async () => {
      await withLab({ graceMs: 0, downMs: 1500 }, async (lab) => {
        const clients = { keepAlive: 20, cookie: 10, short: 5, slow: 15, timeoutMs: 5000 };
        const calm = await lab.startLoad(clients);
        await sleep(5000);
        const quiet = await calm.stop();
        expect(quiet.failures).toEqual([]);
        expect(quiet).toMatchObject({ failed: 0, slow: 0, unfinished: 0 });
        expect(quiet.ok).toBeGreaterThan(500);
        expect(Object.keys(quiet.perServer).sort()).toEqual(['web1', 'web2', 'web3']);

        const load = await lab.startLoad(clients);
        await lab.server('web1').reboot();
        await sleep(3000);
        const hurt = await load.stop();
        expect(hurt.failed).toBeGreaterThan(0);
        expect(hurt.failures[0]).toMatchObject({
          lb: expect.stringMatching(/^10\.0\.0\.1[12]:80$/) as string,
        });
        expect(hurt.sent).toBe(hurt.ok + hurt.failed);
      });
    },
  );

  it(
    'refuses what a real host refuses: sudo with a password, a changed host key, a closed port',
    { timeout: 60_000 },
    async () => {
      await withLab({ servers: 2 }, async (lab) => {
        const web1 = lab.server('web1');
        await web1.fault('sudo-password');
        const asked = await ssh(lab, web1.address, 'sudo -n systemctl reboot');
        expect(asked).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('a password is required') as string,
        });
        await web1.fault('sudo-password', false);
        await web1.fault('login-refused');
        expect((await ssh(lab, web1.address, 'true')).stderr).toContain('Permission denied');
        await web1.fault('login-refused', false);
        await web1.fault('ssh-down');
        expect((await ssh(lab, web1.address, 'true')).stderr).toContain('Connection refused');
        await web1.fault('ssh-down', false);
        await web1.fault('boot-new-host-key');
        await web1.reboot();
        expect((await ssh(lab, web1.address, 'true')).stderr).toContain('HOST IDENTIFICATION HAS CHANGED');
      });
    },
  );

  it('makes a reboot fail in each way that a reboot can fail', { timeout: 60_000 }, async () => {
    await withLab({ servers: 2, graceMs: 50 }, async (lab) => {
      const web1 = lab.server('web1');
      const first = web1.bootId;
      const reboot = (): ReturnType<typeof ssh> => ssh(lab, web1.address, 'sudo -n systemctl reboot');
      await web1.fault('reboot-refused');
      expect((await reboot()).code).toBe(1);
      await web1.clearFaults();
      await web1.fault('reboot-ignored');
      expect((await reboot()).code).toBe(0);
      await web1.clearFaults();
      await web1.fault('reboot-drops-ssh');
      expect((await ssh(lab, web1.address, 'sudo -n systemctl reboot; sleep 5')).code).toBe(255);
      await web1.settled;
      expect(web1).toMatchObject({ boots: 1, bootId: first });
      expect((await ssh(lab, web1.address, identity)).stdout).toContain(first);
      await web1.clearFaults();
      await web1.fault('boot-without-app');
      await web1.reboot();
      expect(await web1.appListens()).toBe(false);
      await web1.fault('start-fails');
      expect((await ssh(lab, web1.address, 'sudo -n systemctl start shop')).code).toBe(1);
      await web1.clearFaults();
      await web1.fault('reboot-never-returns');
      await reboot();
      await until('it is off', () => !web1.host.on);
      await sleep(500);
      expect(web1.host.on).toBe(false);
    });
  });

  it('lets the probe and the check of HAProxy disagree', { timeout: 60_000 }, async () => {
    await withLab({ servers: 2 }, async (lab) => {
      const web1 = lab.server('web1');
      await web1.fault('check-fails');
      for (const lb of lab.lbs) {
        await until(
          `${lb.name} sees it down`,
          async () => (await lb.states()).get('web1')?.['srv_op_state'] === '0',
        );
      }
      expect(await web1.app('/health')).toEqual({ probe: 'web1' });
    });
  });

  it('leaves nothing behind when it stops', { timeout: 30_000 }, async () => {
    const lab = await startLab();
    try {
      await lab.startLoad();
      lab.spawn(['sleep', '1000']);
      const networks = await networksOf(lab.directory);
      expect(networks.size).toBe(7); // the hub, two load balancers, four servers
      expect((await leftovers(lab.directory, networks)).length).toBeGreaterThan(25);
      await lab.stop();
      expect(await leftovers(lab.directory, networks)).toEqual([]);
    } finally {
      await lab.stop();
    }
  });

  it('leaves nothing behind when the program that started it is killed', { timeout: 30_000 }, async () => {
    const program = fileURLToPath(new URL('./lab-driver.ts', import.meta.url));
    const driver = spawn(process.execPath, ['--import', 'tsx', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const directory = await new Promise<string>((resolve) => {
        createInterface({ input: driver.stdout }).once('line', resolve);
      });
      const networks = await networksOf(directory);
      expect((await leftovers(directory, networks)).length).toBeGreaterThan(25);
      driver.kill('SIGKILL');
      await until('all of it is gone', async () => (await leftovers(directory, networks)).length === 0);
    } finally {
      driver.kill('SIGKILL');
    }
  });
});
