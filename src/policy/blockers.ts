import type { AlertBlocker, DeployMarker, FiringAlert, Matchers } from '../domain/blockers.ts';
import { RejuvError } from '../domain/errors.ts';
import type { ServerId } from '../domain/names.ts';

/** What the blockers of one backend say now. */
export interface BlockerFacts {
  readonly alerts: readonly AskedAlerts[];
  readonly deploys: readonly SeenMarker[];
}

export interface AskedAlerts {
  readonly blocker: AlertBlocker;
  /** Everything that fires there; or why nobody knows. */
  readonly firing: readonly FiringAlert[] | RejuvError;
}

export interface SeenMarker {
  readonly marker: DeployMarker;
  /** When it was last written; null: it is not there. Or why nobody knows. */
  readonly writtenAt: number | null | RejuvError;
}

export const noBlockers: BlockerFacts = { alerts: [], deploys: [] };

/** The server that is to be rejuvenated, as an alert may name it. */
export interface AlertTarget extends ServerId {
  readonly address: string;
  readonly port: number;
}

/** Everything outside that holds up a rejuvenation of this server; what could not be asked does. Pure. */
export function blockerProblems(target: AlertTarget, facts: BlockerFacts, now: number): RejuvError[] {
  return [
    ...facts.alerts.flatMap((asked) => alertProblems(target, asked)),
    ...facts.deploys.flatMap((seen) => deployProblem(seen, now) ?? []),
  ];
}

function alertProblems(target: AlertTarget, { blocker, firing }: AskedAlerts): RejuvError[] {
  if (firing instanceof RejuvError) {
    return [firing];
  }
  const matching = compiled(blocker.matching, target);
  const except = blocker.except.map((one) => compiled(one, target));
  const counting = firing.filter(
    ({ labels }) => matches(labels, matching) && !except.some((one) => matches(labels, one)),
  );
  // One of a name says enough: a hundred servers may have it.
  const names = new Map(counting.map((alert) => [alert.labels['alertname'] ?? 'without a name', alert]));
  return [...names].map(([alert, { labels, since }]) => {
    const told = Object.entries(labels).flatMap(([name, value]) =>
      name === 'alertname' ? [] : `${name}=${JSON.stringify(value)}`,
    );
    return new RejuvError('alert-firing', {
      alert,
      url: blocker.url,
      labels: told.length === 0 ? 'without labels' : told.join(', '),
      since: since === null ? 'an unknown time' : new Date(since).toISOString(),
    });
  });
}

function deployProblem({ marker, writtenAt }: SeenMarker, now: number): RejuvError | null {
  if (writtenAt === null) return null;
  const { path, maxAgeMs } = marker;
  if (writtenAt instanceof RejuvError) return writtenAt;
  if (maxAgeMs !== null && now - writtenAt > maxAgeMs) return null;
  const until = maxAgeMs === null ? 'it is gone' : new Date(writtenAt + maxAgeMs).toISOString();
  return new RejuvError('deploying', { path, since: new Date(writtenAt).toISOString(), until });
}

type Compiled = readonly (readonly [string, RegExp])[];

/** A label that an alert does not have is empty, as in Prometheus. */
function matches(labels: FiringAlert['labels'], compiled: Compiled): boolean {
  return compiled.every(([name, pattern]) => pattern.test(labels[name] ?? ''));
}

function compiled(matchers: Matchers, target: AlertTarget): Compiled {
  return Object.entries(matchers).map(([name, text]) => [
    name,
    new RegExp(`^(?:${filled(text, target)})$`, 's'),
  ]);
}

/** What is filled in stands for itself, whatever characters it has. */
function filled(text: string, { address, port, server, backend }: AlertTarget): string {
  const values: Readonly<Record<string, string>> = { address, port: String(port), server, backend };
  return text.replace(/\{(address|port|server|backend)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
}
