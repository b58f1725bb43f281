import { isIP } from 'node:net';
import { readProbeUrl } from '../../config/probe-url.ts';
import { readSshTarget } from '../../config/ssh-target.ts';
import type { BackendName } from '../../domain/names.ts';
import { adminBits } from '../../domain/server.ts';
import { isServing } from '../../policy/serving.ts';
import type { Seen, SeenServer } from './seen.ts';

/**
 * A spare by HAProxy's configuration: `disabled` there, and in maint now. A server that a person put in maint lacks
 * the bit of the configuration; a `disabled` one that was made ready since has it and serves.
 */
export function isSpareByConfig({ sightings }: SeenServer): boolean {
  return (
    sightings.every(({ row }) => row.admin === 'maint') &&
    sightings.some(({ row }) => (row.adminBits & adminBits.configuredMaint) !== 0)
  );
}

/** How many servers serve now, per load balancer; servers without a check count. */
export function servingNow(servers: readonly SeenServer[], seen: readonly Seen[]): number[] {
  return seen.map(
    ({ name }) =>
      servers.filter(({ sightings }) =>
        sightings.some(({ loadBalancer, row }) => loadBalancer === name && isServing(row, true)),
      ).length,
  );
}

/** One fewer than serve now, so that one can leave; at least one. */
export function guessMinServing(serving: readonly number[]): number {
  return Math.min(10_000, Math.max(1, Math.min(...serving) - 1));
}

/** The machine that the load balancer runs on. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/** Where to log in, as the config file writes it; null for an address that cannot be written. */
export function sshTargetOf(address: string): string | null {
  const target = address.includes(':') ? `[${address}]` : address;
  return 'value' in readSshTarget(target) ? target : null;
}

/** The application probe of a backend. */
export interface ProbeGuess {
  readonly url: string;
  readonly expect: number | null;
  /** It is what haproxy.cfg checks; otherwise nothing is known of the path. */
  readonly known: boolean;
}

export function guessProbe(
  backend: BackendName,
  servers: readonly SeenServer[],
  seen: readonly Seen[],
): ProbeGuess {
  const check = seen.map(({ checks }) => checks.get(backend)).find((one) => one !== undefined);
  if (check !== undefined) {
    const url = `${check.scheme}://{address}:{port}${check.path}`;
    if ('value' in readProbeUrl(url)) return { url, expect: check.expect, known: true };
  }
  const encrypted = servers.every(({ sightings }) =>
    sightings.every(({ row }) => row.port === 443 || row.port === 8443),
  );
  return { url: `${encrypted ? 'https' : 'http'}://{address}:{port}/health`, expect: null, known: false };
}
