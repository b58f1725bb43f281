import { RejuvError } from './errors.ts';
import type { CommandResult } from './seams.ts';

/** What the result of a command on `host` means: null when it ended well, else the failure it stands for. */
export function commandProblem(host: string, command: string, result: CommandResult): RejuvError | null {
  if (result.status === 0) return null;
  if (wantsPassword.test(result.stderr)) return new RejuvError('sudo-password', { host, command });
  if (result.status === 127 || sudoNotFound.test(result.stderr)) {
    return new RejuvError('command-not-found', { host, command });
  }
  const status = result.status ?? `signal ${result.endedBy ?? 'unknown'}`;
  const output = tail(result.stderr) || tail(result.stdout) || 'it said nothing';
  return new RejuvError('command-failed', { host, command, status, output });
}

// Without a terminal sudo says one of these, by version and by -n (sudo 1.8 to 1.9).
const wantsPassword =
  /^sudo: (?:a password is required|a terminal is required|no tty present|sorry, you must have a tty)/m;
const sudoNotFound = /^sudo: .+: command not found$/m;

const tailLines = 5;
const tailLength = 500;

function tail(text: string): string {
  const lines = text.trim().split(/\s*\n\s*/);
  return lines.slice(-tailLines).join(' / ').slice(-tailLength);
}
