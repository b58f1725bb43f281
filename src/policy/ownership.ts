import type { Intent } from '../domain/records.ts';
import { adminBits, type Owner } from '../domain/server.ts';
import { sameProcess, type Process, type ServerRow } from '../domain/snapshot.ts';

/**
 * Who set the admin state that a load balancer shows. HAProxy keeps none of this: the last recorded intent and the
 * process identity do. Same process and a state that rejuv did not set is a person's.
 */
export function ownerOf(row: ServerRow, process: Process, intent: Intent | undefined): Owner {
  if (intent?.yielded === true && sameProcess(intent.process, process)) return 'person';
  // In a new process an equal state is ours too: the state file brought it over.
  if (intent !== undefined && !intent.yielded && explains(intent, row)) return 'rejuv';
  // HAProxy writes `(agent)` at every drain while the agent check is on, so this is the agent or a person.
  if (row.byAgent) return 'agent';
  if (intent !== undefined && sameProcess(intent.process, process)) return 'person';
  return configuredDefault(row) ? 'config' : 'person';
}

/** True for the state that HAProxy's own configuration gives the server. */
export function configuredDefault({ admin, adminBits: bits }: ServerRow): boolean {
  const configuredMaint = (bits & adminBits.configuredMaint) !== 0;
  if (admin === 'ready') return !configuredMaint;
  if (admin === 'maint') {
    return configuredMaint || (bits & adminBits.forcedMaint) === 0;
  }
  // Inherited from a tracked server, not set on this one.
  return (bits & adminBits.forcedDrain) === 0;
}

function explains(intent: Intent, row: ServerRow): boolean {
  return row.admin === intent.to || (intent.unsure && row.admin === intent.from);
}
