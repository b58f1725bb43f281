import { formatServerId, sameServer, type ServerId } from '../domain/names.ts';
import { reservedServers, type Operation } from '../domain/operation.ts';
import { openOperations, serverRecord, type Alert, type Intent, type Records } from '../domain/records.ts';
import { adminBits, type AdminState, type Owner, type Role } from '../domain/server.ts';
import type { Settings } from '../domain/settings.ts';
import {
  rowsOf,
  sameProcess,
  type LoadBalancerView,
  type ServerRow,
  type Snapshot,
} from '../domain/snapshot.ts';
import type { Finding } from '../domain/status.ts';
import { lastFailover } from '../policy/fault/after-failover.ts';
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
  const states = facts.settings.backends.flatMap((backend) =>
    backend.servers.flatMap((server) => {
      const id = { backend: backend.name, server: server.name };
      return stateFinding(facts, id, roleOf(facts.records, backend, server)) ?? [];
    }),
  );
  const { alerts } = facts.records;
  const raised = states.map((state) =>
    alerts.some((alert) => isBehind(alert, state) && !isSettled(facts.records, alert))
      ? { ...state, severity: 'alert' as const }
      : state,
  );
  const found = [...raised, ...alertFindings(facts.records, states), ...roleFindings(facts)];
  const severities = ['alert', 'warning'] as const;
  return severities.flatMap((severity) => found.filter((finding) => finding.severity === severity));
}

/** One server on one load balancer, with what rejuv last did to it there. */
interface Seen {
  readonly view: LoadBalancerView;
  readonly row: ServerRow;
  readonly intent: Intent | undefined;
  readonly owner: Owner;
}

/** What the admin states of a server say that nobody would expect, in one line; the worst of them where there are several. */
function stateFinding(
  { snapshot, records, running }: FindingFacts,
  id: ServerId,
  role: Role,
): Finding | null {
  const { intents } = serverRecord(records, id);
  const seen = rowsOf(snapshot, id).map(({ view, row }): Seen => {
    const intent = intents[view.name];
    return { view, row, intent, owner: ownerOf(row, view.process, intent) };
  });
  const forgot = seen.filter(isForgotten);
  if (forgot.length > 0) return forgottenFinding(id, forgot);
  // Between two writes of its own, an operation leaves them different for a moment.
  const underway = openOperations(records).some(
    (operation) => running(operation) && reservedServers(operation).some((one) => sameServer(one, id)),
  );
  if (underway) return null;
  if (new Set(seen.map(({ row }) => row.admin)).size > 1) return divergentFinding(id, seen);
  return byHandFinding(id, role, seen);
}

/** A new HAProxy process that does not have what rejuv had set. */
function isForgotten({ view, row, intent }: Seen): boolean {
  if (intent === undefined || intent.unsure || intent.yielded) return false;
  return intent.to !== row.admin && !sameProcess(intent.process, view.process);
}

function forgottenFinding(id: ServerId, forgot: readonly Seen[]): Finding {
  const where = formatServerId(id);
  const facts = forgot.map(({ view, row, intent }) => ({
    name: view.name,
    what: `forgot that ${where} was in ${intent?.to ?? 'ready'}: it is ${row.admin} there`,
  }));
  const message = [...new Set(facts.map(({ what }) => what))]
    .map((what) => {
      const names = facts.filter((one) => one.what === what).map(({ name }) => name);
      return `${names.join(' and ')} ${names.length > 1 ? 'have new processes' : 'has a new process'} and ${what}`;
    })
    .join('; ');
  const fix = `\`rejuv ${forgot[0]?.intent?.to ?? 'ready'} ${where}\`; the drop-in in haproxy/ saves states over a reload`;
  const at = iso(Math.min(...forgot.map(({ view }) => view.process.startedAtSeconds * 1000)));
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

function byHandFinding(id: ServerId, role: Role, seen: readonly Seen[]): Finding | null {
  const where = formatServerId(id);
  const byHand = seen.filter(({ owner }) => owner === 'person');
  const [first] = byHand;
  if (first === undefined) return null;
  const names = byHand.map(({ view }) => view.name).join(' and ');
  const { admin } = first.row;
  const message = `put in ${admin} by hand on ${names}; ${originOf(first)} ${stateBefore(first)}. rejuv leaves it alone`;
  return { at: handAt(seen), severity: 'warning', where, message, fix: wayOut(where, role, admin) };
}

function wayOut(where: string, role: Role, admin: AdminState): string {
  if (admin === 'ready') {
    return `take it out again with \`rejuv maint ${where}\`, or accept it with \`rejuv ready ${where}\``;
  }
  if (role === 'spare' && admin === 'maint') {
    return `\`rejuv role ${where} spare\` lets it take over again; \`rejuv ready ${where}\` puts it into service`;
  }
  return `\`rejuv ready ${where}\` when that is meant to be over`;
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

/** What has a finding of its own as long as it lasts. */
const toldWhileItLasts: readonly string[] = ['source-stale', 'samples-unwritable', 'samples-set-aside'];

/** Newest first. What a server's states still show is not said twice. */
function alertFindings(records: Records, states: readonly Finding[]): Finding[] {
  return records.alerts
    .filter(({ code }) => !toldWhileItLasts.includes(code))
    .filter((alert) => !isSettled(records, alert) && !states.some((state) => isBehind(alert, state)))
    .slice(-shownAlerts)
    .toReversed()
    .map(({ at, message, fix, server }) => ({
      at: iso(at),
      severity: 'alert',
      where: server === null ? null : formatServerId(server),
      message,
      fix,
    }));
}

/** A person has put the server back since, rejuv has proven it well, or what nobody replaced is replaced by now. */
function isSettled(records: Records, { at, server, code }: Alert): boolean {
  if (server === null) return false;
  const { operations, servers } = records;
  if (code === 'not-replaced') {
    const last = lastFailover(records, server);
    if (last !== null && last.spare !== null && (last.endedAt ?? 0) > at) return true;
  }
  const verifiedAt = servers[formatServerId(server)]?.verifiedAt ?? 0;
  return (
    verifiedAt > at ||
    operations.some(
      (one) =>
        one.kind === 'ready' &&
        one.phase === 'completed' &&
        sameServer(one, server) &&
        (one.endedAt ?? 0) > at,
    )
  );
}

/** The operation that failed for what the states of the server still show. */
function isBehind({ code, server }: Alert, state: Finding): boolean {
  return code === 'changed-by-hand' && server !== null && state.where === formatServerId(server);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
