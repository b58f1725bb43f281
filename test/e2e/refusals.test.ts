import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabOptions } from '../lab/options.ts';
import { until } from '../lab/until.ts';
import { jsonLines, serverIn, startSidecar, withSidecar } from './sidecar.ts';

interface Refusal {
  readonly when: string;
  readonly exit: number;
  readonly code: string;
  readonly options?: LabOptions;
  readonly arrange: (lab: Lab) => unknown;
  /** The pair as it was, or safe with the spare serving. */
  readonly after: 'as it was' | 'safe';
}

/** What `rejuvenate shop/web1` meets on the real thing. */
const rejuvenations: readonly Refusal[] = [
  {
    when: 'the host key of the server is unknown',
    exit: 3,
    code: 'host-key-unknown',
    arrange: async (lab) => await writeFile(join(lab.directory, 'known_hosts'), ''),
    after: 'as it was',
  },
  {
    when: 'the login is refused',
    exit: 3,
    code: 'login-refused',
    arrange: (lab) => lab.server('web1').fault('login-refused'),
    after: 'as it was',
  },
  {
    when: 'the SSH port of the spare is closed',
    exit: 4,
    code: 'host-unreachable',
    arrange: (lab) => lab.server('web4').fault('ssh-down'),
    after: 'as it was',
  },
  {
    when: 'the spare does not start',
    exit: 1,
    code: 'command-failed',
    arrange: (lab) => lab.server('web4').fault('start-fails'),
    after: 'as it was',
  },
  {
    when: 'the spare starts but never passes its probe',
    exit: 1,
    code: 'probe-failed',
    arrange: (lab) => lab.server('web4').fault('probe-fails'),
    after: 'as it was',
  },
  {
    when: 'the spare passes its probe but not the check of HAProxy',
    exit: 1,
    code: 'check-failed',
    arrange: (lab) => lab.server('web4').fault('check-fails'),
    after: 'as it was',
  },
  {
    when: 'sudo wants a password on the spare',
    exit: 1,
    code: 'sudo-password',
    arrange: (lab) => lab.server('web4').fault('sudo-password'),
    after: 'as it was',
  },
  {
    when: 'a hand-over command does not exist',
    exit: 1,
    code: 'command-not-found',
    options: {
      configure: (file) => {
        file.backends['shop']!['duplex'] = [{ run: { on: 'aged', command: 'no-such-command' } }];
      },
    },
    arrange: () => undefined,
    after: 'as it was',
  },
  {
    when: 'the only spare serves already',
    exit: 3,
    code: 'no-spare',
    arrange: async (lab) => {
      await lab.server('web4').startApp();
      for (const lb of lab.lbs) await lb.command('set server shop/web4 state ready');
    },
    after: 'as it was',
  },
  {
    when: 'the reboot command returns and nothing reboots',
    exit: 1,
    code: 'reboot-did-nothing',
    arrange: (lab) => lab.server('web1').fault('reboot-ignored'),
    after: 'safe',
  },
  {
    when: 'the reboot is refused over there',
    exit: 1,
    code: 'command-failed',
    arrange: (lab) => lab.server('web1').fault('reboot-refused'),
    after: 'safe',
  },
  {
    when: 'the server only drops SSH',
    exit: 1,
    code: 'reboot-only-dropped',
    arrange: (lab) => lab.server('web1').fault('reboot-drops-ssh'),
    after: 'safe',
  },
  {
    when: 'the server never returns',
    exit: 1,
    code: 'never-returned',
    arrange: (lab) => lab.server('web1').fault('reboot-never-returns'),
    after: 'safe',
  },
  {
    when: 'the server returns with another host key',
    exit: 1,
    code: 'host-key-changed',
    arrange: (lab) => lab.server('web1').fault('boot-new-host-key'),
    after: 'safe',
  },
  {
    when: 'the server returns but never gets healthy',
    exit: 1,
    code: 'check-failed',
    arrange: (lab) => lab.server('web1').fault('check-fails'),
    after: 'safe',
  },
];

const quick: LabOptions = {
  configure: (file) => {
    const shop = file.backends['shop']!;
    shop['probe'] = { ...(shop['probe'] as object), deadline: '6s' };
    shop['actions'] = [{ reboot: { deadline: '6s' } }];
    shop['drain'] = { persistence: '1s', deadline: '5s' };
  },
};

function both(one: LabOptions, other: LabOptions = {}): LabOptions {
  return {
    ...one,
    ...other,
    configure: (file) => {
      one.configure?.(file);
      other.configure?.(file);
    },
  };
}

describeLab('rejuvenate refuses, or ends safe, on the real thing', () => {
  it.each(rejuvenations)(
    'when $when',
    { timeout: 120_000 },
    async ({ options, arrange, exit, code, after }) => {
      await withSidecar(both(quick, options), async (lab) => {
        await arrange(lab);
        const ran = await lab.rejuv(['rejuvenate', 'shop/web1', '--json']);
        const last = jsonLines(ran.stdout).at(-1);
        expect({ exit: ran.code, code: last?.['code'] }).toEqual({ exit, code });
        expect(String(last?.['reason']).length).toBeGreaterThan(10);
        const web1 = await serverIn(lab, 'web1');
        if (after === 'as it was') {
          expect(web1).toMatchObject({ list: 'serving', role: 'primary' });
          expect(lab.server('web1').boots).toBe(1);
        } else {
          expect(web1).toMatchObject({ list: 'off', admin: { 'lb-a': 'maint', 'lb-b': 'maint' } });
          expect(web1.held?.reason).toContain('failed');
          expect(await serverIn(lab, 'web4')).toMatchObject({ list: 'serving', role: 'primary' });
        }
      });
    },
  );

  it(
    'stops at a server that a person changes in the middle, and leaves it alone',
    { timeout: 120_000 },
    async () => {
      await withSidecar(quick, async (lab) => {
        const load = await lab.startLoad({ cookie: 4, slow: 6 });
        const running = lab.spawnRejuv(['rejuvenate', 'shop/web1', '--json']);
        await until('the drain has begun', () => running.output.stdout.includes('"step":"grace"'), {
          withinMs: 60_000,
        });
        await lab.lb('lb-b').command('set server shop/web1 state ready');
        const last = jsonLines((await running.done).stdout).at(-1);
        expect(last).toMatchObject({ state: 'failed', code: 'changed-by-hand' });
        expect(await serverIn(lab, 'web1')).toMatchObject({
          admin: { 'lb-b': 'ready' },
          owner: { 'lb-b': 'person' },
        });
        expect((await load.stop()).failures).toEqual([]);
      });
    },
  );

  it('refuses a second operation in the backend, and a second sidecar', { timeout: 120_000 }, async () => {
    await withSidecar(quick, async (lab) => {
      const running = lab.spawnRejuv(['rejuvenate', 'shop/web1', '--json']);
      await until('it runs', () => running.output.stdout.includes('"phase"'), { withinMs: 30_000 });
      const second = await lab.rejuv(['rejuvenate', 'shop/web2', '--json']);
      expect(second.code).toBe(3);
      expect(jsonLines(second.stdout).at(-1)).toMatchObject({
        state: 'blocked',
        code: 'backend-busy',
        operation: null,
      });
      const other = await lab.rejuv(['run']);
      expect(other.code).toBe(3);
      expect(other.stderr).toContain('already');
      expect((await running.done).code).toBe(0);
    });
  });

  it(
    'is taken up by the next sidecar where the first one was killed, and finished',
    { timeout: 120_000 },
    async () => {
      await withSidecar(quick, async (lab, sidecar) => {
        const load = await lab.startLoad({ keepAlive: 4, cookie: 2, short: 2 });
        const running = lab.spawnRejuv(['rejuvenate', 'shop/web1', '--json']);
        await until('the reboot has begun', () => running.output.stdout.includes('"step":"reboot"'), {
          withinMs: 60_000,
        });
        await sidecar.kill('SIGKILL');
        expect((await running.done).code).toBe(4);
        const id = String(jsonLines(running.output.stdout.split('\n')[0] ?? '')[0]?.['operation']);
        const again = await startSidecar(lab);
        // Whoever waited for it can go on waiting.
        const watched = await lab.rejuv(['watch', id, '--json']);
        expect({ code: watched.code, end: jsonLines(watched.stdout).at(-1) }).toMatchObject({
          code: 0,
          end: { state: 'completed', spare: 'web4' },
        });
        expect(again.output.stdout).toContain('found open, and carried on');
        expect(lab.server('web1').boots).toBe(2);
        expect(await serverIn(lab, 'web1')).toMatchObject({ list: 'spare', role: 'spare', held: null });
        expect(await serverIn(lab, 'web4')).toMatchObject({ list: 'serving', role: 'primary' });
        expect((await load.stop()).failures).toEqual([]);
        await again.kill('SIGTERM');
      });
    },
  );
});
