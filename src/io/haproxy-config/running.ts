import { absolutePaths, readCommandLine } from './command-line.ts';
import { readConfiguration, type Configuration } from './configuration.ts';
import { readFiles, type ReadFile } from './files.ts';
import { linesOf, quote, type Machine } from './machine.ts';
import { findProcess, type Candidate } from './process.ts';

/** The configuration of the HAProxy that answers at a socket, as its files are now. */
export interface RunningConfiguration {
  readonly configuration: Configuration;
  readonly files: readonly ReadFile[];
  readonly process: Candidate;
}

/** Why it could not be read, and what would let it be read. */
export interface NotRead {
  readonly problem: string;
  readonly fix: string;
}

/**
 * Finds the process that `show info` named, reads the files of its command line, and proves by them that it is the
 * one behind `socket`: one of their `stats socket` lines must be the very same file. It only reads. Raises what the
 * machine raises.
 */
export async function readRunning(
  machine: Machine,
  pid: number,
  socket: string,
  signal: AbortSignal,
): Promise<RunningConfiguration | NotRead> {
  const candidates = await findProcess(machine, pid, signal);
  if (candidates === null) {
    const fix =
      'let this login run `sh`, which only reads there; or see haproxy/README.md for what to look for';
    return { problem: 'the login there does not run the commands that read it', fix };
  }
  let failure: NotRead | null = null;
  for (const process of candidates) {
    const read = await readOne(machine, process, socket, signal);
    if ('configuration' in read) return read;
    failure ??= read;
  }
  if (failure !== null) return failure;
  const fix = 'run `rejuv check` where `ps` shows HAProxy (a container or hidepid may hide it)';
  return { problem: `no process with its pid ${pid} can be seen`, fix };
}

async function readOne(
  machine: Machine,
  process: Candidate,
  socket: string,
  signal: AbortSignal,
): Promise<RunningConfiguration | NotRead> {
  // In a namespace of its own it has files of its own. A worker has a chroot besides; its master has none.
  const root = process.contained ? `/proc/${process.master ?? process.pid}/root` : '';
  const started = readCommandLine(process.arguments);
  const paths = absolutePaths(started, process.directory);
  const command = process.arguments.join(' ');
  if (started.paths.length === 0) {
    return { problem: `its command line names no file: ${command}`, fix: 'start it with -f FILE' };
  }
  if (paths === null) {
    return {
      problem: `its command line names a file without its directory: ${command}`,
      fix: 'start it with an absolute path after -f',
    };
  }
  const files = await readFiles(machine, root, paths, signal);
  if ('problem' in files) {
    // Another namespace's files are reached through /proc, which only root may do.
    const fix = process.contained
      ? 'run `rejuv check` as root: it runs in a container, or in another namespace'
      : `let the user that looks read ${files.path}, for example by its group`;
    return { problem: `${files.path}: ${files.problem}`, fix };
  }
  const configuration = readConfiguration(files);
  const { sockets } = configuration.global;
  if (await isOneOf(machine, socket, root, sockets, signal)) return { configuration, files, process };
  return {
    problem: `${paths.join(', ')} has no \`stats socket\` that is ${socket}, so it may not be its own`,
    fix: `name in the config file a socket that ${paths.join(', ')} names`,
  };
}

/** Whether a path and one of others are the same file. */
async function isOneOf(
  machine: Machine,
  socket: string,
  root: string,
  others: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const words = [socket, ...others.map((path) => `${root}${path}`)].map(quote);
  const script = `for file in ${words.join(' ')}; do stat -L -c %d:%i "$file" 2>/dev/null || echo none; done`;
  const [own, ...found] = (await linesOf(machine, script, signal)) ?? [];
  return own !== undefined && own !== 'none' && found.includes(own);
}
