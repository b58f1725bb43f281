import { run } from './run.ts';

export type LabAvailable = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const programs = [
  'haproxy',
  'sshd',
  'ssh',
  'ssh-keygen',
  'socat',
  'ip',
  'unshare',
  'nsenter',
  'pkill',
  'setpriv',
];

/** Whether this machine and this user can run a lab, and if not, why: a sentence for the person who reads the test report. */
export async function labAvailable(): Promise<LabAvailable> {
  const root = process.getuid!() === 0;
  const needed = root ? [...programs, 'sudo'] : programs;
  const missing: string[] = [];
  for (const program of needed) {
    if ((await run(['sh', '-c', `command -v ${program}`])).code !== 0) missing.push(program);
  }
  if (missing.length > 0) return { ok: false, reason: `not installed: ${missing.join(', ')}` };

  // Asked of the kernel itself: distributions and containers forbid namespaces in too many ways to know them all.
  const namespaces = ['net', 'mount', 'pid', 'uts', 'ipc', 'time', 'fork', 'kill-child'].map(
    (kind) => `--${kind}`,
  );
  const user = root ? [] : ['--user', '--map-root-user'];
  const trial = 'ip link add br0 type bridge && mount -t proc proc /proc && mount -t tmpfs none /var/lib';
  const tried = await run(['unshare', ...user, ...namespaces, '--propagation=private', 'sh', '-c', trial]);
  if (tried.code === 0) return { ok: true };
  const who = root ? 'root' : 'an unprivileged user';
  return { ok: false, reason: `namespaces are not allowed here for ${who}: ${tried.stderr.trim()}` };
}
