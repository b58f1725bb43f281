/** Every option of every command, as data: the parser is built from it, and so is the documentation. */
export const options = {
  config: {
    flags: '-c, --config <file>',
    summary: 'config file (else $REJUV_CONFIG, else /etc/rejuv/rejuv.yaml)',
  },
  json: { flags: '--json', summary: 'JSON on standard output, everything for people on standard error' },
  reason: { flags: '--reason <text>', summary: 'why; it is kept in the records' },
  noWait: { flags: '--no-wait', summary: 'do not wait for the end' },
  force: { flags: '--force', summary: 'override minServing and freezes; needs --reason' },
  all: { flags: '--all', summary: 'every server of the backend, one after another' },
  maxFailed: {
    flags: '--max-failed <number>',
    summary: 'with --all: stop once more than so many have not gone well (else as the config file says)',
  },
  dryRun: {
    flags: '--dry-run',
    summary: 'print every step with its commands and every gate that blocks; do nothing',
  },
  watch: { flags: '--watch', summary: 'go on showing it, until Ctrl-C' },
  for: { flags: '--for <duration>', summary: 'how long it holds, such as 2h; else until somebody resumes' },
  until: {
    flags: '--until <time>',
    summary: 'when it ends, such as 2026-11-30T06:00Z, or 18:30 on the clock here',
  },
  rollBack: {
    flags: '--roll-back',
    summary: 'roll back what runs, where it is still before its first action',
  },
  includingFailover: {
    flags: '--including-failover',
    summary: 'hold up failovers as well: a fault is then only reported',
  },
  effect: {
    flags: '--effect',
    summary: 'what the rejuvenations have brought, per server and backend',
  },
  server: { flags: '--server <backend/server>', summary: 'only what happened to this server' },
  since: { flags: '--since <time>', summary: 'only what began since then: 7d ago, or 2026-11-30' },
  days: { flags: '--days <number>', summary: 'how far ahead to look, from 1 to 400 (else 14)' },
  unrecorded: {
    flags: '--unrecorded',
    summary: 'act without records: a sidecar started later takes it for a change by hand',
  },
  socket: {
    flags: '--socket <address...>',
    summary:
      'runtime socket of an HAProxy: a path, tcp://host:port or ssh://[user@]host/path; twice for the pair',
  },
  backend: { flags: '--backend <name...>', summary: 'a backend that goes into the file; may be repeated' },
  spare: {
    flags: '--spare <backend/server...>',
    summary: 'a spare besides those `disabled` in haproxy.cfg; may be repeated',
  },
  sshUser: { flags: '--ssh-user <name>', summary: 'who logs in to the servers (else rejuv)' },
  output: {
    flags: '-o, --output <file>',
    summary: 'where the file goes (else that of -c); - is standard output',
  },
  given: {
    flags: '--given <file>',
    summary: 'rates, sizes and costs that replace those of the config file and the records',
  },
  costFailure: {
    flags: '--cost-failure <amount>',
    summary: 'what an hour costs in which a server is missing because it failed (else 1)',
  },
  costRejuvenation: {
    flags: '--cost-rejuvenation <amount>',
    summary: 'what an hour costs in which a server is out for its rejuvenation (else as --cost-failure)',
  },
  without: {
    flags: '--without <id...>',
    summary: 'an operation of the records to leave out, such as one whose times are damaged; may be repeated',
  },
  plot: { flags: '--plot <file>', summary: 'also draw cost and availability over the interval, as SVG' },
  records: {
    flags: '--records',
    summary:
      'examine the records alone: what is there, what is open, what is damaged; needs no HAProxy and no SSH',
  },
  setAside: {
    flags: '--set-aside',
    summary:
      'with --records, while no sidecar runs: move damaged records aside and start new ones from what can be trusted',
  },
  overwrite: { flags: '--force', summary: 'replace the file that is there' },
} as const;

export type OptionName = keyof typeof options;

/** What the parser gives a command. */
export interface Options {
  readonly config?: string;
  readonly json?: boolean;
  readonly reason?: string;
  readonly wait?: boolean;
  readonly force?: boolean;
  readonly all?: boolean;
  readonly maxFailed?: string;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly unrecorded?: boolean;
  readonly for?: string;
  readonly until?: string;
  readonly rollBack?: boolean;
  readonly effect?: boolean;
  readonly includingFailover?: boolean;
  readonly server?: string;
  readonly since?: string;
  readonly days?: string;
  readonly socket?: readonly string[];
  readonly backend?: readonly string[];
  readonly spare?: readonly string[];
  readonly sshUser?: string;
  readonly output?: string;
  readonly given?: string;
  readonly costFailure?: string;
  readonly costRejuvenation?: string;
  readonly without?: readonly string[];
  readonly plot?: string;
  readonly records?: boolean;
  readonly setAside?: boolean;
}
