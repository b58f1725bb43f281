import { CommanderError } from 'commander';
import { asRejuvError, RejuvError } from '../domain/errors.ts';
import type { Call } from './call.ts';
import { handlers } from './handlers.ts';
import type { Outside } from './outside.ts';
import { buildProgram } from './program.ts';
import { showError } from './show/error.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line, without the two first words that Node adds. Gives the exit status; never raises. */
export async function runCli(argv: readonly string[], terminal: Terminal, outside: Outside): Promise<number> {
  try {
    let work: (() => Promise<number>) | null = null;
    const program = buildProgram(terminal, (name, args, options) => {
      const call: Call = { args, options, terminal, outside };
      work = async () => await handlers[name](call);
    });
    try {
      program.parse([...argv], { from: 'user' });
    } catch (thrown) {
      if (!(thrown instanceof CommanderError)) throw thrown;
      if (thrown.exitCode === 0) return 0;
      const problem = thrown.message.replace(/^error: /, '');
      throw new RejuvError('usage', { problem: problem === '(outputHelp)' ? 'name a command' : problem });
    }
    return await perform(work);
  } catch (thrown) {
    const error = asRejuvError(thrown);
    // Asked of the words themselves: what could not be parsed has no options.
    if (argv.includes('--json')) {
      terminal.stdout.write(`${JSON.stringify({ error: error.report() }, null, 2)}\n`);
    } else
      terminal.stderr.write(
        `${showError(error, outside.clock.now(), { ...terminal, colours: terminal.errorColours })}\n`,
      );
    return error.exit;
  }
}

async function perform(work: (() => Promise<number>) | null): Promise<number> {
  if (work === null) throw new RejuvError('usage', { problem: 'name a command' });
  return await work();
}
