import { chmod, copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostFiles } from './hub.ts';
import { must } from './run.ts';

/** The user that rejuv logs in as, on every host of the lab. It exists only inside the lab's mount namespaces. */
export const loginUser = 'rejuv';
const uid = 2001;

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

/** The shipped examples/sudoers; only systemctl stands elsewhere here, because systemd does not run in a lab. */
const rights = (await readFile(join(examples, 'sudoers'), 'utf8')).replaceAll(
  '/usr/bin/systemctl',
  '/usr/local/sbin/systemctl',
);

/** The sudoers file of a host: with `password`, sudo asks for one, which `sudo -n` refuses. */
export function sudoers(password: boolean): string {
  return [
    'Defaults env_reset',
    'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
    'root ALL=(ALL:ALL) ALL',
    password ? rights.replaceAll('NOPASSWD:', 'PASSWD:') : rights,
  ].join('\n');
}

/** The commands of the sudoers file, one by one. */
function sudoCommands(): string[] {
  const lists = [...rights.matchAll(/^Cmnd_Alias \w+ = (.+)$/gm)].map(([, list]) => list ?? '');
  return lists.flatMap((list) => list.split(', '));
}

/** A line of the shipped examples/authorized_keys, with this lab's key and with what it calls in this lab's directory. */
async function restrictedKey(which: 'server' | 'load-balancer', authorizedKey: string): Promise<string> {
  const lines = (await readFile(join(examples, 'authorized_keys'), 'utf8')).split('\n');
  const [server, loadBalancer] = lines.filter((line) => line.startsWith('restrict,'));
  const line = which === 'server' ? server : loadBalancer;
  return line!
    .replace(/ssh-ed25519 .*$/, authorizedKey)
    .replace(
      '/usr/local/lib/rejuv/rejuv-login /etc/rejuv-login.conf',
      '/run/lab/rejuv-login /run/lab/rejuv-login.conf',
    );
}

/** Writes a host's own /etc files, tools and SSH identity into its directory. */
export async function writeIdentity(options: {
  directory: string;
  name: string;
  hosts: Readonly<Record<string, string>>;
  authorizedKey: string;
  rootless: boolean;
  /** The key may do only what the shipped example lets it do to such a host. */
  restrict?: 'server' | 'load-balancer' | undefined;
}): Promise<void> {
  const { directory, name, rootless } = options;
  const path = (...parts: string[]): string => join(directory, ...parts);
  for (const folder of ['etc/sudoers.d', 'ssh', 'disk', 'faults', 'haproxy', 'app']) {
    await mkdir(path(folder), { recursive: true });
  }
  await cp(join(hostFiles, 'sbin'), path('sbin'), { recursive: true });

  const [passwd, group] = await Promise.all([
    readFile('/etc/passwd', 'utf8'),
    readFile('/etc/group', 'utf8'),
  ]);
  const others = (text: string): string[] =>
    text
      .split('\n')
      .filter((line) => line !== '' && !/^(rejuv|shop):/.test(line) && line.split(':')[2] !== String(uid));
  await writeFile(
    path('etc/passwd'),
    [
      `${loginUser}:x:${uid}:${uid}::/var/lib/rejuv:/bin/sh`,
      ...others(passwd),
      'shop:x:2002:2002::/var/lib/shop:/bin/sh',
      '',
    ].join('\n'),
  );
  // The login user reads HAProxy's sockets and writes the shop's session files: both by group, as one would set it up.
  const groups = others(group).map((line) =>
    line.startsWith('haproxy:') ? line + (line.endsWith(':') ? '' : ',') + loginUser : line,
  );
  await writeFile(
    path('etc/group'),
    [`${loginUser}:x:${uid}:`, ...groups, `shop:x:2002:${loginUser}`, ''].join('\n'),
  );
  await writeFile(
    path('etc/shadow'),
    `root:*:19000::::::\n${loginUser}:*:19000::::::\nshop:*:19000::::::\n`,
    {
      mode: 0o640,
    },
  );
  await writeFile(path('etc/sudoers'), sudoers(false), { mode: 0o440 });
  if (rootless) {
    // sudo needs a real root; without one a script of that name stands in, with the same rights and the same refusals.
    await copyFile(join(hostFiles, 'rootless-sudo'), path('sbin/sudo'));
    await writeFile(path('etc/sudo-rights'), `${sudoCommands().join('\n')}\n`);
  }
  await writeFile(
    path('etc/hosts'),
    [
      '127.0.0.1 localhost',
      ...Object.entries(options.hosts).map(([host, address]) => `${address} ${host}`),
      '',
    ].join('\n'),
  );
  const { restrict, authorizedKey } = options;
  const line = restrict === undefined ? authorizedKey : await restrictedKey(restrict, authorizedKey);
  await writeFile(path('ssh/authorized_keys'), `${line}\n`);
  for (const file of ['rejuv-login', 'rejuv-login.conf']) await copyFile(join(examples, file), path(file));
  await writeFile(path('ssh/sshd_config'), sshdConfig);
  await writeFile(path('start'), '#!/bin/sh\n');
  await chmod(path('start'), 0o755);
  await newHostKey(directory, name);
}

const sshdConfig = `# Only keys, only for this host; sessions many at once, because rejuv runs several commands.
Port 22
HostKey /run/lab/ssh/host_key
AuthorizedKeysFile /run/lab/ssh/authorized_keys
PidFile /run/sshd.pid
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
StrictModes no
MaxStartups 100:30:200
MaxSessions 50
SetEnv PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
Subsystem sftp internal-sftp
`;

/** Gives a host a fresh SSH host key. */
export async function newHostKey(directory: string, name: string): Promise<void> {
  const file = join(directory, 'ssh/host_key');
  await must(['rm', '-f', file, `${file}.pub`]);
  await newKey(file, name);
}

/** Makes an ed25519 key pair and gives its public line. */
export async function newKey(file: string, comment: string): Promise<string> {
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file]);
  return (await readFile(`${file}.pub`, 'utf8')).trim();
}
