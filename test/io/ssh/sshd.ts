import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SshSettings } from '../../../src/domain/settings.ts';

export const exec = promisify(execFile);

/** A real sshd on a free loopback port, with its own host keys, for one test file. */
export interface Sshd {
  readonly directory: string;
  readonly port: number;
  /** With a known_hosts that holds its Ed25519 key. */
  readonly settings: SshSettings;
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string;
  /** Process ids of the sshd children that hold connections now. */
  connections(): Promise<number[]>;
  /** Sends a signal to the sshd children that hold connections now. */
  signalConnections(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

/** Starts sshd; `rsa` shows an RSA host key only; `lines` go into sshd_config. */
export async function startSshd(options: { rsa?: boolean; lines?: string } = {}): Promise<Sshd> {
  const directory = await mkdtemp(join(tmpdir(), 'rejuv-sshd-'));
  // The directory that Debian's sshd was built to want.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const hostKeyFile = join(directory, 'host_key');
  await makeKey(hostKeyFile, options.rsa === true ? ['-t', 'rsa', '-b', '2048'] : ['-t', 'ed25519']);
  await makeKey(join(directory, 'id'), ['-t', 'ed25519']);
  await chmod(directory, 0o755);
  await writeFile(join(directory, 'authorized_keys'), await readFile(join(directory, 'id.pub')));
  const port = await freePort();
  await writeFile(join(directory, 'sshd_config'), config(directory, port, options.lines ?? ''));
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(directory, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await listening(child);
  const [type, key] = (await readFile(`${hostKeyFile}.pub`, 'utf8')).split(' ');
  const hostKey = `${type} ${key}`;
  const knownHosts = join(directory, 'known_hosts');
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${hostKey}\n`);
  return {
    directory,
    port,
    hostKey,
    settings: {
      host: '127.0.0.1',
      port,
      user: userInfo().username,
      privateKey: join(directory, 'id'),
      agent: false,
      knownHosts,
      connectTimeoutMs: 10_000,
    },
    connections: () => childrenOf(child.pid!),
    async signalConnections(signal) {
      for (const pid of await childrenOf(child.pid!)) send(pid, signal);
    },
    async stop() {
      for (const pid of await childrenOf(child.pid!)) send(pid, 'SIGKILL');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      for (const pid of await commandsOf(port)) send(pid, 'SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** One that has ended by itself meanwhile needs no signal. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

export async function makeKey(path: string, kind: string[], passphrase = ''): Promise<void> {
  await exec('ssh-keygen', ['-q', ...kind, '-N', passphrase, '-f', path]);
}

function config(directory: string, port: number, lines: string): string {
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey ${directory}/host_key
PidFile none
AuthorizedKeysFile ${directory}/authorized_keys
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
AllowStreamLocalForwarding yes
Subsystem sftp internal-sftp
${lines}
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Server listening')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`sshd did not start: ${said}`)));
  });
}

/** Direct children and theirs (sshd forks once more after a login that is not root's). */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const direct = text.split(' ').filter(Boolean).map(Number);
  const below = await Promise.all(direct.map(childrenOf));
  return [...direct, ...below.flat()];
}

/** Commands that outlived their connection to this port, by the variable that sshd gave them. */
async function commandsOf(port: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const ours = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environment
        .split('\0')
        .some((one) => one.startsWith('SSH_CONNECTION=') && one.endsWith(` ${port}`));
    }),
  );
  return pids.filter((_, index) => ours[index]).map(Number);
}
