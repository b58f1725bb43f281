import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import type { LabProcess } from '../lab/hub.ts';
import { loginUser } from '../lab/identity.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const enter = '\r';
const ctrlC = '\u0003';
const ctrlU = '\u0015';

/** What no program may change, of every server. */
async function statesOf(lab: Lab): Promise<unknown> {
  return await Promise.all(
    lab.lbs.map(async (lb) =>
      [...(await lb.states())].map(([name, row]) => [name, row['srv_admin_state'], row['srv_uweight']]),
    ),
  );
}

/** Fills in what `init` marks, with this lab's places; uncomments the probe and how spares are woken, which are right here. */
async function fillIn(lab: Lab): Promise<void> {
  const text = await readFile(lab.configFile, 'utf8');
  const filled = text
    .replaceAll('/etc/rejuv/', `${lab.directory}/`)
    .replace(/^state: \S+/m, `state: ${lab.directory}/state`)
    .replace(/^listen: \S+/m, `listen: ${lab.directory}/rejuv.sock`)
    .replace('# probe: {', 'probe: {')
    .replace(/^ {4}# (spare:| {2}start:| {2}stop:)/gm, '    $1');
  await writeFile(lab.configFile, filled);
}

/** The same program on a real terminal of its own, which util-linux's `script` makes. */
function onTerminal(lab: Lab, size: string, ...args: string[]): LabProcess {
  const words = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
  const command = `stty ${size}; exec ${words}`;
  return lab.spawn(['script', '-q', '-e', '-c', command, '/dev/null'], { TERM: 'xterm' });
}

async function answer(shown: LabProcess, question: string, ...keys: string[]): Promise<void> {
  await until(`it asks: ${question}`, () => Promise.resolve(shown.output.stdout.includes(question)));
  for (const key of keys) shown.child.stdin!.write(key);
}

describeLab('rejuv init beside a pair that runs', () => {
  it('writes a file that works, from both sockets, and changes nothing in HAProxy', async () => {
    await withLab({ servers: 4 }, async (lab) => {
      const before = await statesOf(lab);
      const sockets = ['--socket', lab.lb('lb-a').admin, '--socket', `tcp://${lab.lb('lb-b').tcp}`];
      const login = ['--ssh-user', loginUser];
      const refused = await lab.rejuv(['init', ...sockets]);
      expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('--force')]);

      const ran = await lab.rejuv(['init', ...sockets, ...login, '--force']);
      expect([ran.code, ran.stdout]).toEqual([0, '']);
      expect(ran.stderr).toContain(`next: rejuv check -c ${lab.configFile}`);
      const text = await readFile(lab.configFile, 'utf8');
      expect(text).toContain(`socket: "tcp://${lab.lb('lb-b').tcp}"`);
      expect(text).toMatch(/web1: \{ ssh: 10\.0\.0\.21 \} # 10\.0\.0\.21:8080\n/);
      expect(text).toMatch(
        /web4: \{ ssh: 10\.0\.0\.24, role: spare \} # 10\.0\.0\.24:8080; `disabled` in haproxy.cfg\n/,
      );
      expect(text).toMatch(/\n {4}minServing: 2\n/);
      expect(await statesOf(lab)).toEqual(before);

      await fillIn(lab);
      const checked = await lab.rejuv(['check']);
      expect({ code: checked.code, said: checked.code === 0 ? '' : checked.stdout + checked.stderr }).toEqual(
        {
          code: 0,
          said: '',
        },
      );
      const status = await lab.rejuv(['status', '--json']);
      const { backends } = JSON.parse(status.stdout) as {
        backends: { servers: { name: string; list: string }[] }[];
      };
      expect(backends[0]!.servers.map(({ name, list }) => [name, list])).toEqual([
        ['web1', 'serving'],
        ['web2', 'serving'],
        ['web3', 'serving'],
        ['web4', 'spare'],
      ]);
    });
  });

  it('tells a maint set by hand from a spare, and a socket without rights from one with', async () => {
    const sections = `
backend api
    server app1 10.0.0.21:9000
    server app2 10.0.0.31:9000 backup
    server-template slot 1-2 nowhere.invalid:80 init-addr none
backend empty
`;
    await withLab({ servers: 4, haproxy: { sections } }, async (lab) => {
      for (const lb of lab.lbs) await lb.command('set server shop/web2 state maint');
      const sockets = ['--socket', lab.lb('lb-a').admin, '--socket', lab.lb('lb-b').user];
      const ran = await lab.rejuv(['init', ...sockets, '--force', '--json']);
      expect(ran.code).toBe(0);
      const report = JSON.parse(ran.stdout) as { fix: { what: string }[] };
      expect(report).toMatchObject({
        loadBalancers: [{ level: 'admin' }, { level: 'user' }],
        backends: [
          {
            name: 'shop',
            minServing: 1,
            servers: [{}, { name: 'web2', role: 'primary' }, {}, { role: 'spare' }],
          },
          {
            name: 'api',
            servers: [{ name: 'app1' }],
            leftOut: [{ name: 'app2' }, { name: 'slot1' }, { name: 'slot2' }],
          },
        ],
      });
      const fixes = report.fix.map(({ what }) => what);
      expect(fixes).toContainEqual(expect.stringContaining(`${lab.lb('lb-b').user} has level user`));
      expect(fixes).toContainEqual(
        expect.stringMatching(/^web2 is in maint on lb-a and lb-b, set at run time/),
      );
      expect(await readFile(lab.configFile, 'utf8')).toContain('sameHost: [shop/web1]');
    });
  });

  it('asks on a terminal, and Ctrl-C leaves nothing behind', async () => {
    await withLab({ servers: 3 }, async (lab) => {
      await rm(lab.configFile);
      const places = await readdir(lab.directory);
      const given = ['init', '-c', lab.configFile, '--socket', lab.lb('lb-a').admin];
      const stopped = onTerminal(lab, 'rows 40 cols 120', ...given);
      await answer(stopped, 'the other HAProxy', lab.lb('lb-b').admin, enter);
      await answer(stopped, 'Which servers are spares', ctrlC);
      expect((await stopped.done).code).toBe(130);
      expect(stopped.output.stdout).toContain('nothing was written');
      expect(await readdir(lab.directory)).toEqual(places);

      // As a serial line, which does not know how wide it is.
      const asked = onTerminal(lab, 'rows 0 cols 0', ...given);
      await answer(asked, 'the other HAProxy', '/nonexistent.sock', enter);
      await answer(asked, 'no socket at /nonexistent.sock');
      await until('it asks again', () =>
        Promise.resolve(
          asked.output.stdout.split('no socket at /nonexistent.sock')[1]!.includes('the other HAProxy'),
        ),
      );
      asked.child.stdin!.write(lab.lb('lb-b').admin);
      asked.child.stdin!.write(enter);
      await answer(asked, 'Which servers are spares', enter);
      await answer(asked, 'As whom', ctrlU, loginUser, enter);
      await answer(asked, 'Where shall the config file go', enter);
      const { code, stdout } = await asked.done;
      expect({ code, stdout: code === 0 ? '' : stdout }).toEqual({ code: 0, stdout: '' });
      expect(stdout).toContain('next: rejuv check');
      await fillIn(lab);
      const checked = await lab.rejuv(['check']);
      expect({ code: checked.code, said: checked.code === 0 ? '' : checked.stdout }).toEqual({
        code: 0,
        said: '',
      });
    });
  });
});
