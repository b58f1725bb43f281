import { unhurried } from '../call.ts';
import { examineBackend } from './backends.ts';
import { found, type Finding } from './finding.ts';
import { examineHosts } from './hosts.ts';
import { examineLoadBalancers } from './load-balancers.ts';
import { examinePlaces } from './places.ts';
import { examineProbes } from './probes.ts';
import type { Subject } from './subject.ts';

/** Examines the pair, the backends, the hosts, the probes and the sidecar's own places. It changes nothing. */
export async function examine(subject: Subject, signal: AbortSignal = unhurried): Promise<Finding[]> {
  const { settings } = subject;
  const { findings, snapshot } = await examineLoadBalancers(subject, signal);
  const hosts = await examineHosts(subject, signal);
  const backends = await Promise.all(
    settings.backends.map(async (backend) => [
      ...examineBackend(backend, snapshot),
      ...(await examineProbes(subject, backend, snapshot, signal)),
    ]),
  );
  const scheduled = settings.backends.filter(({ schedule }) => schedule.length > 0);
  return [
    ...findings,
    ...backends.flat(),
    ...hosts,
    ...(await examinePlaces(settings)),
    ...scheduled.map(({ name }) => found('warning', `backend ${name}`, 'schedule', scheduleSilent)),
  ];
}

export const scheduleSilent = 'it is read and checked, but this version does not fire it yet';
