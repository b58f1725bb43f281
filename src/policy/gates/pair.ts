import { RejuvError } from '../../domain/errors.ts';
import { sameServer, type ServerId } from '../../domain/names.ts';
import { rowsOf } from '../../domain/snapshot.ts';
import type { AdmissionFacts } from '../admission-facts.ts';

/** Both load balancers answer, know the server, and know it at the same address. */
export function pairProblems(target: ServerId, { snapshot }: AdmissionFacts): RejuvError[] {
  const problems = snapshot.gaps.map((gap) => gap.error);
  const { backend, server } = target;
  for (const view of snapshot.views) {
    if (!view.backends.includes(backend)) {
      problems.push(new RejuvError('backend-missing', { backend, loadBalancer: view.name }));
    } else if (!view.servers.some((row) => sameServer(row.id, target))) {
      problems.push(new RejuvError('server-missing', { backend, server, loadBalancer: view.name }));
    }
  }
  const [first, ...others] = rowsOf(snapshot, target).map(({ row }) => `${row.address}:${row.port}`);
  for (const second of others) {
    if (first !== undefined && first !== second) {
      problems.push(new RejuvError('address-differs', { backend, server, first, second }));
    }
  }
  return problems;
}
