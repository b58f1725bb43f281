import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../src/domain/event.ts';
import { formatServerId } from '../../src/domain/names.ts';
import { reservedServers } from '../../src/domain/operation.ts';
import type { Lab } from '../lab/lab.ts';

/** The events in the journal of the sidecar from a moment on; each is on the disk before it is acted upon. */
export interface Book {
  readonly events: () => readonly Event[];
}

/** Reads along from now. */
export function recordFromNow(lab: Lab): Book {
  const path = join(lab.directory, 'state', 'journal.jsonl');
  const from = existsSync(path) ? readFileSync(path).length : 0;
  return {
    events: () =>
      readFileSync(path)
        .subarray(from)
        .toString('utf8')
        .split('\n')
        .flatMap((line) => eventOf(line)),
  };
}

function eventOf(line: string): Event[] {
  try {
    const { event } = JSON.parse(line) as { event?: Event };
    return event === undefined ? [] : [event];
  } catch {
    return []; // a line that is being written
  }
}

/** Servers that were in two operations at once; there must be none. */
export function inTwoOperations(events: readonly Event[]): string[] {
  const open = new Map<string, { readonly repairs: boolean; readonly servers: ReadonlySet<string> }>();
  const twice: string[] = [];
  for (const event of events) {
    if (event.type === 'operation-ended') open.delete(event.id);
    if (event.type !== 'operation-opened') continue;
    const { kind } = event.operation;
    const servers = new Set(reservedServers(event.operation).map((id) => formatServerId(id)));
    for (const [id, other] of open) {
      // Where a server is repaired, its place may be taken meanwhile.
      if (kind === 'failover' && other.repairs) continue;
      for (const one of servers)
        if (other.servers.has(one)) twice.push(`${one}: ${id} and ${event.operation.id}`);
    }
    open.set(event.operation.id, { repairs: kind === 'recovery', servers });
  }
  return twice;
}
