import { stringify } from 'yaml';
import type { ServerOptions } from './options.ts';
import { loginUser } from './identity.ts';
import { network } from './network.ts';

/** rejuv's configuration file of a lab: the shape of the shipped example, with paths of the lab and shorter times. */
export type RejuvFile = ReturnType<typeof rejuvFile>;

export function rejuvFile(
  directory: string,
  lbDirectory: (name: string) => string,
  servers: readonly ServerOptions[],
) {
  const loadBalancer = (name: string): Record<string, unknown> => ({
    socket: `${lbDirectory(name)}/admin.sock`,
    master: `${lbDirectory(name)}/master.sock`,
  });
  const file: {
    loadBalancers: Record<string, Record<string, unknown>>;
    ssh: Record<string, unknown>;
    backends: Record<string, Record<string, unknown> & { servers: Record<string, Record<string, unknown>> }>;
    [key: string]: unknown;
  } = {
    loadBalancers: { 'lb-a': loadBalancer('lb-a'), 'lb-b': loadBalancer('lb-b') },
    ssh: {
      user: loginUser,
      privateKey: `${directory}/id_ed25519`,
      knownHosts: `${directory}/known_hosts`,
      connectTimeout: '3s',
    },
    state: `${directory}/state`,
    listen: `${directory}/rejuv.sock`,
    poll: '500ms',
    backends: {
      shop: {
        mode: 'active-standby',
        minServing: 2,
        servers: Object.fromEntries(
          servers.map(({ name, disabled }, index) => [
            name,
            { ssh: network.server(index), ...(disabled === true ? { role: 'spare' } : {}) },
          ]),
        ),
        probe: {
          http: 'http://{address}:{port}/health',
          expect: 200,
          passes: 3,
          every: '200ms',
          timeout: '1s',
          deadline: '20s',
        },
        spare: { start: 'sudo -n systemctl start shop', stop: 'sudo -n systemctl stop shop' },
        duplex: [
          { run: { on: 'aged', command: 'sudo -n shopctl flush-sessions', deadline: '10s' } },
          { copy: { from: '/var/lib/shop/sessions', to: '/var/lib/shop/sessions', deadline: '20s' } },
          { request: { on: 'spare', path: '/warmup', times: 20 } },
        ],
        drain: { persistence: '2s', deadline: '20s', atDeadline: 'wait' },
        actions: [
          { run: { command: 'sudo -n find /var/tmp/shop -type f -mmin +60 -delete', deadline: '10s' } },
          { reboot: { command: 'sudo -n systemctl reboot', deadline: '20s' } },
        ],
        schedule: [{ cron: '30 3 * * *', timeZone: 'Europe/Berlin', pick: 'longest-running' }],
      },
    },
  };
  return file;
}

export function yamlOf(file: RejuvFile): string {
  return stringify(file);
}
