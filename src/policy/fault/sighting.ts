import type { Answer } from '../../domain/fault.ts';
import type { ServerId } from '../../domain/names.ts';
import type { AdminState } from '../../domain/server.ts';
import { rowOf, type ServerRow, type Snapshot } from '../../domain/snapshot.ts';

/** How one load balancer sees one server. */
export interface Sighting {
  readonly loadBalancer: string;
  /** False: it gave no usable answer at all. */
  readonly reachable: boolean;
  /** Null: unreachable, or it does not know the server. */
  readonly admin: AdminState | null;
  /** Up or down as HAProxy has it, which has counted its own rise and fall; unknown where it does not judge. */
  readonly says: Answer;
  /** Since when, Unix milliseconds. */
  readonly since: number | null;
  readonly detail: string;
}

/** One server in a snapshot, per load balancer that was asked. Pure. */
export function sightingsOf(snapshot: Snapshot, id: ServerId): Sighting[] {
  const gone = { reachable: false, admin: null, says: 'unknown', since: null } as const;
  return [
    ...snapshot.views.map((view): Sighting => {
      const loadBalancer = view.name;
      // The old process after a reload: its data are of the past.
      if (view.stopping) return { loadBalancer, ...gone, detail: 'an old process answers' };
      const row = rowOf(view, id);
      if (row === undefined) {
        return { loadBalancer, ...gone, reachable: true, detail: 'it does not know the server' };
      }
      const { admin } = row;
      const since = view.at - row.secondsSinceChange * 1_000;
      return { loadBalancer, reachable: true, admin, since, says: saysOf(row), detail: detailOf(row) };
    }),
    ...snapshot.gaps.map(({ name, error }) => ({ loadBalancer: name, ...gone, detail: error.message })),
  ];
}

/** In maint nothing is checked; NOLB is a server that says itself that it stops. */
function saysOf({ admin, operational }: ServerRow): Answer {
  if (admin === 'maint') return 'unknown';
  switch (operational) {
    case 'up':
    case 'starting':
      return 'passed';
    case 'down':
      return 'failed';
    case 'stopping':
    case 'unchecked':
      return 'unknown';
  }
}

function detailOf({ status, check }: ServerRow): string {
  return check.status === '' ? status : `${status}, ${check.status}`;
}
