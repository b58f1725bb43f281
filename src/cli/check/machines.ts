import { asRejuvError } from '../../domain/errors.ts';
import type { LoadBalancerSettings } from '../../domain/settings.ts';
import type { LoadBalancerView, Snapshot } from '../../domain/snapshot.ts';
import type { Machine } from '../../io/haproxy-config/machine.ts';
import { readRunning, type RunningConfiguration } from '../../io/haproxy-config/running.ts';
import { readUnit, type Unit } from '../../io/haproxy-config/unit.ts';
import { clockFinding, readClock } from './clocks.ts';
import { examinationMs, inTime } from './deadline.ts';
import { found, notExamined, type Finding } from './finding.ts';
import { withHost } from './hosts.ts';
import type { Subject } from './subject.ts';

const group = 'load balancers';

/** HAProxy's own configuration on one load balancer, as far as it could be read. */
export interface Configured {
  readonly name: string;
  readonly running: RunningConfiguration;
  /** Null: systemd there runs no unit with this process, as far as can be seen. */
  readonly unit: Unit | null;
}

/**
 * What the runtime API does not show: HAProxy's configuration files, its systemd unit and the machine's clock. For a
 * unix socket on this machine, for an `ssh://` socket over the same login; with commands that only read.
 */
export async function examineMachines(
  subject: Subject,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<{ readonly findings: Finding[]; readonly configured: Configured[] }> {
  const looks = await Promise.all(
    subject.settings.loadBalancers.map(async (balancer) => {
      const view = snapshot.views.find(({ name }) => name === balancer.name);
      // Without an answer there is no process to look for, and that is an error already.
      return view === undefined ? [] : [await lookAt(subject, balancer, view, signal)];
    }),
  );
  const all = looks.flat();
  return {
    findings: all.flatMap(({ findings }) => findings),
    configured: all.flatMap(({ configured }) => configured ?? []),
  };
}

interface Look {
  readonly findings: readonly Finding[];
  readonly configured?: Configured;
}

async function lookAt(
  subject: Subject,
  { name, socket }: LoadBalancerSettings,
  view: LoadBalancerView,
  signal: AbortSignal,
): Promise<Look> {
  const { clock, runner } = subject;
  try {
    switch (socket.kind) {
      case 'tcp': {
        const fix =
          'give its socket as ssh://user@host/path: the same login then reads its files, and changes nothing';
        return {
          findings: [
            notExamined(group, name, `${what}, its unit, its clock: a TCP port shows none of them`, fix),
          ],
        };
      }
      case 'unix': {
        const late = new Error(`this machine did not read it within ${examinationMs} ms`);
        const machine: Machine = { run: (command, stop) => runner.run(command, {}, examinationMs, stop) };
        const deadline = { deadlineMs: examinationMs, late };
        return await inTime(clock, deadline, signal, (stop) => read(machine, view, socket.path, stop));
      }
      case 'ssh':
        return await withHost(subject, socket.login, signal, async (host, stop) => {
          const run: Machine['run'] = (command) => host.run(command, examinationMs, stop);
          const look = await read({ run }, view, socket.path, stop);
          const apart = await readClock(clock, (command) => run(command, stop));
          return { ...look, findings: [...look.findings, clockFinding(name, apart)] };
        });
    }
  } catch (thrown) {
    const { message, fix } = asRejuvError(thrown);
    return { findings: [notExamined(group, name, `${what}: ${message}`, fix)] };
  }
}

const what = "HAProxy's own configuration";

async function read(
  machine: Machine,
  view: LoadBalancerView,
  socket: string,
  signal: AbortSignal,
): Promise<Look> {
  const { name, process } = view;
  const running = await readRunning(machine, process.pid, socket, signal);
  if ('problem' in running) {
    return { findings: [notExamined(group, name, `${what}: ${running.problem}`, running.fix)] };
  }
  // A container's process is in no unit of the machine that it is seen from.
  const unit = running.process.contained ? null : await readUnit(machine, running.process, signal);
  const paths = running.files.map(({ path }) => path).join(', ');
  const read = found('ok', group, name, `its configuration was read: ${paths}`);
  return {
    findings: [read, ...changedSince(running, view)],
    configured: { name, running, unit },
  };
}

/** Files that changed after HAProxy read them say what will hold after the next reload, not what holds. */
function changedSince({ files }: RunningConfiguration, { name, process }: LoadBalancerView): Finding[] {
  const changed = files.filter(({ changedAtSeconds }) => changedAtSeconds > process.startedAtSeconds);
  if (changed.length === 0) return [];
  const paths = changed.map(({ path }) => path).join(', ');
  const message = `${paths} changed after HAProxy read it: what is said of it here holds from the next reload on`;
  return [found('warning', group, name, message, 'reload HAProxy, then check again')];
}
