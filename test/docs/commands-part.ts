import { commands, type CommandRow } from '../../src/cli/commands.ts';
import { exitStatuses } from '../../src/cli/completion/manual.ts';
import { options, type OptionName } from '../../src/cli/options.ts';
import { table } from './table.ts';

const everywhere: readonly OptionName[] = ['config', 'json'];

const talksTo = {
  needed: 'Needs a running sidecar.',
  preferred: 'Through the sidecar; without one, by itself.',
  none: 'Needs no sidecar.',
} as const satisfies Record<CommandRow['sidecar'], string>;

/** Every command with its own options. Those that programs call come last, without a heading of their own. */
export function commandsPart(): string {
  const rows = Object.entries<CommandRow>(commands);
  const seen = rows.filter(([, row]) => row.hidden !== true);
  const hidden = rows.filter(([, row]) => row.hidden === true);
  return [
    ...seen.map(section),
    '### For editors, packages and completions',
    table(
      ['command', 'does'],
      hidden.map(([name, row]) => [`\`${usage(name, row)}\``, row.summary]),
    ),
  ].join('\n\n');
}

/** The options that go with every command. */
export function commonOptionsPart(): string {
  return optionTable(everywhere);
}

export function exitStatusPart(): string {
  return table(['exit status', 'means'], exitStatuses);
}

function section([name, row]: readonly [string, CommandRow]): string {
  const own = row.options.filter((option) => !everywhere.includes(option));
  return [
    `### rejuv ${name}`,
    `\`${usage(name, row)}\``,
    `${row.summary.charAt(0).toUpperCase()}${row.summary.slice(1)}. ${talksTo[row.sidecar]}`,
    ...(own.length === 0 ? [] : [optionTable(own)]),
  ].join('\n\n');
}

function usage(name: string, { args }: CommandRow): string {
  return ['rejuv', name, ...args].join(' ');
}

function optionTable(names: readonly OptionName[]): string {
  return table(
    ['option', 'does'],
    names.map((name) => [`\`${options[name].flags}\``, options[name].summary]),
  );
}
