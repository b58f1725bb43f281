import { ownVersion } from '../version.ts';
import { commandWords, optionWords, type CommandWords, type OptionWords } from './words.ts';

/** What every command ends with. */
export const exitStatuses: readonly (readonly [status: string, meaning: string])[] = [
  ['0', 'done; also: called off because the server recovered'],
  ['1', 'tried and failed'],
  ['2', 'wrong usage or config'],
  ['3', 'blocked by a guard, with the reason; nothing changed'],
  ['4', 'a needed peer (sidecar, HAProxy, host) did not answer; nothing changed'],
  ['5', 'aborted by a person'],
  ['130', 'interrupted at the terminal while the operation goes on'],
];

const files: readonly (readonly [path: string, meaning: string])[] = [
  ['/etc/rejuv/rejuv.yaml', 'the config file'],
  ['/etc/rejuv/known_hosts', 'host keys of the servers; an unknown or changed key is refused'],
  ['/var/lib/rejuv', 'the records, which survive a crash'],
  ['/run/rejuv/rejuv.sock', 'where the running sidecar answers'],
];

const environment: readonly (readonly [name: string, meaning: string])[] = [
  ['REJUV_CONFIG', 'the config file, where no --config is given'],
  ['NO_COLOR', 'no colours, if set to anything'],
  ['SSH_AUTH_SOCK', 'the agent, for logins with `agent: true`'],
];

/** The manual page rejuv(1) in the man macros of roff. */
export function manualPage(): string {
  return [
    `.TH REJUV 1 "" ${quoted(`rejuv ${ownVersion()}`)} "User Commands"`,
    '.SH NAME',
    'rejuv \\- keeps the servers behind a pair of HAProxys young',
    '.SH SYNOPSIS',
    '.B rejuv',
    '.RI [ options ]',
    '.I command',
    '.RI [ argument ...]',
    '.SH DESCRIPTION',
    'Long-running servers age.',
    '.B rejuv',
    'runs next to a pair of HAProxy load balancers and keeps the servers behind them young:',
    'it starts a spare, moves traffic to it, drains the aged server, restarts or reboots it over SSH,',
    'proves that it came back healthy, and keeps it as the next spare, without losing one request.',
    '.PP',
    '.B rejuv run',
    'is the sidecar. Most other commands talk to it; some act straight on the runtime sockets where none runs.',
    '.I backend/server',
    'names a server as HAProxy does.',
    '.SH COMMANDS',
    ...commandWords().flatMap(commandLines),
    '.SH OPTIONS',
    'These go with every command.',
    ...optionLines(optionWords('config')),
    ...optionLines(optionWords('json')),
    '.TP\n.B \\-\\-version\nprints the version',
    '.TP\n.B \\-\\-help\nshows how a command is used',
    '.SH EXIT STATUS',
    ...exitStatuses.flatMap(pair),
    '.SH FILES',
    ...files.flatMap(pair),
    '.SH ENVIRONMENT',
    ...environment.flatMap(pair),
    '.SH SEE ALSO',
    '.BR haproxy (1),',
    '.BR sshd (8),',
    '.BR sudoers (5),',
    '.BR systemd.service (5)',
    '',
  ].join('\n');
}

function commandLines({ name, labels, summary, options }: CommandWords): string[] {
  const words = [`\\fB${escaped(name)}\\fR`, ...labels.map((label) => `\\fI${escaped(label)}\\fR`)];
  const own = options.filter(({ long }) => long !== '--config' && long !== '--json');
  return [
    '.TP',
    words.join(' '),
    text(`${summary}.`),
    ...(own.length === 0 ? [] : ['.RS', ...own.flatMap(optionLines), '.RE']),
  ];
}

function optionLines({ short, long, label, summary }: OptionWords): string[] {
  const flags = [short, long].filter((flag) => flag !== null).map((flag) => `\\fB${escaped(flag)}\\fR`);
  const value = label === null ? '' : ` \\fI${escaped(label.slice(1, -1))}\\fR`;
  return ['.TP', `${flags.join(', ')}${value}`, text(summary)];
}

function pair([name, meaning]: readonly [string, string]): string[] {
  return ['.TP', `.B ${escaped(name)}`, text(meaning)];
}

/** A line of text: one that begins with a dot or a quote would be a request. */
function text(line: string): string {
  return escaped(line).replace(/^[.']/, '\\&$&');
}

function escaped(line: string): string {
  return line
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll('~', '\\(ti');
}

function quoted(argument: string): string {
  return `"${escaped(argument).replaceAll('"', '\\(dq')}"`;
}
