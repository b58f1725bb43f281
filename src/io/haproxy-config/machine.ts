import type { CommandResult } from '../../domain/seams.ts';

/**
 * A machine that runs commands for us, in a POSIX shell: this one, or one behind a login. Only commands that read are
 * ever given to it. Raises what the seam behind it raises.
 */
export interface Machine {
  run(command: string, signal: AbortSignal): Promise<CommandResult>;
}

/** The lines that a script prints, whatever its exit status; null when it could not even be started. */
export async function linesOf(
  machine: Machine,
  script: string,
  signal: AbortSignal,
): Promise<string[] | null> {
  // Through sh, because the login shell may be any.
  const command = `exec sh -c ${quote(`echo begun; ${script}`)}`;
  const { stdout, truncated } = await machine.run(command, signal);
  // A restricted login answers in its own words instead.
  const [first, ...lines] = stdout.split('\n');
  return first !== 'begun' || truncated ? null : lines.filter((line) => line !== '');
}

/** One word of a POSIX shell that means exactly `text`. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Base64 as text, which keeps odd bytes of names and files in one line. */
export function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
