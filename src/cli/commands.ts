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
    options: [...common],
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
    args: [server],
    summary: 'the whole procedure for one server: spare in, drain, actions, proof, back as a spare',
    sidecar: 'needed',
    options: [...common, 'reason', 'noWait', 'force', 'dryRun'],
  },
  switchover: {
    args: [server],
    summary: 'the same up to maint, no actions: the spare serves, the server is held out for a person',
    sidecar: 'needed',
    options: [...common, 'reason', 'noWait', 'force', 'dryRun'],
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
  history: {
    args: [],
    summary: 'what happened: operations, newest first',
    sidecar: 'preferred',
    options: [...common],
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
