import { Command } from 'commander';
import { commands, type CommandName, type CommandRow } from './commands.ts';
import { options, type OptionName, type Options } from './options.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

export type Chosen = (name: CommandName, args: readonly string[], options: Options) => void;

/** The parser, built from the table of commands. It calls `chosen` once, and raises CommanderError otherwise. */
export function buildProgram(terminal: Terminal, chosen: Chosen): Command {
  const program = new Command('rejuv')
    .description('Keeps the servers behind a pair of HAProxys young')
    .version(ownVersion(), '--version', 'prints the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: () => undefined,
    });
  // Before the command is as good as after it.
  addOptions(program, ['config', 'json']);
  for (const name of commandNames()) {
    const row: CommandRow = commands[name];
    const command = program.command([name, ...row.args].join(' '), { hidden: row.hidden === true });
    command.description(row.summary);
    addOptions(command, row.options);
    command.action(() => {
      chosen(name, command.args, command.optsWithGlobals<Options>());
    });
  }
  return program;
}

function addOptions(command: Command, names: readonly OptionName[]): void {
  for (const name of names) command.option(options[name].flags, options[name].summary);
}

function commandNames(): CommandName[] {
  return Object.keys(commands).filter((name): name is CommandName => Object.hasOwn(commands, name));
}
