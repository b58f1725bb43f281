import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { announcedPid } from '../lab/hub.ts';
import { labEnv, must, run, type Ran } from '../lab/run.ts';

/**
 * This machine as it is, in which anything may be installed: a layer in memory over its file systems, in a mount and a
 * pid namespace of its own. Nothing of it outlives the room, and systemd is not to be seen in it.
 */
export interface Room {
  /** Runs a shell script in the room, as root. */
  sh(script: string, env?: NodeJS.ProcessEnv): Promise<Ran>;
  /** The same; raises when it fails. Gives its output. */
  must(script: string): Promise<string>;
  /** Starts a shell script in the room. */
  start(script: string): ReturnType<typeof spawn>;
  close(): Promise<void>;
}

const build = `
    read -r pid _ </proc/self/stat
    mount -t tmpfs layer "$0"
    mkdir "$0/upper" "$0/work" "$0/root"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" "$0/root"
    mount -t proc proc "$0/root/proc"
    mount --rbind /dev "$0/root/dev"
    mount -t tmpfs run "$0/root/run"
    # Wherever this tree is, what the room needs of it is here.
    mkdir "$0/root/given"
    mount --bind "$1" "$0/root/given"
    : >"$0/root/given-node"
    mount --bind "$2" "$0/root/given-node"
    cp "$3" "$0/root/given-heard"
    echo "pid $pid"
    exec cat
`;

const heard = fileURLToPath(new URL('./heard.pl', import.meta.url));

/** Why there can be no room here, or null. */
export async function noRoom(): Promise<string | null> {
  if (process.getuid!() !== 0) return 'only root can install a package';
  for (const program of ['dpkg', 'dpkg-deb', 'systemd-notify', 'systemd-sysusers', 'perl']) {
    if ((await run(['sh', '-c', `command -v ${program}`])).code !== 0) return `${program} is not installed`;
  }
  const trial = await openRoom('/tmp').catch((error: unknown) => String(error));
  if (typeof trial === 'string') return `no layer over the file system can be made: ${trial}`;
  await trial.close();
  return null;
}

/** The directory `given` is at /given in it. Whoever opens it closes it; if this program dies, the room ends with it. */
export async function openRoom(given: string): Promise<Room> {
  const directory = await mkdtemp(join(tmpdir(), 'rejuv-room-'));
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--propagation=private'];
  const child = spawn(
    'unshare',
    [...namespaces, 'sh', '-euc', build, directory, given, process.execPath, heard],
    {
      env: labEnv(),
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const close = async (): Promise<void> => {
    child.stdin.end();
    await ended;
    await rm(directory, { recursive: true });
  };
  try {
    const pid = await announcedPid(child.stdout, child.stderr);
    const enter = [
      'nsenter',
      `--target=${pid}`,
      '--mount',
      '--pid',
      '--',
      'chroot',
      join(directory, 'root'),
      'sh',
      '-c',
    ];
    return {
      sh: async (script, env = {}) => await run([...enter, script], { env }),
      must: async (script) => await must([...enter, script]),
      start: (script) => spawn(enter[0]!, [...enter.slice(1), script], { env: labEnv() }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
