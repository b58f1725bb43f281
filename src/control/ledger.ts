import type { OperationId, ServerId } from '../domain/names.ts';
import type { Clock } from '../domain/seams.ts';
import type { Journal } from './journal.ts';
import type { Ledger } from './pair.ts';

/** Records what is about to be set on one server, on whose account, and what was read back. */
export function ledgerFor(
  journal: Journal,
  clock: Clock,
  server: ServerId,
  operation: OperationId | null,
): Ledger {
  return {
    async intend(loadBalancer, from, to, process, unsure) {
      const at = clock.now();
      const id = operation;
      await journal.record({
        type: 'admin-intended',
        at,
        id,
        loadBalancer,
        server,
        from,
        to,
        process,
        unsure,
      });
    },
    async confirm(loadBalancer, process) {
      await journal.record({ type: 'admin-confirmed', at: clock.now(), loadBalancer, server, process });
    },
  };
}
