import { randomUUID } from 'node:crypto';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newHostKey, sudoers } from './identity.ts';
import type { Host } from './host.ts';
import { network } from './network.ts';
import type { Ran } from './run.ts';
import { until } from './until.ts';

/**
 * What can be wrong with a server. Those that begin with `reboot-` and `boot-` show at the next reboot; the others at
 * once, and they last over reboots until they are taken back.
 */
export type Fault =
  | 'reboot-ignored' // `systemctl reboot` says yes and nothing happens
  | 'reboot-refused' // `systemctl reboot` fails
  | 'reboot-never-returns' // it goes down and stays down
  | 'reboot-drops-ssh' // only sshd ends and comes back: no new boot
  | 'boot-same-id' // the boot id after the reboot is the one before
  | 'boot-invalid-id' // the boot id after the reboot is not one
  | 'boot-new-host-key' // the SSH host key is another one after the reboot
  | 'boot-without-app' // the application is not started at boot
  | 'start-fails' // `systemctl start shop` fails
  | 'probe-fails' // /health answers 503 while HAProxy's /check passes
  | 'probe-hangs' // /health never answers
  | 'check-fails' // /check answers 503 while /health passes
  | 'sudo-password' // sudo asks for a password
  | 'login-refused' // the key is not authorized
  | 'ssh-down' // nothing listens on port 22
  | 'network-down' // the cable is out
  | 'cut-lb-a' // nothing that it sends reaches this load balancer, while all else does
  | 'cut-lb-b';

/** One server behind the pair. */
export interface Server {
  readonly name: string;
  readonly address: string;
  readonly host: Host;
  readonly boots: number;
  readonly bootId: string;
  /** Time between the order to reboot and the loss of the network. May be changed at any time. */
  graceMs: number;
  /** Time that it is away during a reboot. May be changed at any time. */
  downMs: number;
  /** Sets a fault, or takes it back with `false`. */
  fault(fault: Fault, on?: boolean): Promise<void>;
  clearFaults(): Promise<void>;
  /** Runs a command on the server, as root. */
  exec(command: readonly string[]): Promise<Ran>;
  /** What a person does: `systemctl reboot`, and nothing else. Resolves when it is up again. */
  reboot(): Promise<void>;
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
  startApp(): Promise<void>;
  stopApp(): Promise<void>;
  /** Sends a signal to its application: KILL ends it and nothing starts it again, STOP freezes it until CONT. */
  signalApp(signal: 'KILL' | 'STOP' | 'CONT'): Promise<void>;
  /**
   * Asks its application directly, past HAProxy and past the network: `/stats`, `/leak?mb=50`, `/forget`,
   * `/gauge?name=shop_jobs&value=7`, `/age?ms=800`, `/agent?say=drain`, and until it is started again `/sicken?as=errors` (or `slow`, `hung`).
   */
  app(path: string): Promise<Record<string, unknown>>;
  appListens(): Promise<boolean>;
  readonly settled: Promise<void>;
}

const cuts = ['cut-lb-a', 'cut-lb-b'] as const;
type Cut = (typeof cuts)[number];

function isCut(fault: Fault): fault is Cut {
  return cuts.some((one) => one === fault);
}

/** A server and what happens to it when it orders its own reboot. */
export function makeServer(
  makeHost: (onOrder: (order: string) => void) => Host,
  times: { graceMs: number; downMs: number },
): Server {
  const faults = new Set<Fault>();
  let settled = Promise.resolve();
  const host = makeHost((order) => {
    settled = settled.then(async () => await obey(order));
    settled.catch(() => undefined); // whoever waits for it sees it
  });
  const file = (fault: Fault): string => join(host.directory, 'faults', fault);

  async function obey(order: string): Promise<void> {
    if (faults.has('reboot-ignored') || !host.on) return;
    await sleep(server.graceMs);
    if (faults.has('reboot-drops-ssh')) {
      await host.exec(['sh', '-c', 'pkill -x sshd; sleep 0.3; sshd-start']);
      return;
    }
    const previous = host.bootId;
    await host.powerOff();
    if (order === 'poweroff' || faults.has('reboot-never-returns')) return;
    if (faults.has('boot-new-host-key')) await newHostKey(host.directory, host.name);
    await sleep(server.downMs);
    const bootId = faults.has('boot-same-id')
      ? previous
      : faults.has('boot-invalid-id')
        ? 'unknown'
        : randomUUID();
    await host.powerOn({ bootId });
    if (faults.has('network-down')) await host.network(false);
    for (const fault of cuts) if (faults.has(fault)) await cut(fault, true);
  }

  async function cut(fault: Cut, on: boolean): Promise<void> {
    const to = network.loadBalancer(cuts.indexOf(fault));
    await host.exec(['ip', 'route', on ? 'add' : 'del', 'blackhole', `${to}/32`]);
  }

  async function apply(fault: Fault, on: boolean): Promise<void> {
    if (fault === 'network-down' && host.on) await host.network(!on);
    if (isCut(fault) && host.on) await cut(fault, on);
    if (fault === 'ssh-down' && host.on) await host.exec(['sh', '-c', on ? 'pkill -x sshd' : 'sshd-start']);
    if (fault === 'sudo-password') {
      // Written in place: the file is mounted into the host, and a new file would not be the mounted one.
      const path = join(host.directory, 'etc/sudoers');
      await chmod(path, 0o640);
      await writeFile(path, sudoers(on));
      await chmod(path, 0o440);
    }
    if (fault === 'login-refused') {
      const keys = join(host.directory, 'ssh/authorized_keys');
      await rename(on ? keys : `${keys}.off`, on ? `${keys}.off` : keys);
    }
  }

  const systemctl = async (...words: readonly string[]): Promise<void> => {
    const ran = await host.exec(['/usr/local/sbin/systemctl', ...words]);
    if (ran.code !== 0) throw new Error(`${host.name}: systemctl ${words.join(' ')}: ${ran.stderr.trim()}`);
  };

  const server: Server = {
    ...times,
    name: host.name,
    address: host.address,
    host,
    get boots() {
      return host.boots;
    },
    get bootId() {
      return host.bootId;
    },
    get settled() {
      return settled;
    },
    async fault(fault, on = true) {
      if (faults.has(fault) === on) return;
      if (on) faults.add(fault);
      else faults.delete(fault);
      // The file is what the host itself looks at.
      if (on) await writeFile(file(fault), '');
      else await rm(file(fault), { force: true });
      await apply(fault, on);
    },
    async clearFaults() {
      for (const fault of [...faults]) await server.fault(fault, false);
    },
    exec: async (command) => await host.exec(command),
    async reboot() {
      const boots = host.boots;
      await systemctl('reboot');
      await until(`${host.name} is up again`, () => host.boots > boots, { withinMs: 30_000 + server.downMs });
      await settled;
    },
    powerOff: async () => await host.powerOff(),
    powerOn: async () => await host.powerOn(),
    async signalApp(signal) {
      const ran = await host.exec(['sh', '-c', `kill -${signal} "$(cat /run/shop.pid)"`]);
      if (ran.code !== 0) throw new Error(`${host.name}: kill -${signal}: ${ran.stderr.trim()}`);
    },
    startApp: async () => await systemctl('start', 'shop'),
    stopApp: async () => await systemctl('stop', 'shop'),
    app: async (path) =>
      JSON.parse(await ask(join(host.directory, 'app', 'control.sock'), path)) as Record<string, unknown>,
    async appListens() {
      return await server.app('/stats').then(
        () => true,
        () => false,
      );
    },
  };
  return server;
}

function ask(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, timeout: 5000, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve(body));
    });
    sent.on('timeout', () => sent.destroy(new Error('the shop did not answer')));
    sent.on('error', reject);
    sent.end();
  });
}
