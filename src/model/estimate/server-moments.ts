import { formatServerId, sameServer } from '../../domain/names.ts';
import type { Operation, PlannedStep } from '../../domain/operation.ts';
import type { AdminStep } from '../../domain/step.ts';

/**
 * What an operation says about the life of one server. in: it serves from here on · out: no longer · new: restarted or
 * rejuvenated, its age begins anew · failed: it failed while it served · fit: it has passed the verification.
 */
export interface Moment {
  /** `backend/server` */
  readonly server: string;
  readonly kind: 'in' | 'out' | 'new' | 'failed' | 'fit';
  readonly at: number;
}

/** The moments of one operation, in order of time. Only steps that were done count, those of a rollback included. */
export function momentsOf(operation: Operation): Moment[] {
  const failedAt = failureOf(operation);
  const target = `${operation.backend}/${operation.server}`;
  const failure: Moment[] = failedAt === null ? [] : [{ server: target, kind: 'failed', at: failedAt }];
  const lastAction = lastActionOf(operation);
  return [
    ...failure,
    ...operation.steps.flatMap((planned): Moment[] => {
      const { state, endedAt } = planned;
      if (state !== 'done' || endedAt === null) return [];
      const moments = momentsIn(planned, endedAt, operation);
      return planned === lastAction ? [...moments, { server: target, kind: 'new', at: endedAt }] : moments;
    }),
  ];
}

/**
 * When the target failed, or null. A failover answers a failure; the repair of one, and a server that is put back, do not
 * count it once more. A crash that nobody told rejuv is in no record.
 */
export function failureOf({ kind, startedAt }: Operation): number | null {
  switch (kind) {
    case 'rejuvenation':
    case 'switchover':
    case 'drain':
    case 'maint':
    case 'ready':
    case 'recovery':
      return null;
    case 'failover':
      return startedAt;
  }
}

function momentsIn({ step, found }: PlannedStep, at: number, operation: Operation): Moment[] {
  const server = formatServerId(step.server);
  switch (step.kind) {
    case 'admin':
      if (isReady(step)) return [{ server, kind: 'in', at }];
      return takesOut(step, found?.admin) ? [{ server, kind: 'out', at }] : [];
    case 'wake':
      // Without a probe nobody knows whether it slept.
      return found?.asleep === true && step.probe !== null ? [{ server, kind: 'new', at }] : [];
    case 'reboot':
      return [server, ...companionsOf(operation, step.server)].map((name) => ({
        server: name,
        kind: 'new',
        at,
      }));
    case 'mend':
      return found?.well === true ? [] : [{ server, kind: 'new', at }];
    case 'verified':
      return [{ server, kind: 'fit', at }];
    case 'agent':
    case 'weight':
    case 'bake':
    case 'sleep':
    case 'probe':
    case 'run':
    case 'copy':
    case 'request':
    case 'await-checked':
    case 'await-serving':
    case 'grace':
    case 'await-idle':
    case 'prove-out':
    case 'roles':
    case 'hold':
    case 'release':
    case 'secure':
    case 'confirm-fault':
    case 'recovered':
    case 'failback':
    case 'confirm-aging':
    case 'go-ahead':
      return [];
  }
}

/** Whatever the actions are, a server on which all of them were done counts as rejuvenated. */
function lastActionOf({ kind, steps }: Operation): PlannedStep | undefined {
  if (kind !== 'rejuvenation') return undefined;
  const actions = steps.filter(({ phase }) => phase === 'rejuvenating');
  return actions.every(({ state }) => state === 'done') ? actions.at(-1) : undefined;
}

/** What else a reboot of the host restarts. */
function companionsOf({ steps }: Operation, server: PlannedStep['step']['server']): string[] {
  const names = steps.flatMap(({ step }) =>
    step.kind === 'prove-out' && step.beforeReboot && sameServer(step.server, server) ? step.sameHost : [],
  );
  return [...new Set(names.map(formatServerId))];
}

function isReady({ to }: AdminStep): boolean {
  return typeof to === 'string' ? to === 'ready' : Object.values(to).every((admin) => admin === 'ready');
}

/** A checked admission begins with a drain too, but takes nothing out that was ready. */
function takesOut({ keepReady }: AdminStep, found: Readonly<Record<string, string>> | undefined): boolean {
  if (keepReady) return false;
  return found === undefined || Object.values(found).some((admin) => admin === 'ready');
}
