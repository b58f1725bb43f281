import type { OptionName } from './options.ts';

/** One command of the command line. */
export interface CommandRow {
  /** As commander writes them: `<required>`, `[optional]`. */
  readonly args: readonly string[];
  readonly summary: string;
  /** needed: talks to the running one · preferred: acts straight on the sockets when none runs · none. */
  readonly sidecar: 'needed' | 'preferred' | 'none';
  readonly options: readonly OptionName[];
  readonly hidden?: boolean;
}

const common = ['config', 'json'] as const;
const server = '<backend/server>';

/** The command line as data. `-c` and `--json` go with every command. */
export const commands = {
  run: { args: [], summary: 'runs the sidecar in the foreground', sidecar: 'none', options: [...common] },
  check: {
    args: [],
    summary: 'examines the config and everything it points at, one line per finding',
    sidecar: 'none',
    options: [...common, 'records', 'setAside'],
  },
  status: {
    args: [],
    summary: 'backends, servers, roles, states on both load balancers, running operations',
    sidecar: 'preferred',
    options: [...common, 'watch'],
  },
  drain: {
    args: [server],
    summary: 'takes new work away from a server and waits until its sessions are gone',
    sidecar: 'preferred',
    options: [...common, 'reason', 'noWait', 'force', 'unrecorded'],
  },
  maint: {
    args: [server],
    summary: 'puts a server in maint on both load balancers, at once',
    sidecar: 'preferred',
    options: [...common, 'reason', 'force', 'unrecorded'],
  },
  ready: {
    args: [server],
    summary: 'puts a server back into service, through its checks, and ends a hold',
    sidecar: 'preferred',
    options: [...common, 'reason', 'unrecorded'],
  },
  role: {
    args: [server, '<primary|spare>'],
    summary: 'changes the role of a server',
    sidecar: 'preferred',
    options: [...common, 'reason'],
  },
  rejuvenate: {
    args: ['<backend/server|backend>'],
    summary: 'the whole procedure for one server, or with --all for every server of a backend',
    sidecar: 'needed',
    options: [...common, 'reason', 'noWait', 'force', 'dryRun', 'all', 'maxFailed'],
  },
  continue: {
    args: ['<id>'],
    summary: 'says go on to a `rejuvenate --all` that waits for a person',
    sidecar: 'needed',
    options: [...common],
  },
  switchover: {
    args: [server],
    summary: 'the same up to maint, no actions: the spare serves, the server is held out for a person',
    sidecar: 'needed',
    options: [...common, 'reason', 'noWait', 'force', 'dryRun'],
  },
  recover: {
    args: [server],
    summary: 'tries the recovery ladder of a failed server once more, then verifies it',
    sidecar: 'needed',
    options: [...common, 'reason', 'noWait', 'dryRun'],
  },
  'all-clear': {
    args: ['<backend>'],
    summary: 'ends the storm of a backend: failures up to now count no more, and repairs go on',
    sidecar: 'needed',
    options: [...common, 'reason'],
  },
  watch: {
    args: ['<id>'],
    summary: 'attaches to the progress of a running operation',
    sidecar: 'needed',
    options: [...common],
  },
  abort: {
    args: ['<id>'],
    summary: 'stops a running operation safely',
    sidecar: 'needed',
    options: [...common, 'reason'],
  },
  why: {
    args: [server],
    summary: 'what would happen to a server next, what blocks it, since when, and what would clear it',
    sidecar: 'preferred',
    options: [...common],
  },
  history: {
    args: ['[show|id]', '[id]'],
    summary: 'what happened, newest first; with the id of an operation, every step of it (`show ID` or `ID`)',
    sidecar: 'preferred',
    options: [...common, 'server', 'since', 'effect'],
  },
  pause: {
    args: [],
    summary: 'starts no rejuvenation and no switchover from now on; what runs is finished, or rolled back',
    sidecar: 'needed',
    options: [...common, 'reason', 'for', 'until', 'rollBack', 'includingFailover'],
  },
  resume: {
    args: [],
    summary: 'ends a pause',
    sidecar: 'needed',
    options: [...common, 'reason'],
  },
  plan: {
    args: [],
    summary: 'what the schedules will do, on which server, and what the calendar holds up',
    sidecar: 'preferred',
    options: [...common, 'days'],
  },
  advise: {
    args: ['<backend>'],
    summary: 'how often to rejuvenate, and whether it is worth it: the present schedule against the best',
    sidecar: 'preferred',
    options: [...common, 'given', 'costFailure', 'costRejuvenation', 'without', 'plot'],
  },
  reload: {
    args: [],
    summary: 'lets the sidecar read its config file again; an invalid file changes nothing',
    sidecar: 'needed',
    options: [...common],
  },
  completion: {
    args: ['<bash|zsh|fish>'],
    summary: 'prints the completion script of a shell',
    sidecar: 'none',
    options: [...common],
  },
  names: {
    args: ['<servers|backends|operations>'],
    summary: 'prints what the config file and the records name, one per line, for completion',
    sidecar: 'none',
    options: [...common],
    hidden: true,
  },
  manual: {
    args: [],
    summary: 'prints the manual page rejuv(1)',
    sidecar: 'none',
    options: [...common],
    hidden: true,
  },
  init: {
    args: [],
    summary: 'writes a config file from running HAProxys; asks on a terminal, takes all backends otherwise',
    sidecar: 'none',
    options: [...common, 'socket', 'backend', 'spare', 'sshUser', 'output', 'overwrite'],
  },
  schema: {
    args: [],
    summary: 'prints the JSON Schema of the config file, for editors',
    sidecar: 'none',
    options: [...common],
    hidden: true,
  },
} as const satisfies Record<string, CommandRow>;

export type CommandName = keyof typeof commands;
