import type { AlertBlocker, Blockers, DeployMarker, FiringAlert, Matchers } from '../domain/blockers.ts';
import { RejuvError } from '../domain/errors.ts';
import type { ServerId } from '../domain/names.ts';

/** What the blockers of one backend have said. */
export interface BlockerFacts {
  /** When all had answered, Unix milliseconds. */
  readonly at: number;
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

/** Nobody was asked. */
export const noBlockers: BlockerFacts = { at: 0, alerts: [], deploys: [] };

/** Answers count for so long: they are given before the turn of a beginning comes, and something may fire since. */
const freshMs = 30_000;

/** The server that is to be rejuvenated, as an alert may name it. */
export interface AlertTarget extends ServerId {
  readonly address: string;
  readonly port: number;
}

/** Has all that blocks here answered, and lately? Else it has to be asked, or asked again. Pure. */
export function areAnswered(blockers: Blockers, facts: BlockerFacts, now: number): boolean {
  const wanted = [...blockers.alerts, ...blockers.deploys];
  return wanted.length === 0 || (!isOld(facts, now) && wanted.every((one) => hasAnswered(facts, one)));
}

/**
 * Everything outside that holds up a rejuvenation of this server. What could not be asked does, and so does what was not
 * asked, or too long ago. Pure.
 */
export function blockerProblems(
  target: AlertTarget,
  blockers: Blockers,
  facts: BlockerFacts,
  now: number,
): RejuvError[] {
  const silence = (one: AlertBlocker | DeployMarker): string | null => {
    if (!hasAnswered(facts, one)) return 'it was not asked';
    return isOld(facts, now) ? `its answer is of ${new Date(facts.at).toISOString()}` : null;
  };
  return [
    ...blockers.alerts.flatMap((blocker) => {
      const problem = silence(blocker);
      if (problem !== null) return new RejuvError('alerts-unknown', { url: blocker.url, problem });
      return facts.alerts
        .filter((asked) => asked.blocker === blocker)
        .flatMap((asked) => alertProblems(target, asked));
    }),
    ...blockers.deploys.flatMap((marker) => {
      const problem = silence(marker);
      if (problem !== null) return new RejuvError('marker-unreadable', { path: marker.path, problem });
      return facts.deploys
        .filter((seen) => seen.marker === marker)
        .flatMap((seen) => deployProblem(seen, now) ?? []);
    }),
  ];
}

/** The clock may have been set back in between: then nobody knows how old they are. */
function isOld({ at }: BlockerFacts, now: number): boolean {
  return Math.abs(now - at) > freshMs;
}

/** Asked by this very entry of the file: what a reload has changed was not. */
function hasAnswered({ alerts, deploys }: BlockerFacts, one: AlertBlocker | DeployMarker): boolean {
  return alerts.some(({ blocker }) => blocker === one) || deploys.some(({ marker }) => marker === one);
}

function alertProblems(target: AlertTarget, { blocker, firing }: AskedAlerts): RejuvError[] {
  if (firing instanceof RejuvError) {
    return [firing];
  }
  const matching = compiled(blocker.matching, target);
  const except = blocker.except.map((one) => compiled(one, target));
  const counting = firing.filter(
    ({ labels }) => matches(labels, matching, true) && !except.some((one) => matches(labels, one, false)),
  );
  // One of a name says enough, the one that fires for longest: a hundred servers may have it.
  const names = new Map<string, FiringAlert>();
  for (const alert of counting.toSorted((a, b) => (a.since ?? Infinity) - (b.since ?? Infinity))) {
    const name = alert.labels['alertname'] ?? 'without a name';
    if (!names.has(name)) names.set(name, alert);
  }
  const more = names.size - mostTold;
  return [...names].slice(0, mostTold).map(([alert, { labels, since }], index) => {
    const others = index === mostTold - 1 && more > 0 ? `, and ${more} other alerts` : '';
    return new RejuvError('alert-firing', {
      alert: shown(alert, 100),
      url: blocker.url,
      labels: `${labelsOf(labels)}${others}`,
      since: since === null ? 'an unknown time' : new Date(since).toISOString(),
    });
  });
}

/** What fires beyond is counted. */
const mostTold = 10;
const longestLabels = 600;

function labelsOf(labels: FiringAlert['labels']): string {
  const told = Object.entries(labels).flatMap(([name, value]) =>
    name === 'alertname' ? [] : `${shown(name, 100)}=${JSON.stringify(shown(value, 200))}`,
  );
  return told.length === 0 ? 'without labels' : shown(told.join(', '), longestLabels);
}

/** Words of others: cut, and without what would command a terminal. */
function shown(text: string, longest: number): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.replace(/\p{Cc}/gu, '?');
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

/** Of a longer value nobody waits for the end of the search: whether it matches is not known, which blocks. */
const longestValue = 1_000;

/** A label that an alert does not have is empty, as in Prometheus. `long`: what is said of a value that is too long. */
function matches(labels: FiringAlert['labels'], compiled: Compiled, long: boolean): boolean {
  return compiled.every(([name, pattern]) => {
    const value = labels[name] ?? '';
    return value.length > longestValue ? long : pattern.test(value);
  });
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
