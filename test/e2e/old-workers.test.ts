import { expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import type { LabProcess } from '../lab/hub.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import { jsonLines, serverIn, startSidecar } from './sidecar.ts';

const upgrade = {
  ...{ connection: 'Upgrade', upgrade: 'websocket' },
  ...{ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' },
};

/** One client of lb-a, bound to a server by its cookie; it prints what it gets, and ends well only with a whole answer. */
function client(lab: Lab, server: string, path: string, headers: Record<string, string> = {}): LabProcess {
  const options = {
    ...{ host: lab.lb('lb-a').address, port: 80, path },
    headers: { cookie: `SERVERID=${server}`, ...headers },
  };
  const script = `
    const sent = require('node:http').request(${JSON.stringify(options)});
    sent.on('response', (got) => {
      got.pipe(process.stdout);
      got.on('end', () => process.exit(got.complete && got.statusCode === 200 ? 0 : 1));
      got.on('error', () => process.exit(1));
    });
    sent.on('upgrade', (got, socket) => {
      process.stdout.write('open');
      socket.on('close', () => process.exit(1)).resume();
    });
    sent.on('error', () => process.exit(1)).end();`;
  return lab.spawn([process.execPath, '-e', script]);
}

describeLab('a reload with requests in progress', () => {
  it(
    'leaves an old worker whose request to the server is waited for before its reboot, and nothing else is',
    { timeout: 180_000 },
    async () => {
      // oldWorkersGone is 10 minutes here, as by default, and the HAProxys have just been started.
      await withLab({ haproxy: { persistence: 'cookie' } }, async (lab) => {
        const sidecar = await startSidecar(lab);
        const load = await lab.startLoad({ keepAlive: 10, cookie: 6, short: 3, slow: 3 });
        const download = client(lab, 'web1', '/hold?ms=25000');
        const socket = client(lab, 'web2', '/', upgrade);
        await until('both are in progress', () =>
          [download, socket].every(({ output }) => output.stdout.length > 0),
        );
        await lab.lb('lb-a').reload({ saveState: true });
        const startedAt = Date.now();
        const ran = await lab.rejuv(['rejuvenate', 'shop/web1', '--json']);
        const lines = jsonLines(ran.stdout);
        expect({ code: ran.code, end: lines.at(-1) }).toMatchObject({ code: 0, end: { state: 'completed' } });
        expect(lines.map(({ message }) => message)).toContainEqual(
          expect.stringContaining('1 of them in an old worker of lb-a'),
        );
        expect(Date.now() - startedAt).toBeLessThan(120_000);
        expect(lab.server('web1').boots).toBe(2);
        expect((await download.done).code).toBe(0);
        expect(download.output.stdout).toBe('holding\ndone\n');
        // The websocket to another server has kept the old worker alive all the time.
        expect(socket.output.stdout).toBe('open');
        expect(await serverIn(lab, 'web1')).toMatchObject({ role: 'spare', list: 'spare' });
        const summary = await load.stop();
        expect(summary.failures).toEqual([]);
        expect(summary.failed).toBe(0);
        await socket.kill('SIGKILL');
        await sidecar.kill('SIGKILL');
      });
    },
  );
});
