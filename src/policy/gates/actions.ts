import { RejuvError } from '../../domain/errors.ts';
import type { ServerId } from '../../domain/names.ts';
import type { ServerSettings } from '../../domain/settings.ts';
import type { AdmissionFacts } from '../admission-facts.ts';
import { floorOf } from '../floor.ts';
import { oldWorkersProblem } from '../old-workers.ts';
import { floorProblem } from '../serving.ts';
import { sharedHostProblem } from '../shared-host.ts';
import { pairProblems } from './pair.ts';

/** What a reboot asks beyond a drain: nobody else on the host, old workers counted or gone, SSH on both sides. */
export function actionProblems(
  target: ServerId,
  partner: ServerSettings | null,
  facts: AdmissionFacts,
): RejuvError[] {
  const { backend, server, snapshot, settings } = facts;
  const problems: RejuvError[] = [];
  if (server.ssh === null) problems.push(new RejuvError('no-ssh', { ...target }));
  if (partner?.ssh === null && (backend.spare.start !== null || backend.duplex.length > 0)) {
    problems.push(new RejuvError('no-ssh', { backend: backend.name, server: partner.name }));
  }
  if (!backend.actions.some((action) => action.kind === 'reboot')) return problems;
  const shared = sharedHostProblem(snapshot, target, server.sameHost);
  if (shared !== null) problems.push(shared);
  const young = oldWorkersProblem(snapshot, settings.oldWorkersGoneMs);
  if (young !== null) problems.push(young);
  for (const companion of server.sameHost) {
    const home = settings.backends.find((candidate) => candidate.name === companion.backend);
    problems.push(...pairProblems(companion, facts));
    const floor = home === undefined ? null : floorProblem(snapshot, companion, floorOf(home));
    if (floor !== null) problems.push(floor);
  }
  return problems;
}
