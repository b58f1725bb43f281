import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabOptions } from '../lab/options.ts';
import { jsonLines, withoutOldWorkers } from './sidecar.ts';

/** What `drain shop/web1` meets, without a sidecar. */
const drains: readonly {
  when: string;
  exit: number;
  code: string;
  options?: LabOptions;
  arrange: (lab: Lab) => unknown;
}[] = [
  {
    when: 'a socket is missing',
    exit: 4,
    code: 'socket-missing',
    arrange: async (lab) =>
      await lab.writeConfig(
        (file) => (file.loadBalancers['lb-b']!['socket'] = join(lab.directory, 'nothing.sock')),
      ),
  },
  {
    when: 'the socket has level user',
    exit: 3,
    code: 'haproxy-level',
    arrange: async (lab) =>
      await lab.writeConfig((file) => (file.loadBalancers['lb-b']!['socket'] = lab.lb('lb-b').user)),
  },
  {
    when: 'what answers is not an HAProxy runtime socket',
    exit: 4,
    code: 'not-haproxy',
    arrange: async (lab) =>
      await lab.writeConfig((file) => (file.loadBalancers['lb-b']!['socket'] = 'tcp://10.0.0.22:22')),
  },
  { when: 'one HAProxy hangs', exit: 4, code: 'haproxy-silent', arrange: (lab) => lab.lb('lb-b').freeze() },
  {
    when: 'one HAProxy is dead',
    exit: 4,
    code: 'haproxy-down',
    arrange: async (lab) => await lab.lb('lb-b').kill(),
  },
  {
    when: 'the server is on one node only',
    exit: 3,
    code: 'server-missing',
    options: {
      servers: [
        { name: 'web1', missingOn: 'lb-b' },
        { name: 'web2' },
        { name: 'web3' },
        { name: 'web4', disabled: true },
      ],
    },
    arrange: () => undefined,
  },
  {
    when: 'too few servers would be left',
    exit: 3,
    code: 'min-serving',
    arrange: async (lab) => await lab.lb('lb-a').command('set server shop/web2 state maint'),
  },
  {
    when: 'the records cannot be written',
    exit: 3,
    code: 'records-unwritable',
    arrange: async (lab) => {
      await lab.writeConfig((file) => (file['state'] = join(lab.directory, 'known_hosts', 'state')));
    },
  },
];

describeLab('drain refuses without a sidecar, and changes nothing', () => {
  it.each(drains)('when $when', { timeout: 60_000 }, async ({ options, arrange, exit, code }) => {
    await withLab(withoutOldWorkers(options ?? {}), async (lab) => {
      await arrange(lab);
      const ran = await lab.rejuv(['drain', 'shop/web1', '--json']);
      const last = jsonLines(ran.stdout).at(-1) as { code?: string; error?: { code: string } } | undefined;
      expect({ exit: ran.code, code: last?.code ?? last?.error?.code }).toEqual({ exit, code });
      const row = (await lab.lb('lb-a').states()).get('web1');
      expect(row?.['srv_admin_state']).toBe('0');
    });
  });
});
