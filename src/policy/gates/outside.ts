import type { RejuvError } from '../../domain/errors.ts';
import type { OperationRequest } from '../../domain/operation.ts';
import type { ServerSettings } from '../../domain/settings.ts';
import { rowsOf } from '../../domain/snapshot.ts';
import type { AdmissionFacts } from '../admission-facts.ts';
import { blockerProblems } from '../blockers.ts';
import { trafficProblem } from '../traffic.ts';

/** What is said outside, and whether the traffic can be carried; a person may go on all the same, a fault does. */
export function outsideProblems(
  { target, force, trigger }: OperationRequest,
  spare: ServerSettings | null,
  facts: AdmissionFacts,
): RejuvError[] {
  if (force || trigger === 'fault') return [];
  const { snapshot, blockers, backend } = facts;
  const [seen] = rowsOf(snapshot, target);
  const { address, port } = seen?.row ?? { address: '', port: 0 };
  const told = blockerProblems({ ...target, address, port }, backend.blockers, blockers, snapshot.at);
  const crowded = trafficProblem(target, spare === null ? null : { ...target, server: spare.name }, facts);
  return crowded === null ? told : [...told, crowded];
}
