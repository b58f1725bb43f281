import { comment, fillIn, fix, lines, textOf, type Line, type ToDo } from './line.ts';
import type { Sketch, SshSketch } from './sketch.ts';
import { backendLines, exampleLines } from './write-backend.ts';
import { commentWord, yamlKey, yamlWord } from './yaml-words.ts';

/**
 * The config file of a sketch, with comments, and what a person still has to do. With two load balancers it is
 * one that rejuv reads as it is; with one, as soon as the second is filled in.
 */
export function writeConfig(sketch: Sketch): { readonly text: string; readonly toDo: readonly ToDo[] } {
  return textOf([
    ...comment(
      0,
      `Written by \`rejuv init\` from ${sketch.seen.length === 1 ? 'one running HAProxy' : 'two running HAProxys'}.`,
      'What it could not know is marked FILL IN, what has to be put right elsewhere is marked FIX.',
      'Then `rejuv check` tells what is still missing; it changes nothing. `rejuv schema` is for your editor.',
    ),
    ...lines(''),
    ...loadBalancerLines(sketch),
    ...lines(''),
    ...sshLines(sketch.ssh),
    ...lines(''),
    ...comment(
      0,
      'HAProxy forgets maint and drain at a reload. During an operation rejuv sets its states again; at all other times',
      'the systemd drop-in in haproxy/README.md of rejuv keeps them. Install it on both load balancers.',
    ),
    ...lines(
      'state: /var/lib/rejuv # the records, which survive a crash',
      'listen: /run/rejuv/rejuv.sock # where `rejuv run` answers the command line',
      '# poll: 2s # how often both load balancers are read',
      '',
      'backends:',
    ),
    ...sketch.backends.flatMap((backend, index) => [
      ...(index === 0 ? [] : lines('')),
      ...backendLines(backend, sketch.seen),
      // Once is enough: an HAProxy may have hundreds of backends.
      ...(index === 0
        ? exampleLines(sketch.timeZone)
        : comment(
            4,
            'See the examples under the first backend for spare, duplex, drain, actions and schedule.',
          )),
    ]),
  ]);
}

function loadBalancerLines({ seen, ssh }: Sketch): Line[] {
  const all = comment(
    0,
    'The pair: exactly two HAProxys, each by its runtime socket (`stats socket ... level admin`).',
  );
  all.push(...lines('loadBalancers:'));
  for (const { name, socket, master, level, view } of seen) {
    if (level !== 'admin') {
      const what = `${socket} has level ${level}: write \`level admin\` on its \`stats socket\` line and reload HAProxy`;
      all.push(fix(2, what));
    }
    all.push(
      ...lines(
        `  ${yamlKey(name)} # HAProxy ${commentWord(view.version)}`,
        `    socket: ${yamlWord(socket)}`,
      ),
    );
    if (master !== null) {
      all.push(...lines(`    master: ${yamlWord(master)} # sees old workers after a reload`));
    } else {
      const hint = 'the master CLI (`haproxy -W -S`); `rejuv check` counts old workers through it';
      all.push(...lines(`    # master: ${exampleMaster(socket)} # ${hint}`));
    }
  }
  const [first, second] = seen;
  if (second === undefined) {
    all.push(
      fillIn(2, 'the runtime socket of the second HAProxy, instead of this example; rejuv works on a pair'),
      ...lines(
        '  # lb-b:',
        `  #   socket: ssh://${ssh.user}@10.0.0.12/run/haproxy/admin.sock # or "tcp://10.0.0.12:9999", or a path on this machine`,
      ),
    );
  } else if (sameProcess(first, second)) {
    all.push(fix(2, 'both sockets seem to be those of one and the same process; rejuv needs two HAProxys'));
  }
  return all;
}

function sameProcess(first: Sketch['seen'][number] | undefined, second: Sketch['seen'][number]): boolean {
  return (
    first?.view.process.pid === second.view.process.pid &&
    first.view.process.startedAtSeconds === second.view.process.startedAtSeconds
  );
}

function exampleMaster(socket: string): string {
  const host = /^(ssh:\/\/[^/]+)\//.exec(socket)?.[1] ?? '';
  if (socket.startsWith('tcp://')) return '"tcp://host:port"';
  return `${host}/run/haproxy/master.sock`;
}

function sshLines({ user, privateKey, keyThere, agent }: SshSketch): Line[] {
  const missing = `a private key without a passphrase, its public half for ${user} on every server, and the host keys in knownHosts`;
  return [
    ...comment(0, 'How rejuv logs in to the servers. Only actions, duplex and sleeping spares need it.'),
    ...lines('ssh:', `  user: ${yamlWord(user)}`),
    ...(agent
      ? lines(
          '  agent: true # the keys of the agent at SSH_AUTH_SOCK',
          `  # privateKey: ${yamlWord(privateKey)}`,
        )
      : [
          ...(keyThere ? [] : [fillIn(2, missing)]),
          ...lines(`  privateKey: ${yamlWord(privateKey)} # or \`agent: true\``),
        ]),
    ...lines('  knownHosts: /etc/rejuv/known_hosts # an unknown or changed host key is refused'),
  ];
}
