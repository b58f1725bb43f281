import { writeFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Server } from '../lab/server.ts';
import { until } from '../lab/until.ts';
import { isLate, type Cell, type CellPhase } from './fault-cells.ts';

/** So long a reboot nobody asked for takes: it is seen, and what follows from it has begun before it is over. */
const rebootMs = 8_000;
/** The same where proofs wait for it, its own or those of a repair that begins at once: it is back within their deadlines. */
const quickRebootMs = 3_500;

/** The fault, now. What takes time goes on by itself: see `server.settled`. */
export async function strike(server: Server, { fault, phase }: Cell): Promise<void> {
  switch (fault) {
    case 'kill': {
      await server.signalApp('KILL');
      return;
    }
    case 'freeze': {
      await server.signalApp('STOP');
      return;
    }
    case 'errors':
    case 'slow':
      await server.app(`/sicken?as=${fault}`);
      return;
    case 'power': {
      await server.powerOff();
      return;
    }
    case 'cut-one': {
      await server.fault('cut-lb-a');
      return;
    }
    case 'cut-both':
      await Promise.all([server.fault('cut-lb-a'), server.fault('cut-lb-b')]);
      return;
    case 'reboot':
      server.downMs = isLate(phase) ? quickRebootMs : rebootMs;
      await server.exec(['/usr/local/sbin/systemctl', 'reboot']);
      // The order is carried out a moment later.
      await until('it goes down', () => !server.host.on, { everyMs: 10 });
      return;
    case 'ssh-dead': {
      await server.fault('ssh-down');
      return;
    }
  }
}

/** Takes everything back that a person would: power, network, sshd. The application is for rejuv to repair. */
export async function takeBack(server: Server): Promise<void> {
  await server.settled;
  server.downMs = 300;
  if (!server.host.on) await server.powerOn();
  await server.clearFaults();
  // Each cell has clients of its own, whose sessions the next one would hand over as well.
  await server.exec(['sh', '-c', 'rm -f /var/lib/shop/sessions/*']);
  for (const phase of ['start', 'duplexing', 'rejuvenating', 'stop']) await release(server, phase);
}

/** A command of the config file that waits for as long as the test holds it on that host. */
export function held(name: string, command: string): string {
  return `while [ -e /run/lab/faults/hold-${name} ]; do sleep 0.05; done; ${command}`;
}

async function hold(server: Server, name: string): Promise<void> {
  await writeFile(join(server.host.directory, 'faults', `hold-${name}`), '');
}

async function release(server: Server, name: string): Promise<void> {
  await rm(join(server.host.directory, 'faults', `hold-${name}`), { force: true });
}

/** Keeps the phase open until the function that it gives is called; `admitting` and `draining` take long by themselves. */
export async function keepOpen(phase: CellPhase, aged: Server, spare: Server): Promise<() => Promise<void>> {
  const by = async (server: Server, name: string): Promise<() => Promise<void>> => {
    await hold(server, name);
    return async () => await release(server, name);
  };
  switch (phase) {
    case 'activating':
      return await by(spare, 'start');
    case 'duplexing':
    case 'rejuvenating':
      return await by(aged, phase);
    case 'verifying':
      await aged.fault('probe-fails');
      return async () => await aged.fault('probe-fails', false);
    case 'registering':
      return await by(aged, 'stop');
    default:
      return () => Promise.resolve();
  }
}

/** In these phases the application of the aged server has to be there to be struck, and a command that is kept open. */
export async function untilItCanBeStruck(server: Server, phase: CellPhase): Promise<void> {
  if (phase === 'registering') {
    const waits = ['pgrep', '-f', 'hold-sto[p]'];
    await until('the command waits there', async () => (await server.exec(waits)).code === 0, {
      withinMs: 15_000,
    });
  }
  await until(`the shop of ${server.name} runs`, async () => server.host.on && (await server.appListens()), {
    withinMs: 15_000,
  });
}
