import { commandProblem } from '../../domain/command-problem.ts';
import type { Host } from '../../domain/seams.ts';
import type { SshSettings } from '../../domain/settings.ts';
import type { StepContext } from './step-law.ts';

/** Logs in, does something, logs out again whatever came of it. */
export async function onHost<T>(
  settings: SshSettings,
  context: StepContext,
  use: (host: Host) => Promise<T>,
): Promise<T> {
  const host = await context.world.hosts.connect(settings, context.signal);
  try {
    return await use(host);
  } finally {
    await host.close();
  }
}

/** Runs one command of the config; anything but exit status 0 is a failure that carries what the host said. */
export async function runCommand(
  settings: SshSettings,
  command: string,
  deadlineMs: number,
  context: StepContext,
  /** The last look, once somebody is logged in. */
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await context.deadline(deadlineMs, 'anew');
  await onHost(settings, context, async (host) => {
    await before();
    const problem = commandProblem(host.name, command, await host.run(command, deadlineMs, context.signal));
    if (problem !== null) throw problem;
  });
}
