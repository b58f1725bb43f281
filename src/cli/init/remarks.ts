import { adminBits, type Role } from '../../domain/server.ts';
import type { SeenServer, Sighting } from './seen.ts';

/** What stands behind a server's line for the reader to know. */
export function remarksOn({ sightings }: SeenServer, role: Role): string[] {
  const on = (which: (sighting: Sighting) => boolean, what: string): string[] => {
    const there = sightings.filter(which).map(({ loadBalancer }) => loadBalancer);
    if (there.length === 0) return [];
    return [there.length === sightings.length ? what : `${what} on ${there.join(', ')}`];
  };
  const configured = ({ row }: Sighting): boolean => (row.adminBits & adminBits.configuredMaint) !== 0;
  return [
    ...(role === 'spare' ? on(configured, '`disabled` in haproxy.cfg') : []),
    ...on(
      (one) => configured(one) && one.row.admin !== 'maint',
      '`disabled` in haproxy.cfg, but not in maint now',
    ),
    ...on(({ row }) => row.admin === 'ready' && row.operational === 'down', 'down now'),
    ...on(({ row }) => row.admin === 'drain', 'in drain now'),
    ...on(({ row }) => row.admin !== 'maint' && row.weight === 0, 'weight 0'),
    ...on(({ row }) => !row.check.enabled, 'no check'),
    ...on(({ row }) => row.agent.configured, 'agent check: rejuv turns it off while it works on the server'),
  ];
}

/** What has to be put right in HAProxy or in the file before rejuv works with a server. */
export function problemsOf({ name, sightings }: SeenServer, role: Role): string[] {
  const addresses = sightings.map(({ row }) => `${row.address} port ${row.port}`);
  const maint = sightings.filter(({ row }) => row.admin === 'maint');
  const byHand = maint.filter(({ row }) => (row.adminBits & adminBits.configuredMaint) === 0);
  const where = (which: readonly Sighting[]): string =>
    which.map(({ loadBalancer }) => loadBalancer).join(' and ');
  return [
    ...(new Set(addresses).size > 1
      ? [`${name} is at ${addresses.join(' on one load balancer and at ')} on the other: give both the same`]
      : []),
    ...(role === 'primary' && byHand.length > 0
      ? [
          `${name} is in maint on ${where(byHand)}, set at run time: end that, or make it a spare (\`role: spare\`)`,
        ]
      : []),
    ...(role === 'primary' && maint.length > byHand.length
      ? [
          `${name} is \`disabled\` and in maint on some load balancer: end that, or make it a spare (\`role: spare\`)`,
        ]
      : []),
    ...(role === 'spare' && maint.length < sightings.length
      ? [
          `${name} shall be a spare but is not in maint: write \`disabled\` on its line in both haproxy.cfg, and put it in maint`,
        ]
      : []),
    ...(role === 'spare' && maint.length === sightings.length && byHand.length > 0
      ? [
          `${name} shall be a spare: write \`disabled\` on its line in haproxy.cfg of ${where(byHand)}, or it serves after a restart`,
        ]
      : []),
  ];
}
