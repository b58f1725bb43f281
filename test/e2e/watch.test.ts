import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import type { LabProcess } from '../lab/hub.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabOptions } from '../lab/options.ts';
import { until } from '../lab/until.ts';
import { jsonLines } from './sidecar.ts';

const driver = fileURLToPath(new URL('./watch-driver.ts', import.meta.url));
const tsx = fileURLToPath(import.meta.resolve('tsx'));

const options: LabOptions = {
  configure: (file) => {
    const { shop } = file.backends;
    if (shop !== undefined) shop['faults'] = { every: '500ms', fall: 3, rise: 2 };
  },
};

interface Seen {
  readonly server: string;
  readonly verdict: string;
  readonly at: number;
  readonly facts: readonly string[];
}

async function withWatch(test: (lab: Lab, seen: () => readonly Seen[]) => Promise<void>): Promise<void> {
  await withLab(options, async (lab) => {
    await lab.waitUp();
    const watch: LabProcess = lab.spawn([process.execPath, '--import', tsx, driver, lab.configFile]);
    const seen = (): Seen[] => {
      const { stdout } = watch.output;
      return jsonLines(stdout.slice(0, stdout.lastIndexOf('\n') + 1)) as unknown as Seen[];
    };
    try {
      await until('every server is well', () => {
        const last = new Map(seen().map(({ server, verdict }) => [server, verdict]));
        return Promise.resolve(last.size === 4 && [...last.values()].every((one) => one === 'well'));
      });
      await test(lab, seen);
    } finally {
      await watch.kill('SIGKILL');
    }
  });
}

/** Resolves with what was said of the server with that verdict, after what was said before. */
async function told(
  seen: () => readonly Seen[],
  server: string,
  verdict: string,
  from: number,
): Promise<Seen> {
  const find = (): Seen | undefined =>
    seen()
      .slice(from)
      .find((one) => one.server === server && one.verdict === verdict);
  // A host without power is only given up at the end of `connectTimeout`, `fall` times in a row.
  await until(`${server} is ${verdict}`, () => find() !== undefined, { withinMs: 30_000 });
  return find()!;
}

describeLab('the watch over a real pair and real hosts', () => {
  it(
    'tells kill -9, a freeze, a failing probe, a dead SSH, a reboot and a dead spare apart',
    { timeout: 180_000 },
    async () => {
      await withWatch(async (lab, seen) => {
        const [web1] = lab.servers;
        if (web1 === undefined) throw new Error('the lab has servers');
        const spare = lab.servers.find(({ name }) => name === 'web4')!;
        let from = seen().length;

        const killed = Date.now();
        await web1.exec(['pkill', '-9', '-f', 'app']);
        const failed = await told(seen, 'web1', 'failed', from);
        // The HAProxys of the lab check every 250 ms, fall 2.
        expect(failed.at - killed).toBeLessThan(5_000);
        await web1.startApp();
        await told(seen, 'web1', 'well', from);

        from = seen().length;
        await web1.exec(['pkill', '-STOP', '-f', 'app']);
        await told(seen, 'web1', 'failed', from);
        await web1.exec(['pkill', '-CONT', '-f', 'app']);
        await told(seen, 'web1', 'well', from);

        from = seen().length;
        await web1.fault('probe-hangs');
        const hung = await told(seen, 'web1', 'hung', from);
        expect(hung.facts.filter((fact) => fact.includes(': up'))).toHaveLength(2);
        await web1.fault('probe-hangs', false);
        await told(seen, 'web1', 'well', from);

        from = seen().length;
        await web1.fault('ssh-down');
        await web1.exec(['sh', '-c', 'pkill sshd || true']);
        await told(seen, 'web1', 'unreachable', from);
        await web1.fault('ssh-down', false);
        await told(seen, 'web1', 'well', from);

        from = seen().length;
        await web1.reboot();
        await told(seen, 'web1', 'rebooted', from);
        // So quick that it may have been well at every look.
        const verdict = (): string | undefined =>
          seen().findLast((one) => one.server === 'web1' && one.verdict !== 'rebooted')?.verdict;
        await until('web1 is well again', () => verdict() === 'well', { withinMs: 30_000 });

        from = seen().length;
        await spare.powerOff();
        await told(seen, 'web4', 'failed', from);
        expect(seen().filter(({ server }) => server === 'web2' || server === 'web3')).toHaveLength(2);
      });
    },
  );
});
