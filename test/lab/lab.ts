import { copyFile, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeHost, type Host } from './host.ts';
import { startHub, type Hub, type LabProcess } from './hub.ts';
import { newKey, writeIdentity } from './identity.ts';
import { makeLoadBalancer, type LoadBalancer } from './lb.ts';
import { startLoad, type Load, type LoadOptions } from './load-run.ts';
import { network } from './network.ts';
import { wantedServers, type LabOptions, type ServerOptions } from './options.ts';
import { pairConfig } from './pair-config.ts';
import { writePrograms } from './programs.ts';
import { rejuvFile, yamlOf, type RejuvFile } from './rejuv-file.ts';
import type { Ran } from './run.ts';
import { makeServer, type Server } from './server.ts';
import { measureServer } from './measured-server.ts';
import { writeServerScripts } from './server-scripts.ts';
import { until } from './until.ts';

/** A pair of real HAProxys, servers with real sshds, and a place for clients and rejuv: one lab. */
export interface Lab {
  /** Its directory; it ends with the lab. */
  readonly directory: string;
  /** rejuv's configuration file for this lab. */
  readonly configFile: string;
  readonly servers: readonly Server[];
  readonly lbs: readonly [LoadBalancer, LoadBalancer];
  server(name: string): Server;
  lb(name: 'lb-a' | 'lb-b'): LoadBalancer;
  /** A host outside of the pair, asked for by the option `extra`. */
  extra(name: string): Host;
  /** Writes rejuv's configuration once more, changed; gives its path. */
  writeConfig(change?: (file: RejuvFile) => void, name?: string): Promise<string>;
  /** Writes known_hosts again, from the host keys as they are now. */
  writeKnownHosts(): Promise<void>;
  /** Runs a command in the hub, where clients and rejuv live. */
  exec(command: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ran>;
  spawn(command: readonly string[], env?: NodeJS.ProcessEnv): LabProcess;
  /** Runs the built rejuv with this lab's configuration. */
  rejuv(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ran>;
  spawnRejuv(args: readonly string[], env?: NodeJS.ProcessEnv): LabProcess;
  startLoad(options?: LoadOptions): Promise<Load>;
  /** The words in front of a command that run it in the hub from another terminal. */
  readonly enter: readonly string[];
  /** Waits until every server that is not a spare is up and checked on both load balancers. */
  waitUp(): Promise<void>;
  stop(): Promise<void>;
}

/** The shipped drop-in: the systemctl of a load balancer tells of it, as systemd does where it is installed. */
const dropIn = fileURLToPath(new URL('../../haproxy/rejuv-state.conf', import.meta.url));

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Starts a lab. Whoever starts it stops it; if this program dies, the lab ends by itself. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const directory = await mkdtemp(join(tmpdir(), 'rejuv-lab-'));
  const hub = await startHub(directory, process.getuid!() !== 0);
  try {
    return await build(directory, hub, options);
  } catch (error) {
    await hub.stop();
    throw error;
  }
}

async function build(directory: string, hub: Hub, options: LabOptions): Promise<Lab> {
  const wanted = wantedServers(options);
  const { rootless } = hub;
  const { haproxy = {}, extra = [], graceMs = 200, downMs = 300 } = options;
  const homeOf = (name: string): string => join(directory, 'hosts', name);
  const addresses = Object.fromEntries([
    ...['lb-a', 'lb-b'].map((name, index) => [name, network.loadBalancer(index)]),
    ...wanted.map(({ name }, index) => [name, network.server(index)]),
    ...extra.map((name, index) => [name, network.extra(index)]),
  ]) as Record<string, string>;
  const authorizedKey = await newKey(join(directory, 'id_ed25519'), 'rejuv');
  const hostOf = (name: string, onOrder: (order: string) => void = () => undefined): Host =>
    makeHost({ hub, name, address: addresses[name]!, directory: homeOf(name), onOrder });
  const equip = async (name: string, kind: 'server' | 'load-balancer' = 'server'): Promise<void> => {
    await mkdir(homeOf(name), { recursive: true });
    const restrict = options.restricted === true ? kind : undefined;
    await writeIdentity({
      directory: homeOf(name),
      name,
      hosts: addresses,
      authorizedKey,
      rootless,
      restrict,
    });
  };

  const startServer = async (server: ServerOptions): Promise<Server> => {
    await equip(server.name);
    const home = homeOf(server.name);
    await writeServerScripts(home, server.enabled ?? server.disabled !== true, rootless);
    if (options.measured === true) await measureServer(home);
    await writePrograms(home, ['app']);
    const made = makeServer((onOrder) => hostOf(server.name, onOrder), { graceMs, downMs });
    await made.host.powerOn({ uptime: Math.round((server.agedDays ?? 30) * 86_400) });
    if (server.enabled ?? server.disabled !== true) {
      await until(`the shop of ${server.name} listens`, async () => await made.appListens());
    }
    return made;
  };
  const startBalancer = async (name: string): Promise<LoadBalancer> => {
    await equip(name, 'load-balancer');
    await copyFile(dropIn, join(homeOf(name), 'rejuv-state.conf'));
    await writeFile(join(homeOf(name), 'haproxy.cfg'), await pairConfig(name, wanted, haproxy, rootless));
    const host = hostOf(name);
    await host.powerOn();
    return makeLoadBalancer(host, haproxy.binary ?? 'haproxy', rootless);
  };
  const startExtra = async (name: string): Promise<Host> => {
    await equip(name);
    const host = hostOf(name);
    await host.powerOn();
    return host;
  };
  const [servers, lbA, lbB, extras] = await Promise.all([
    Promise.all(wanted.map(startServer)),
    startBalancer('lb-a'),
    startBalancer('lb-b'),
    Promise.all(extra.map(startExtra)),
    writePrograms(directory, ['load', 'load-client', 'load-count']),
  ]);
  const lbs = [lbA, lbB] as const;
  await Promise.all(lbs.map(async (lb) => await lb.start()));

  const find = <T extends { readonly name: string }>(list: readonly T[], name: string): T => {
    const found = list.find((one) => one.name === name);
    if (!found) throw new Error(`this lab has no ${name}`);
    return found;
  };
  const lab: Lab = {
    directory,
    configFile: join(directory, 'rejuv.yaml'),
    servers,
    lbs,
    enter: hub.enter(),
    server: (name) => find(servers, name),
    lb: (name) => find(lbs, name),
    extra: (name) => find(extras, name),
    async writeConfig(change, name = 'rejuv.yaml') {
      const file = rejuvFile(directory, (lb) => join(homeOf(lb), 'haproxy'), wanted);
      options.configure?.(file);
      change?.(file);
      const path = join(directory, name);
      await writeFile(path, yamlOf(file), { mode: 0o600 });
      return path;
    },
    async writeKnownHosts() {
      const lines = Object.entries(addresses).map(async ([name, address]) => {
        const [kind, key] = (await readFile(join(homeOf(name), 'ssh/host_key.pub'), 'utf8')).split(' ');
        return `${address} ${kind!} ${key!}\n`;
      });
      await writeFile(join(directory, 'known_hosts'), (await Promise.all(lines)).join(''));
    },
    exec: async (command, env) => await hub.exec(command, env),
    spawn: (command, env) => hub.spawn(command, env),
    rejuv: async (args, env) => await hub.exec([process.execPath, main, '-c', lab.configFile, ...args], env),
    spawnRejuv: (args, env) => hub.spawn([process.execPath, main, '-c', lab.configFile, ...args], env),
    startLoad: async (load = {}) => await startLoad(hub, directory, load),
    async waitUp() {
      const serving = wanted.filter(({ disabled }) => disabled !== true);
      await until('every server is up on both load balancers', async () => {
        const states = await Promise.all(lbs.map(async (lb) => ({ lb, rows: await lb.states() })));
        return states.every(({ lb, rows }) =>
          serving
            .filter(({ missingOn }) => missingOn !== lb.name)
            .every(
              ({ name }) =>
                rows.get(name)?.['srv_op_state'] === '2' && checked(rows.get(name)!, haproxy.unchecked),
            ),
        );
      });
    },
    stop: async () => await hub.stop(),
  };
  await mkdir(join(directory, 'state'));
  await lab.writeConfig();
  await lab.writeKnownHosts();
  if (options.noWait !== true) await lab.waitUp();
  return lab;
}

// HAProxy calls a server up before its first check: only a passed one (srv_check_result 3) proves it.
function checked(row: Record<string, string>, unchecked = false): boolean {
  return unchecked || row['srv_check_result'] === '3';
}
