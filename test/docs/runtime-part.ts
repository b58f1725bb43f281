import * as runtime from '../../src/io/haproxy/commands.ts';
import { backendName, serverName } from '../../src/domain/names.ts';
import { table } from './table.ts';

const backend = backendName('BACKEND');
const server = { backend, server: serverName('SERVER') };

interface Row {
  /** As rejuv itself makes it. */
  readonly sends: readonly runtime.Command[];
  readonly changes: boolean;
  readonly why: string;
}

/** Every command that rejuv can make for a runtime socket; the compiler asks for each export of the table. */
const rows: Readonly<Record<Exclude<keyof typeof runtime, 'command'>, Row>> = {
  showInfo: {
    sends: [runtime.showInfo],
    changes: false,
    why: 'version and process: pid and start time, with every view',
  },
  showBackend: { sends: [runtime.showBackend], changes: false, why: 'which backends there are' },
  showServersState: {
    sends: [runtime.showServersState(backend), runtime.showServersState(null)],
    changes: false,
    why: 'admin, operational and check state',
  },
  showStat: {
    sends: [runtime.showStat(backend), runtime.showStat(null)],
    changes: false,
    why: 'sessions, queue, weight, checks; what waits in the queue of the backend itself',
  },
  showLevel: { sends: [runtime.showLevel], changes: false, why: 'whether the socket allows changes' },
  showProc: {
    sends: [runtime.showProc],
    changes: false,
    why: 'on the master socket: which old workers of before a reload there are, while a drain waits and before an action',
  },
  workerStat: {
    sends: [runtime.workerStat(4711)],
    changes: false,
    why: 'on the master socket, 4711 being the pid of an old worker: what it still holds',
  },
  quit: { sends: [runtime.quit], changes: false, why: 'behind each of these two: the master closes then' },
  setServerState: {
    sends: [
      runtime.setServerState(server, 'drain'),
      runtime.setServerState(server, 'maint'),
      runtime.setServerState(server, 'ready'),
    ],
    changes: true,
    why: 'takes a server out of service and puts it back; on both load balancers, read back from both',
  },
  switchAgent: {
    sends: [runtime.switchAgent(server, false), runtime.switchAgent(server, true)],
    changes: true,
    why: 'where the server has an agent check: off while rejuv moves it, then as it was found',
  },
  setServerWeight: {
    sends: [runtime.setServerWeight(server, 25)],
    changes: true,
    why: 'only with `ramp`: the weight of a server that enters service, step by step, at the end exactly as it was; read back',
  },
  shutdownSessions: {
    sends: [runtime.shutdownSessions(server)],
    changes: true,
    why: 'only at the deadline of a drain, only with `atDeadline: close`',
  },
};

/** What is sent to HAProxy: first what changes something, then what only reads. */
export function runtimePart(): string {
  const all = Object.values(rows).toSorted((a, b) => Number(b.changes) - Number(a.changes));
  return table(
    ['command', 'changes', 'why'],
    all.map(({ sends, changes, why }) => [
      sends.map((command) => `\`${command}\``).join('<br>'),
      changes ? 'yes' : 'no',
      why,
    ]),
  );
}
