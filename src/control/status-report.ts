import { formatServerId, type ServerId } from '../domain/names.ts';
import type { Operation } from '../domain/operation.ts';
import { pauseAt } from '../domain/pause.ts';
import { openOperations, serverRecord, type Records } from '../domain/records.ts';
import type { SampleTrouble } from '../domain/sample.ts';
import type { Roll } from '../domain/roll.ts';
import type { AdminState, OperationalState, Owner } from '../domain/server.ts';
import type { BackendSettings, ServerSettings, Settings } from '../domain/settings.ts';
import { queueOf, rowsOf, type Snapshot } from '../domain/snapshot.ts';
import type {
  BackendStatus,
  LoadBalancerStatus,
  OperationStatus,
  RollStatus,
  ServerStatus,
  Status,
} from '../domain/status.ts';
import { checkpointStatus, faultFindings, watchStatus } from './fault-status.ts';
import { floorOf } from '../policy/floor.ts';
import type { Judgement } from '../policy/fault/verdict.ts';
import { ownerOf } from '../policy/ownership.ts';
import { standingOf } from '../policy/roll.ts';
import { servingCount } from '../policy/serving.ts';
import { conditionOf, listedAs, roleMisfit, roleOf } from '../policy/standing.ts';
import { heldNow } from './held.ts';
import { samplingFindings } from './sampling/findings.ts';
import type { Silence } from './sampling/silences.ts';
import { findingsOf } from './status-findings.ts';

/** What a report is made from. */
export interface ReportFacts {
  readonly settings: Settings;
  readonly snapshot: Snapshot;
  readonly records: Records;
  readonly source: Status['source'];
  readonly running: (operation: Operation) => boolean;
  /** What the watch makes of the evidence; without a watch there is none. */
  readonly judgementOf?: (server: ServerId) => Judgement | null;
  /** What is wrong with measuring; without a sidecar nobody measures. */
  readonly measured?: { readonly silences: readonly Silence[]; readonly troubles: readonly SampleTrouble[] };
}

/** `rejuv status`, from what both load balancers and the records say now. Pure. */
export function reportStatus(facts: ReportFacts): Status {
  const { settings, snapshot, records, measured } = facts;
  return {
    time: iso(snapshot.at),
    source: facts.source,
    loadBalancers: settings.loadBalancers.map(({ name }) => loadBalancerStatus(snapshot, name)),
    backends: settings.backends.map((backend) => backendStatus(facts, backend)),
    operations: openOperations(records).map((operation) =>
      operationStatus(operation, facts.running(operation)),
    ),
    rolls: records.rolls.filter(({ end }) => end === null).map((roll) => rollStatus(roll, records)),
    paused: pausedStatus(facts),
    findings: [
      ...findingsOf(facts),
      ...faultFindings(settings, records, snapshot.at),
      ...samplingFindings(measured?.silences ?? [], measured?.troubles ?? []),
    ],
  };
}

function pausedStatus({ records, snapshot }: ReportFacts): Status['paused'] {
  const pause = pauseAt(records.pause, snapshot.at);
  if (pause === null) return null;
  const { reason, by, since, until, includingFailover } = pause;
  return { reason, by, since: iso(since), until: until === null ? null : iso(until), includingFailover };
}

function loadBalancerStatus(snapshot: Snapshot, name: string): LoadBalancerStatus {
  const view = snapshot.views.find((candidate) => candidate.name === name);
  const gap = snapshot.gaps.find((candidate) => candidate.name === name);
  return {
    name,
    reachable: view !== undefined,
    version: view?.version ?? null,
    pid: view?.process.pid ?? null,
    uptimeSeconds: view?.uptimeSeconds ?? null,
    error: gap?.error.message ?? null,
  };
}

function backendStatus(facts: ReportFacts, backend: BackendSettings): BackendStatus {
  const { snapshot } = facts;
  return {
    name: backend.name,
    mode: backend.mode,
    minServing: backend.minServing,
    serving: servingCount(snapshot, backend.name, floorOf(backend)),
    queue: queueOf(snapshot, backend.name),
    servers: backend.servers.map((server) => serverStatus(facts, backend, server)),
    blocked: blockedReason(facts, backend),
  };
}

function blockedReason({ snapshot, records, running }: ReportFacts, backend: BackendSettings): string | null {
  const open = openOperations(records).find((operation) => operation.backend === backend.name);
  if (open !== undefined) {
    const found = running(open) ? '' : '; a sidecar takes it up when it starts';
    return `operation ${open.id} (${open.kind} of ${open.server}, ${open.phase}) is open${found}`;
  }
  const [gap] = snapshot.gaps;
  if (gap !== undefined) return gap.error.message;
  for (const view of snapshot.views) {
    if (!view.backends.includes(backend.name))
      return `backend ${backend.name} does not exist on ${view.name}`;
  }
  for (const server of backend.servers) {
    const id = { backend: backend.name, server: server.name };
    const rows = rowsOf(snapshot, id);
    const missing = snapshot.views.find((view) => !rows.some((row) => row.view === view));
    if (missing !== undefined) return `server ${formatServerId(id)} does not exist on ${missing.name}`;
    if (new Set(rows.map(({ row }) => `${row.address}:${row.port}`)).size > 1) {
      return `server ${formatServerId(id)} has another address on each load balancer`;
    }
    const settles = backend.mode === 'active-standby' && serverRecord(records, id).role === null;
    const misfit = settles ? roleMisfit(snapshot, id, server.role) : null;
    if (misfit !== null) return misfit;
  }
  return null;
}

function serverStatus(facts: ReportFacts, backend: BackendSettings, server: ServerSettings): ServerStatus {
  const { settings, snapshot, records } = facts;
  const id: ServerId = { backend: backend.name, server: server.name };
  const role = roleOf(records, backend, server);
  const record = serverRecord(records, id);
  const admin: Record<string, AdminState | 'unknown'> = {};
  const operational: Record<string, OperationalState | 'unknown'> = {};
  const owner: Record<string, Owner> = {};
  const rows = rowsOf(snapshot, id);
  for (const { name } of settings.loadBalancers) {
    const seen = rows.find(({ view }) => view.name === name);
    admin[name] = seen?.row.admin ?? 'unknown';
    operational[name] = seen?.row.operational ?? 'unknown';
    owner[name] = seen === undefined ? 'unknown' : ownerOf(seen.row, seen.view.process, record.intents[name]);
  }
  const whole = snapshot.gaps.length === 0 && rows.length === settings.loadBalancers.length;
  const judgement = facts.judgementOf?.(id) ?? null;
  return {
    name: server.name,
    role,
    list: listedAs(snapshot, records, id, role),
    condition: conditionOf(id, {
      ...{ snapshot, records, allowUnchecked: backend.allowUnchecked },
      open: openOperations(records),
      verdict: judgement?.verdict ?? null,
    }),
    admin,
    operational,
    owner,
    divergent: new Set(rows.map(({ row }) => row.admin)).size > 1,
    sessions: whole ? rows.reduce((sum, { row }) => sum + row.sessions, 0) : null,
    queue: whole ? rows.reduce((sum, { row }) => sum + row.queue, 0) : null,
    held: heldNow(records, id),
    verifiedAt: record.verifiedAt === null ? null : iso(record.verifiedAt),
    watch: judgement === null ? null : watchStatus(judgement),
    aged: record.aged.map(({ since, ...held }) => ({ ...held, since: iso(since) })),
    checkpoint: checkpointStatus(backend, records, id, snapshot.at),
  };
}

function rollStatus(roll: Roll, records: Records): RollStatus {
  const { id, backend, servers, startedAt, askingSince } = roll;
  const { through, failed } = standingOf(roll, records);
  return {
    ...{ id, backend, servers, through, failed, startedAt: iso(startedAt) },
    askingSince: askingSince === null ? null : iso(askingSince),
  };
}

function operationStatus(operation: Operation, running: boolean): OperationStatus {
  const { id, kind, backend, server, spare, phase, trigger, reason, startedAt, deadline } = operation;
  return {
    id,
    kind,
    backend,
    server,
    spare,
    phase,
    trigger,
    reason,
    startedAt: iso(startedAt),
    deadline: deadline === null ? null : iso(deadline),
    running,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
