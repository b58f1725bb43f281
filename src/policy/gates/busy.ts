import { RejuvError } from '../../domain/errors.ts';
import { sameServer } from '../../domain/names.ts';
import {
  reservedServers,
  takesSpare,
  type Operation,
  type OperationRequest,
} from '../../domain/operation.ts';
import { openOperations } from '../../domain/records.ts';
import type { Settings } from '../../domain/settings.ts';
import type { AdmissionFacts } from '../admission-facts.ts';

/** What is going on already, and stands in its way. */
export function busyProblems(request: OperationRequest, facts: AdmissionFacts): RejuvError[] {
  const touched = [request.target, ...facts.server.sameHost];
  const byHand = !takesSpare(request.kind);
  const sameOnes = (operation: Operation): boolean =>
    reservedServers(operation).some((id) => touched.some((mine) => sameServer(mine, id)));
  return (
    openOperations(facts.records)
      .filter(
        (operation) =>
          touched.some((mine) => mine.backend === operation.backend) ||
          reservedServers(operation).some((id) => touched.some((mine) => mine.backend === id.backend)),
      )
      // A repair goes on beside everything else, and everything else beside it: it holds up its own server alone.
      .filter(
        (one) =>
          (one.kind !== 'recovery' && request.kind !== 'recovery' && request.trigger !== 'fault') ||
          sameOnes(one),
      )
      .filter((operation) => !(byHand && facts.abandoned(operation)))
      .flatMap((operation) => {
        const { id, kind, backend, server, phase } = operation;
        const both = [...new Set([...touched, ...reservedServers(operation)].map((id) => id.backend))];
        const several = both.every((name) => allowsSeveral(facts.settings, name));
        if (byHand || !takesSpare(kind) || !several) {
          return [new RejuvError('backend-busy', { id, kind, backend, server, phase })];
        }
        const taken = reservedServers(operation).find((one) => touched.some((mine) => sameServer(mine, one)));
        if (taken === undefined) return [];
        return [new RejuvError('server-busy', { ...taken, id, kind, other: server, phase })];
      })
  );
}

/** How many, is for the calendar to say. */
function allowsSeveral(settings: Settings, backend: string): boolean {
  const limit = settings.backends.find(({ name }) => name === backend)?.calendar.maxAtOnce ?? null;
  return limit === null || limit > 1;
}
