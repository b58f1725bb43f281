import { fileURLToPath } from 'node:url';
import { rejuvenate, startSidecar, statusOf } from '../demo/sidecar.ts';
import type { Lab } from '../lab/lab.ts';
import { network } from '../lab/network.ts';
import { until } from '../lab/until.ts';

/** One way to reboot a server of the pair. */
export interface Way {
  readonly name: string;
  /** It leaves requests hanging, which would soften the next reboot in the same lab. */
  readonly leavesTraces: boolean;
  /** What it needs beside the lab. */
  prepare(lab: Lab): Promise<void>;
  /** Reboots one server, and returns when nothing more is going to happen. Gives the server's name. */
  reboot(lab: Lab): Promise<string>;
}

const nothing = (): Promise<void> => Promise.resolve();
const script = fileURLToPath(new URL('./maint-reboot-ready.sh', import.meta.url));

/** The server reboots, and HAProxy finds out. */
export const healthChecks: Way = {
  name: 'health checks only',
  leavesTraces: true,
  prepare: nothing,
  async reboot(lab) {
    await lab.server('web1').reboot();
    return 'web1';
  },
};

/** Ten lines of shell. */
export const maintScript: Way = {
  name: 'socat script',
  leavesTraces: true,
  prepare: nothing,
  async reboot(lab) {
    const { address, host } = lab.server('web1');
    const boots = host.boots;
    const ssh = [
      `ssh -F none -i ${lab.directory}/id_ed25519 -l rejuv -o BatchMode=yes -o ConnectTimeout=1`,
      `-o ServerAliveInterval=1 -o ServerAliveCountMax=2`,
      `-o UserKnownHostsFile=${lab.directory}/known_hosts -o GlobalKnownHostsFile=none`,
    ].join(' ');
    const sockets = lab.lbs.map(({ admin }) => `UNIX-CONNECT:${admin}`);
    const ran = await lab.exec(['sh', script, 'web1', address, String(network.appPort), ...sockets], {
      SSH: ssh,
    });
    if (ran.code !== 0) throw new Error(`maint-reboot-ready.sh: ${ran.stderr}`);
    if (host.boots === boots) throw new Error(`maint-reboot-ready.sh did not reboot web1: ${ran.stderr}`);
    return 'web1';
  },
};

/** The server that has served longest is the next: the one that came in last is the one rejuvenated last. */
function makeRejuv(): Way {
  const order: string[] = [];
  return {
    name: 'rejuv',
    leavesTraces: false,
    async prepare(lab) {
      await startSidecar(lab);
    },
    async reboot(lab) {
      const [backend] = (await statusOf(lab)).backends;
      const serving = backend!.servers.filter(({ role }) => role === 'primary').map(({ name }) => name);
      const next = serving.sort((a, b) => order.lastIndexOf(a) - order.lastIndexOf(b))[0]!;
      const boots = lab.server(next).boots;
      const outcome = await rejuvenate(lab, next);
      const last = outcome.lines.at(-1);
      if (outcome.status !== 0 || last?.state !== 'completed') {
        const reason = last?.reason ?? last?.message ?? '';
        throw new Error(
          `rejuvenating ${next} ended with ${outcome.status ?? '?'}: ${reason} ${outcome.stderr}`,
        );
      }
      if (lab.server(next).boots !== boots + 1) throw new Error(`${next} did not reboot exactly once`);
      order.push(next);
      return next;
    },
  };
}

export const rejuv = makeRejuv();

/** Every server in service is up and checked again on both load balancers. */
export async function calm(lab: Lab): Promise<void> {
  await until(
    'the pair is whole again',
    async () => {
      const [a, b] = await Promise.all(lab.lbs.map(async (lb) => [...(await lb.states()).values()]));
      const up = (rows: readonly Record<string, string>[]): number =>
        rows.filter((row) => row['srv_op_state'] === '2' && row['srv_check_result'] === '3').length;
      return up(a!) === 3 && up(b!) === 3;
    },
    { withinMs: 30_000, everyMs: 200 },
  );
}
