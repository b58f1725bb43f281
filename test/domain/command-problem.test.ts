import { describe, expect, it } from 'vitest';
import { commandProblem } from '../../src/domain/command-problem.ts';
import type { CommandResult } from '../../src/domain/seams.ts';

function problem(result: Partial<CommandResult>): ReturnType<typeof commandProblem> {
  const ended = { status: 1, endedBy: null, stdout: '', stderr: '', truncated: false, ...result };
  return commandProblem('root@web1:22', 'sudo reboot', ended);
}

describe('the result of a command', () => {
  it('is no problem with status 0, whatever was said', () => {
    expect(problem({ status: 0, stderr: 'sudo: a password is required\n' })).toBeNull();
  });

  it('says that the command was not found, also through sudo', () => {
    expect(problem({ status: 127 })?.code).toBe('command-not-found');
    expect(problem({ stderr: 'sudo: rebot: command not found\n' })?.code).toBe('command-not-found');
  });

  it('says that sudo wants a password, in all its wordings', () => {
    for (const stderr of [
      'sudo: a password is required\n',
      'sudo: a terminal is required to read the password; either use the -S option to read from standard input\nsudo: a password is required\n',
      'sudo: no tty present and no askpass program specified\n',
      'sudo: sorry, you must have a tty to run sudo\n',
    ]) {
      expect(problem({ stderr })?.code).toBe('sudo-password');
    }
  });

  it('gives status and the end of what was said', () => {
    const failed = problem({ status: 4, stderr: '1\n2\n3\n4\n5\n6\n\n', stdout: 'out' });
    expect(failed?.message).toBe('root@web1:22: `sudo reboot` ended with 4: 2 / 3 / 4 / 5 / 6');
    expect(problem({ stdout: 'only out\n' })?.message).toContain('ended with 1: only out');
    expect(problem({})?.message).toContain('it said nothing');
    expect(problem({ status: null, endedBy: 'KILL' })?.message).toContain('ended with signal KILL');
    expect(problem({ stderr: 'x'.repeat(10_000) })?.message.length).toBeLessThan(600);
  });
});
