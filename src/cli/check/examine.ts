import { unhurried } from '../call.ts';
import { examineRules } from './aging.ts';
import { examineBackend } from './backends.ts';
import { examineBlockers } from './blockers.ts';
import { examineCalendar } from './calendar.ts';
import { examineConfiguredServers } from './configured-servers.ts';
import { inOrder, type Finding } from './finding.ts';
import { examineOptions, readProxies } from './haproxy-options.ts';
import { examineHosts } from './hosts.ts';
import { examineLoadBalancers, examineMasters } from './load-balancers.ts';
import { examineMachines } from './machines.ts';
import { examinePlaces } from './places.ts';
import { examineProbes } from './probes.ts';
import { examineReloads } from './reloads.ts';
import { examineGlobal } from './sockets.ts';
import { examineSources } from './sources.ts';
import type { Subject } from './subject.ts';

/**
 * Examines the pair with HAProxy's own configuration, the backends, the hosts, the probes and the sidecar's own
 * places, side by side, each under its own deadline. It changes nothing anywhere.
 */
export async function examine(subject: Subject, signal: AbortSignal = unhurried): Promise<Finding[]> {
  const { settings } = subject;
  const [pair, masters, hosts, blockers, calendar, places] = await Promise.all([
    examinePair(subject, signal),
    examineMasters(subject, signal),
    examineHosts(subject, signal),
    examineBlockers(subject, signal),
    examineCalendar(subject),
    examinePlaces(settings),
  ]);
  const { balancers, backends } = pair;
  return inOrder([...balancers, ...masters, ...backends, ...hosts, ...blockers, ...calendar, ...places]);
}

/** The pair, and what can only be judged once it has answered. */
async function examinePair(
  subject: Subject,
  signal: AbortSignal,
): Promise<{ readonly balancers: Finding[]; readonly backends: Finding[] }> {
  const { settings } = subject;
  const { findings, snapshot } = await examineLoadBalancers(subject, signal);
  const [machines, sources, ...probes] = await Promise.all([
    examineMachines(subject, snapshot, signal),
    examineSources(subject, snapshot, signal),
    ...settings.backends.map((backend) => examineProbes(subject, backend, snapshot, signal)),
  ]);
  const { configured } = machines;
  const backends = settings.backends.flatMap((backend, at) => {
    const { proxies, findings: unread } = readProxies(backend, configured);
    return [
      ...examineBackend(backend, snapshot),
      ...examineRules(backend),
      ...unread,
      ...examineOptions(backend, proxies),
      ...examineConfiguredServers(backend, proxies, snapshot),
      ...(probes[at] ?? []),
    ];
  });
  const balancers = [
    ...findings,
    ...machines.findings,
    ...configured.flatMap((one) => [...examineGlobal(one), ...examineReloads(one, settings.backends)]),
  ];
  return { balancers, backends: [...backends, ...sources] };
}
