import { formatServerId, type ServerId } from '../domain/names.ts';
import { reservedServers, type Operation } from '../domain/operation.ts';
import { openOperations, serverRecord, type Alert, type Intent, type Records } from '../domain/records.ts';
import { adminBits, type AdminState, type Owner } from '../domain/server.ts';
import type { Settings } from '../domain/settings.ts';
import {
  rowsOf,
  sameProcess,
  type LoadBalancerView,
  type ServerRow,
  type Snapshot,
} from '../domain/snapshot.ts';
import type { Finding } from '../domain/status.ts';
import { ownerOf } from '../policy/ownership.ts';
import { roleOf } from '../policy/standing.ts';

/** What findings are made from. */
interface FindingFacts {
  readonly settings: Settings;
  readonly snapshot: Snapshot;
  readonly records: Records;
  readonly running: (operation: Operation) => boolean;
}

/** How many alerts a status shows. */
const shownAlerts = 5;

/** What a person should know, worst first; of what a server's states show now, one line per server. Pure. */
export function findingsOf(facts: FindingFacts): Finding[] {
  const states = serversOf(facts.settings).flatMap((id) => stateFinding(facts, id) ?? []);
  const found = [...states, ...alertFindings(facts.records, states), ...roleFindings(facts)];
  const severities = ['alert', 'warning'] as const;
  return severities.flatMap((severity) => found.filter((finding) => finding.severity === severity));
}

function serversOf({ backends }: Settings): ServerId[] {
  return backends.flatMap(({ name: backend, servers }) =>
    servers.map(({ name: server }) => ({ backend, server })),
  );
}

/** One server on one load balancer, with what rejuv last did to it there. */
interface Seen {
  readonly view: LoadBalancerView;
  readonly row: ServerRow;
  readonly intent: Intent | undefined;
  readonly owner: Owner;
}

/** What the admin states of a server say that nobody would expect, in one line; the worst of them where there are several. */
function stateFinding({ snapshot, records, running }: FindingFacts, id: ServerId): Finding | null {
  const { intents } = serverRecord(records, id);
  const seen = rowsOf(snapshot, id).map(({ view, row }): Seen => {
    const intent = intents[view.name];
    return { view, row, intent, owner: ownerOf(row, view.process, intent) };
  });
  const forgot = seen.find(isForgotten);
  if (forgot !== undefined) return forgottenFinding(id, forgot);
  // Between two writes of its own, an operation leaves them different for a moment.
  const underway = openOperations(records).some(
    (operation) =>
      running(operation) &&
      reservedServers(operation).some((one) => formatServerId(one) === formatServerId(id)),
  );
  if (underway) return null;
  if (new Set(seen.map(({ row }) => row.admin)).size > 1) return divergentFinding(id, seen);
  return seen.some(({ owner }) => owner === 'person') ? byHandFinding(id, seen) : null;
}

/** A new HAProxy process that does not have what rejuv had set. */
function isForgotten({ view, row, intent }: Seen): boolean {
  if (intent === undefined || intent.unsure) return false;
  return intent.to !== row.admin && !sameProcess(intent.process, view.process);
}

function forgottenFinding(id: ServerId, { view, row, intent }: Seen): Finding {
  const where = formatServerId(id);
  const was = intent?.to ?? 'ready';
  const message = `${view.name} has a new process and forgot that ${where} was in ${was}: it is ${row.admin} there`;
  const fix = `\`rejuv ${was} ${where}\`; the drop-in in haproxy/ saves states over a reload`;
  const at = iso(view.process.startedAtSeconds * 1000);
  return { at, severity: 'alert', where, message, fix };
}

function divergentFinding(id: ServerId, seen: readonly Seen[]): Finding {
  const where = formatServerId(id);
  const message = seen
    .map((one) => {
      const before = one.owner === 'person' ? `, ${originOf(one)} ${stateBefore(one)}` : '';
      return `${one.row.admin} on ${one.view.name} (${whose(one.owner)}${before})`;
    })
    .join(', but ');
  const fix = `let both agree: \`rejuv ready ${where}\`, or \`rejuv maint ${where}\``;
  return { at: handAt(seen), severity: 'warning', where, message, fix };
}

function byHandFinding(id: ServerId, seen: readonly Seen[]): Finding {
  const where = formatServerId(id);
  const byHand = seen.filter(({ owner }) => owner === 'person');
  const [first] = byHand;
  const names = byHand.map(({ view }) => view.name).join(' and ');
  const before = first === undefined ? '' : `; ${originOf(first)} ${stateBefore(first)}`;
  const message = `put in ${first?.row.admin ?? 'another state'} by hand on ${names}${before}. rejuv leaves it alone`;
  const fix =
    first?.row.admin === 'ready'
      ? `take it out again with \`rejuv maint ${where}\`, or accept it with \`rejuv ready ${where}\``
      : `\`rejuv ready ${where}\` when that is meant to be over`;
  return { at: handAt(seen), severity: 'warning', where, message, fix };
}

/** What the state was before the hand: rejuv's last word in this process, else HAProxy's configuration. */
function stateBefore({ view, row, intent }: Seen): AdminState {
  if (intent !== undefined && sameProcess(intent.process, view.process)) return intent.to;
  return (row.adminBits & adminBits.configuredMaint) === 0 ? 'ready' : 'maint';
}

function originOf({ view, intent }: Seen): string {
  const ours = intent !== undefined && sameProcess(intent.process, view.process);
  return ours ? 'rejuv had set' : 'haproxy.cfg says';
}

function whose(owner: Owner): string {
  switch (owner) {
    case 'person':
      return 'by hand';
    case 'rejuv':
      return 'by rejuv';
    case 'agent':
      return 'by its agent check';
    case 'config':
      return 'as in haproxy.cfg';
    case 'unknown':
      return 'unknown by whom';
  }
}

/** Known in maint only, where nothing else changes a state; in drain an up or a down may have been later. */
function handAt(seen: readonly Seen[]): string | null {
  const byHand = seen.filter(({ owner, row }) => owner === 'person' && row.admin === 'maint');
  const instants = byHand.map(({ view, row }) => view.at - row.secondsSinceChange * 1000);
  return instants.length === 0 ? null : iso(Math.min(...instants));
}

/** Roles rotate with every rejuvenation, but how many spares a backend has is the config file's to say. */
function roleFindings({ settings, records }: FindingFacts): Finding[] {
  return settings.backends.flatMap((backend) => {
    const written = backend.servers.filter(({ role }) => role === 'spare').length;
    const recorded = backend.servers.filter((server) => roleOf(records, backend, server) === 'spare').length;
    if (written === recorded) return [];
    const message = `backend ${backend.name} has ${written} spare(s) in the config file, but ${recorded} in the records, which count`;
    const fix = 'change a role with `rejuv role`, or correct the file';
    return [{ at: null, severity: 'warning' as const, where: backend.name, message, fix }];
  });
}

/** Newest first. What a server's states still show is not said twice. */
function alertFindings(records: Records, states: readonly Finding[]): Finding[] {
  const shown = (alert: Alert): boolean =>
    alert.code === 'changed-by-hand' &&
    states.some(({ where }) => alert.server !== null && where === formatServerId(alert.server));
  return records.alerts
    .slice(-shownAlerts)
    .filter((alert) => !shown(alert))
    .toReversed()
    .map(({ at, message, fix, server }) => ({
      at: iso(at),
      severity: 'alert',
      where: server === null ? null : formatServerId(server),
      message,
      fix,
    }));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
