import type { BackendSettings } from '../../domain/settings.ts';
import type { ProxyConfig } from '../../io/haproxy-config/proxy.ts';
import { showDuration } from '../show/duration.ts';
import { found, notExamined, type Finding } from './finding.ts';
import type { Configured } from './machines.ts';

/** A proxy that could be read without doubt, and whose it is. */
export interface ReadProxy {
  readonly loadBalancer: string;
  readonly proxy: ProxyConfig;
}

/** The proxies of one backend that may be judged, and what keeps the others from it. */
export function readProxies(
  backend: BackendSettings,
  configured: readonly Configured[],
): { readonly proxies: ReadProxy[]; readonly findings: Finding[] } {
  const group = `backend ${backend.name}`;
  const proxies: ReadProxy[] = [];
  const findings: Finding[] = [];
  const fix = 'look there for redispatch, retries, checks and on-marked-down';
  for (const { name, running } of configured) {
    const proxy = running.configuration.proxies.get(backend.name);
    if (proxy === undefined) {
      findings.push(notExamined(group, name, 'its options: its files have no such backend', fix));
    } else if (proxy.unsure.length > 0) {
      findings.push(notExamined(group, name, `its options: ${proxy.unsure.join(', ')}`, fix));
    } else proxies.push({ loadBalancer: name, proxy });
  }
  return { proxies, findings };
}

/** The options of a backend as a whole that decide what clients see when a server leaves, or dies. */
export function examineOptions(backend: BackendSettings, read: readonly ReadProxy[]): Finding[] {
  const group = `backend ${backend.name}`;
  const each = (
    severity: Finding['severity'],
    holds: (proxy: ProxyConfig) => boolean,
    message: string,
    fix: string,
  ): Finding[] => {
    const where = read.filter(({ proxy }) => holds(proxy)).map(({ loadBalancer }) => loadBalancer);
    return where.length === 0 ? [] : [found(severity, group, where.join(', '), message, fix)];
  };
  const grace = showDuration(backend.drain.persistenceMs);
  return [
    ...each(
      'warning',
      ({ redispatch }) => !redispatch,
      'without `option redispatch` a request whose server cannot be reached fails, and one queued for a server still goes there in maint',
      'add `option redispatch` to `defaults` or to the backend',
    ),
    ...each(
      'warning',
      ({ retries }) => retries === 0,
      'with `retries 0` each connection that a dying server refuses is an error for a client',
      'write `retries 3`, or leave it out: 3 is the default',
    ),
    ...each(
      'note',
      ({ cookie, stick }) => cookie || stick,
      `clients are bound to servers (cookie or stick table): they keep coming to a draining one until maint moves them after ${grace}`,
      'set `drain.persistence` to how long a client may be between two requests that belong together',
    ),
    ...each(
      'note',
      ({ servers }) => backend.servers.some(({ name }) => servers.get(name)?.maxconn === false),
      'servers without `maxconn`: when one is out, the others get all of its requests at once, instead of a queue',
      'give each `server` the `maxconn` that it can work on at a time',
    ),
  ];
}
