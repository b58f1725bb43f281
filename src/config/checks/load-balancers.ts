import type { Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';
import { addressOf } from '../ssh-login.ts';
import type { WrittenSocket } from '../socket-address.ts';

/** Exactly two load balancers, and no socket twice. */
export function checkLoadBalancers(draft: Draft): Finding[] {
  return [...checkCount(draft), ...checkSockets(draft)];
}

function checkCount({ loadBalancers }: Draft): Finding[] {
  const names = Object.keys(loadBalancers);
  if (names.length === 2) return [];
  const what =
    names.length === 0
      ? 'no load balancer'
      : names.length === 1
        ? 'one load balancer'
        : 'more than two load balancers';
  return [
    {
      path: ['loadBalancers'],
      at: 'key',
      message: `there ${names.length > 2 ? 'are' : 'is'} ${what}${names.length === 0 ? '' : `: ${names.join(', ')}`}`,
      fix: 'name exactly two: rejuv works on a pair',
    },
  ];
}

function checkSockets(draft: Draft): Finding[] {
  const seen = new Map<string, string>();
  return Object.entries(draft.loadBalancers).flatMap(([name, loadBalancer]) =>
    (['socket', 'master'] as const).flatMap((key): Finding[] => {
      const written = loadBalancer[key];
      if (written === undefined) return [];
      const path: Path = ['loadBalancers', name, key];
      const identity = identityOf(draft, written);
      const first = seen.get(identity);
      seen.set(identity, first ?? `loadBalancers.${name}.${key}`);
      if (first === undefined) return [];
      const message = `loadBalancers.${name}.${key} is the same socket as ${first}`;
      return [
        {
          path,
          at: 'value',
          message,
          fix: 'name another one: each HAProxy has its own, and its master CLI one more',
        },
      ];
    }),
  );
}

/** Two sockets with the same identity are one, whoever logs in. */
function identityOf(draft: Draft, written: WrittenSocket): string {
  const address = addressOf(draft.ssh, written);
  switch (address.kind) {
    case 'unix':
      return address.path;
    case 'tcp':
      return `${address.host.toLowerCase()} ${address.port}`;
    case 'ssh':
      return `${address.login.host.toLowerCase()} ${address.login.port} ${address.path}`;
  }
}
