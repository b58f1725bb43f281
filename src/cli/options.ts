/** Every option of every command, as data: the parser is built from it, and so is the documentation. */
export const options = {
  config: {
    flags: '-c, --config <file>',
    summary: 'config file (else $REJUV_CONFIG, else /etc/rejuv/rejuv.yaml)',
  },
  json: { flags: '--json', summary: 'JSON on standard output, everything for people on standard error' },
  reason: { flags: '--reason <text>', summary: 'why; it is kept in the records' },
  noWait: { flags: '--no-wait', summary: 'do not wait for the end' },
  force: { flags: '--force', summary: 'override minServing; needs --reason' },
  dryRun: {
    flags: '--dry-run',
    summary: 'print every step with its commands and every gate that blocks; do nothing',
  },
  watch: { flags: '--watch', summary: 'go on showing it, until Ctrl-C' },
  unrecorded: {
    flags: '--unrecorded',
    summary: 'act without records: a sidecar started later takes it for a change by hand',
  },
} as const;

export type OptionName = keyof typeof options;

/** What the parser gives a command. */
export interface Options {
  readonly config?: string;
  readonly json?: boolean;
  readonly reason?: string;
  readonly wait?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly unrecorded?: boolean;
}
