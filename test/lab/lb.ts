import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Host } from './host.ts';
import { network } from './network.ts';
import { runtime, serverStates } from './runtime.ts';
import { until } from './until.ts';
import type { Ran } from './run.ts';

/** The shipped script. The host sees a copy: it has a /tmp of its own, and the repository may lie in the other one. */
const saveServerState = fileURLToPath(new URL('../../haproxy/save-server-state', import.meta.url));

/** One load balancer of the pair: a host with a real HAProxy in master-worker mode. */
export interface LoadBalancer {
  readonly name: string;
  readonly address: string;
  readonly host: Host;
  /** Paths of its sockets, reachable from every namespace. */
  readonly admin: string;
  readonly user: string;
  readonly master: string;
  /** host:port of the runtime API over TCP, reachable from the hub. */
  readonly tcp: string;
  command(command: string): Promise<string>;
  /** Rows of `show servers state`, by server name. */
  states(backend?: string): Promise<Map<string, Record<string, string>>>;
  /** A new worker with the configuration file; `saveState` does what the shipped systemd drop-in does around it. */
  reload(options?: { saveState?: boolean }): Promise<void>;
  restart(options?: { saveState?: boolean }): Promise<void>;
  start(): Promise<void>;
  /** SIGTERM to the master: HAProxy ends at once. */
  stop(): Promise<void>;
  /** SIGKILL to master and workers. */
  kill(): Promise<void>;
  /** SIGSTOP to master and workers: sockets accept and never answer. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Replaces the configuration file; in force after a reload or restart. */
  configure(text: string): Promise<void>;
}

export function makeLoadBalancer(host: Host, binary: string, rootless: boolean): LoadBalancer {
  const socket = (name: string): string => join(host.directory, 'haproxy', name);
  const admin = socket('admin.sock');
  const shell = async (script: string): Promise<Ran> => await host.exec(['sh', '-c', script]);
  // The master leads a session of its own, and its workers stay in it.
  const session = '-s "$(cat /run/haproxy.pid)"';
  const signal = async (word: string): Promise<void> => {
    await shell(`pkill -${word} ${session}`);
  };
  const gone = async (): Promise<void> => {
    await until(`${host.name}: HAProxy has ended`, async () => (await shell(`pgrep ${session}`)).code !== 0);
  };
  const worker = async (): Promise<string> => {
    const info = await runtime(admin, 'show info');
    return ['Pid', 'Start_time_sec']
      .map((key) => new RegExp(`^${key}: (.*)$`, 'm').exec(info)?.[1] ?? '')
      .join(' ');
  };
  const state = async (word: 'save' | 'loaded'): Promise<void> => {
    await copyFile(saveServerState, join(host.directory, 'save-server-state'));
    const ran = await host.exec(['sh', '/run/lab/save-server-state', word]);
    if (ran.code !== 0) throw new Error(ran.stderr);
  };

  const lb: LoadBalancer = {
    name: host.name,
    address: host.address,
    host,
    admin,
    user: socket('user.sock'),
    master: socket('master.sock'),
    tcp: `${host.address}:${network.adminPort}`,
    command: async (command) => await runtime(admin, command),
    states: async (backend = 'shop') => await serverStates(admin, backend),
    async start() {
      await shell(
        // The HAProxy to run may lie in the real /tmp, which the host's own one hides.
        `umount -q /tmp; rm -f /run/haproxy/*.sock; cd /; setsid ${binary} -W -S /run/haproxy/master.sock,mode,660${rootless ? '' : ',group,haproxy'} ` +
          `-f /run/lab/haproxy.cfg -p /run/haproxy.pid </dev/null >>/run/lab/haproxy.log 2>&1 &`,
      );
      await until(`${host.name}: HAProxy answers`, async () => (await worker()) !== '');
    },
    async reload(options = {}) {
      const before = await worker();
      if (options.saveState === true) await state('save');
      await shell('kill -USR2 "$(cat /run/haproxy.pid)"');
      await until(`${host.name}: a new worker answers`, async () => (await worker()) !== before);
      if (options.saveState === true) await state('loaded');
    },
    async restart(options = {}) {
      if (options.saveState === true) await state('save');
      await lb.stop();
      await lb.start();
      if (options.saveState === true) await state('loaded');
    },
    async stop() {
      await shell('kill "$(cat /run/haproxy.pid)"');
      await gone();
    },
    async kill() {
      await signal('KILL');
      await gone();
    },
    async freeze() {
      await signal('STOP');
      // A signal is delivered in its own time.
      await until(
        `${host.name}: HAProxy stands still`,
        async () => !/[^T\s]/.test((await shell(`ps -o s= ${session}`)).stdout),
      );
    },
    async thaw() {
      await signal('CONT');
    },
    async configure(text) {
      await writeFile(join(host.directory, 'haproxy.cfg'), text);
    },
  };
  return lb;
}
