import type { BackendDraft, Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';
import { loginOf } from '../ssh-login.ts';
import type { SshTarget } from '../ssh-target.ts';

/** Every login has a key or the agent, every server that needs one has a login, and no host is two servers. */
export function checkLogins(draft: Draft): Finding[] {
  return [
    ...checkCredentials(draft),
    ...Object.entries(draft.backends).flatMap(([name, backend]) => [
      ...checkNeeded(name, backend),
      ...checkHostsDiffer(draft, name, backend),
    ]),
  ];
}

/** One finding per place where the credentials would be written: nearly always the top-level `ssh:`. */
function checkCredentials(draft: Draft): Finding[] {
  const bare = loginsOf(draft).filter(({ target }) => {
    const { privateKey, agent } = loginOf(draft.ssh, target);
    return privateKey === null && !agent;
  });
  const [first] = bare;
  if (first === undefined) return [];
  const others = bare.length === 1 ? '' : ` (and ${bare.length - 1} more)`;
  return [
    {
      path: first.path,
      at: 'value',
      message: `nothing to log in to ${first.target.host}${others} with`,
      fix: 'add `privateKey: /path` or `agent: true` to the top-level `ssh:`',
      reliesOn: [first.path, ['ssh']],
    },
  ];
}

function loginsOf(draft: Draft): { path: Path; target: SshTarget }[] {
  const ofLoadBalancers = Object.entries(draft.loadBalancers).flatMap(([name, loadBalancer]) =>
    (['socket', 'master'] as const).flatMap((key) => {
      const socket = loadBalancer[key];
      return socket?.kind === 'ssh' ? [{ path: ['loadBalancers', name, key], target: socket.target }] : [];
    }),
  );
  const ofServers = Object.entries(draft.backends).flatMap(([backend, { servers }]) =>
    Object.entries(servers).flatMap(([server, { ssh }]) =>
      ssh === undefined ? [] : [{ path: ['backends', backend, 'servers', server, 'ssh'], target: ssh }],
    ),
  );
  const ofStores = Object.entries(draft.backends).flatMap(([backend, { checkpoint }]) => {
    const path = ['backends', backend, 'checkpoint', 'store', 'ssh'];
    return checkpoint?.store === undefined ? [] : [{ path, target: checkpoint.store.ssh }];
  });
  return [...ofLoadBalancers, ...ofServers, ...ofStores];
}

function checkNeeded(name: string, backend: BackendDraft): Finding[] {
  const why = needsSsh(backend);
  if (why === null) return [];
  return Object.entries(backend.servers).flatMap(([server, { ssh }]): Finding[] => {
    if (ssh !== undefined) return [];
    const path = ['backends', name, 'servers', server];
    return [
      {
        path,
        at: 'key',
        message: `server ${name}/${server} has no \`ssh\`, and ${why} needs it on every server`,
        fix: `write \`${server}: { ssh: host }\``,
        reliesOn: [[...path, 'ssh']],
      },
    ];
  });
}

function needsSsh({ actions, duplex, spare, recover, checkpoint }: BackendDraft): string | null {
  if (actions.length > 0) return '`actions`';
  if (duplex.some(({ run }) => run !== undefined)) return 'a `run` of `duplex`';
  if (duplex.some(({ copy }) => copy !== undefined)) return 'a `copy` of `duplex`';
  if (spare.start !== undefined) return '`spare.start`';
  if (spare.stop !== undefined) return '`spare.stop`';
  if (recover.some(({ run }) => run !== undefined)) return 'a `run` of `recover`';
  if (recover.some(({ reboot }) => reboot !== undefined)) return 'a `reboot` of `recover`';
  if (checkpoint !== undefined) return '`checkpoint`';
  return null;
}

function checkHostsDiffer(draft: Draft, name: string, backend: BackendDraft): Finding[] {
  const seen = new Map<string, string>();
  return Object.entries(backend.servers).flatMap(([server, { ssh }]): Finding[] => {
    if (ssh === undefined) return [];
    const { host, port } = loginOf(draft.ssh, ssh);
    const identity = `${host.toLowerCase()} ${port}`;
    const first = seen.get(identity);
    seen.set(identity, first ?? server);
    if (first === undefined) return [];
    return [
      {
        path: ['backends', name, 'servers', server, 'ssh'],
        at: 'value',
        message: `servers ${first} and ${server} of backend ${name} have the same SSH host ${host}, port ${port}`,
        fix: 'give each server its own host: a reboot of one would take the other along',
        reliesOn: [
          ['backends', name, 'servers', server, 'ssh'],
          ['ssh', 'port'],
        ],
      },
    ];
  });
}
