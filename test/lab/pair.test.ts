import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeLab, ssh, withLab } from './describe-lab.ts';
import { kinds } from './load-count.ts';
import { until } from './until.ts';

const saveServerState = fileURLToPath(new URL('../../haproxy/save-server-state', import.meta.url));

describeLab('the pair of the lab', () => {
  it(
    'keeps maint over a reload of HAProxy that saves the server state, and forgets it over one that does not',
    { timeout: 60_000 },
    async () => {
      await withLab({ servers: 3 }, async (lab) => {
        const lb = lab.lb('lb-a');
        const admin = async (): Promise<string | undefined> =>
          (await lb.states()).get('web1')?.['srv_admin_state'];
        await lb.command('set server shop/web1 state maint');
        await lb.reload({ saveState: true });
        expect(await admin()).toBe('1');
        await lb.restart({ saveState: true });
        expect(await admin()).toBe('1');
        // The file is gone with its purpose: a start without a save finds none.
        await lb.reload();
        expect(await admin()).toBe('0');
        expect((await lab.lb('lb-b').states()).get('web1')?.['srv_admin_state']).toBe('0');
      });
    },
  );

  it(
    'never saves a reply of HAProxy that was cut, and leaves no older file in its place',
    { timeout: 30_000 },
    async () => {
      await withLab({ servers: 2 }, async (lab) => {
        const file = `${lab.directory}/saved`;
        const save = (socket: string): ReturnType<typeof lab.exec> =>
          lab.exec(['sh', saveServerState, 'save'], { REJUV_ADMIN_SOCKET: socket, REJUV_STATE_FILE: file });
        expect((await save(lab.lb('lb-a').admin)).code).toBe(0);
        expect(await readFile(file, 'utf8')).toContain(' web1 ');
        const cut = `${lab.directory}/cut.sock`;
        await writeFile(`${lab.directory}/cut`, (await readFile(file, 'utf8')).trimEnd() + '\n');
        lab.spawn(['socat', `UNIX-LISTEN:${cut},fork`, `SYSTEM:cat ${lab.directory}/cut`]);
        await until(
          'the cut reply can be asked for',
          async () => (await lab.exec(['test', '-S', cut])).code === 0,
        );
        const refused = await save(cut);
        expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('not whole') as string });
        expect((await lab.exec(['ls', file, `${file}.new`])).stdout).toBe('');
        expect((await save(`${lab.directory}/absent.sock`)).stderr).toContain('does not answer');
      });
    },
  );

  it(
    'lets rejuv reach the runtime sockets by SSH, and the level of the second one is user',
    { timeout: 30_000 },
    async () => {
      await withLab({ servers: 2 }, async (lab) => {
        const ask = (socket: string, command: string): ReturnType<typeof ssh> =>
          ssh(lab, '10.0.0.12', `echo '${command}' | socat - UNIX-CONNECT:/run/haproxy/${socket}.sock`);
        expect((await ask('admin', 'show version')).stdout).toMatch(/^\d+\.\d+/);
        expect((await ask('master', 'show proc')).stdout).toContain('worker');
        expect((await ask('user', 'set server shop/web1 state maint')).stdout).toContain('Permission denied');
        const tcp = await lab.exec(['sh', '-c', `echo show version | socat - TCP:${lab.lb('lb-b').tcp}`]);
        expect(tcp.stdout).toMatch(/^\d+\.\d+/);
      });
    },
  );

  it('can be frozen, thawed, killed and started, one node at a time', { timeout: 60_000 }, async () => {
    await withLab({ servers: 2 }, async (lab) => {
      const [a, b] = lab.lbs;
      const pid = async (): Promise<string> => /^Pid: \d+/m.exec(await a.command('show info'))![0];
      const before = await pid();
      await a.freeze();
      await expect(a.command('show info')).rejects.toThrow('no answer');
      expect(await b.command('show info')).toContain('Pid');
      await a.thaw();
      expect(await pid()).toBe(before);
      await a.kill();
      await expect(a.command('show info')).rejects.toThrow('ECONNREFUSED');
      await a.start();
      expect(await pid()).not.toBe(before);
    });
  });

  it(
    'keeps clients of a stick table on their server, on either load balancer',
    { timeout: 60_000 },
    async () => {
      await withLab({ servers: 4, haproxy: { persistence: 'stick' } }, async (lab) => {
        const script = `for (const lb of ['11', '12', '11', '12', '12']) {
        const answer = await fetch('http://10.0.0.' + lb, { headers: { cookie: 'sid=one' } });
        console.log(answer.headers.get('x-server'));
        await new Promise((resolve) => setTimeout(resolve, 200));
      }`;
        const seen = await lab.exec([process.execPath, '--input-type=module', '-e', script]);
        expect(seen.stdout).toMatch(/^web/);
        expect(new Set(seen.stdout.trim().split('\n')).size).toBe(1);
      });
    },
  );

  it(
    'obeys the agent of a server, queues for it, and knows a second backend on the same host',
    { timeout: 60_000 },
    async () => {
      const sections = 'backend admin\n    server admin1 10.0.0.21:8080\n';
      const servers = ['web1', 'web2'].map((name) => ({ name, words: 'maxconn 1' }));
      await withLab({ servers, haproxy: { agentCheck: true, sections } }, async (lab) => {
        const a = lab.lb('lb-a');
        expect((await a.states('admin')).get('admin1')?.['srv_addr']).toBe('10.0.0.21');
        await lab.server('web1').app('/agent?say=drain');
        await until(
          'web1 is drained by its agent',
          async () => (await a.states()).get('web1')?.['srv_admin_state'] === '8',
        );
        await lab.server('web1').app('/agent?say=ready');
        await until(
          'web1 is ready again',
          async () => (await a.states()).get('web1')?.['srv_admin_state'] === '0',
        );
        const load = await lab.startLoad({ queued: 12 });
        let queued = 0;
        await until('requests wait in the queue', async () => {
          const [header, ...rows] = (await a.command('show stat shop 4 -1')).split('\n');
          const column = header!.split(',').indexOf('qcur');
          queued = Math.max(queued, ...rows.map((row) => Number(row.split(',')[column] ?? 0)));
          return queued > 0;
        });
        expect((await load.stop()).failures).toEqual([]);
      });
    },
  );

  it(
    'loses nothing at a planned reload of one node under load but a client that sends as it is closed',
    { timeout: 60_000 },
    async () => {
      await withLab({}, async (lab) => {
        const load = await lab.startLoad({ keepAlive: 20, cookie: 5, short: 5, slow: 4 });
        await lab.lb('lb-a').reload({ saveState: true });
        await sleep(4000);
        const { failures } = await load.stop();
        // The old worker closes idle clients, and `close-spread-time` only makes it rare that one sends in that very moment.
        const closed = failures.filter(({ error, kind }) => error === 'ECONNRESET' && kinds[kind].keepAlive);
        expect(failures.filter((one) => !closed.includes(one))).toEqual([]);
        expect(closed.length, JSON.stringify(closed)).toBeLessThanOrEqual(1);
      });
    },
  );
});
