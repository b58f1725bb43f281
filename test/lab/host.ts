import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { announcedPid, hostFiles, hubNetwork, type Hub } from './hub.ts';
import { hardwareAddress } from './network.ts';
import { labEnv, run, type Ran } from './run.ts';

async function machineUptime(): Promise<number> {
  return Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]);
}

/** One machine of the lab: powered on, it is a set of namespaces with a real sshd; powered off, it is a directory. */
export interface Host {
  readonly name: string;
  readonly address: string;
  /** Its directory outside, /run/lab inside. */
  readonly directory: string;
  readonly bootId: string;
  readonly on: boolean;
  /** Boots since the lab started; the first one counts as 1. */
  readonly boots: number;
  powerOn(options?: BootOptions): Promise<void>;
  /** Takes the network away first, as a rebooting machine does, then everything that runs. */
  powerOff(): Promise<void>;
  exec(command: readonly string[]): Promise<Ran>;
  /** Takes the network card away or gives it back, while everything runs on. */
  network(up: boolean): Promise<void>;
}

export interface BootOptions {
  /** Seconds that the machine seems to have been running for already; 0 by default. */
  readonly uptime?: number;
  /** What /proc/sys/kernel/random/boot_id says; a fresh one by default. */
  readonly bootId?: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<void>;
}

export function makeHost(options: {
  hub: Hub;
  name: string;
  address: string;
  directory: string;
  /** Called with each order that the host gives to the outside, such as `reboot`. */
  onOrder: (order: string) => void;
}): Host {
  const { hub, name, address, directory } = options;
  let running: Running | undefined;
  let boots = 0;
  let bootId = '';

  const enter = (): string[] => {
    if (!running) throw new Error(`${name} is powered off`);
    return [
      'nsenter',
      `--target=${running.pid}`,
      ...(hub.rootless ? ['--user', '--preserve-credentials'] : []),
      ...['mount', 'net', 'pid', 'uts', 'ipc', 'time'].map((kind) => `--${kind}`),
      '--wd=/',
      '--',
    ];
  };

  const host: Host = {
    name,
    address,
    directory,
    get bootId() {
      return bootId;
    },
    get on() {
      return running !== undefined;
    },
    get boots() {
      return boots;
    },
    async powerOn(boot = {}) {
      if (running) throw new Error(`${name} is on already`);
      bootId = boot.bootId ?? randomUUID();
      await rm(join(directory, 'boot_id'), { force: true });
      await writeFile(join(directory, 'boot_id'), `${bootId}\n`, { mode: 0o444 });
      // A time namespace shifts the clock that counts since the boot, in whole seconds; the fraction remains. A host that
      // has just booted must not seem up for longer than it was, so its boot waits for a small fraction.
      let machine = await machineUptime();
      while (boot.uptime === undefined && machine % 1 > 0.2) {
        await sleep(Math.max(10, (1 - (machine % 1)) * 1000));
        machine = await machineUptime();
      }
      const [program, ...args] = [
        ...hub.enter('net', 'pid'),
        'unshare',
        ...['net', 'mount', 'pid', 'uts', 'ipc', 'time', 'fork', 'kill-child'].map((word) => `--${word}`),
        `--boottime=${(boot.uptime ?? 0) - Math.floor(machine)}`,
        '--propagation=private',
        ...['sh', `${hostFiles}host-init.sh`, name, address, directory],
        ...[hub.rootless ? 'yes' : 'no', process.execPath],
      ];
      const child = spawn(program!, args, { env: labEnv(), stdio: ['pipe', 'pipe', 'pipe'] });
      child.stdin.on('error', () => undefined);
      let problem = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (problem += text));
      const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
      const pid = await announcedPid(child.stdout, child.stderr);
      const up = new Promise<void>((resolve, reject) => {
        const lines = createInterface({ input: child.stdout });
        lines.on('line', (line) => (line === 'ready' ? resolve() : options.onOrder(line)));
        lines.on('close', () => reject(new Error(`${name} did not boot: ${problem.trim()}`)));
      });
      const current = { child, pid, ended };
      running = current;
      void ended.then(() => {
        if (running === current) running = undefined;
      });
      await hubNetwork(hub, [
        `link add ${name} type veth peer name eth0 address ${hardwareAddress(address)} netns ${pid}`,
        `link set ${name} master br0 up`,
      ]);
      child.stdin.write('go\n');
      await up;
      boots += 1;
    },
    async powerOff() {
      const current = running;
      if (!current) return;
      await hubNetwork(hub, [`link del ${name}`]);
      process.kill(current.pid, 'SIGKILL');
      await current.ended;
    },
    async exec(command) {
      return await run([...enter(), ...command]);
    },
    async network(up) {
      await hubNetwork(hub, [`link set ${name} ${up ? 'up' : 'down'}`]);
    },
  };
  return host;
}
