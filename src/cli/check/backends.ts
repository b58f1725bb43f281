import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, sameServer, type ServerId } from '../../domain/names.ts';
import type { BackendSettings, ServerSettings } from '../../domain/settings.ts';
import {
  rowsOf,
  sharedRows,
  type LoadBalancerView,
  type ServerRow,
  type Snapshot,
} from '../../domain/snapshot.ts';
import { roleMisfit } from '../../policy/standing.ts';
import { failed, found, type Finding } from './finding.ts';

type Rows = readonly { readonly view: LoadBalancerView; readonly row: ServerRow }[];

/** One backend against what the load balancers that answer show. */
export function examineBackend(backend: BackendSettings, snapshot: Snapshot): Finding[] {
  const group = `backend ${backend.name}`;
  const missing = snapshot.views.filter((view) => !view.backends.includes(backend.name));
  if (missing.length > 0) {
    return missing.map(({ name }) =>
      failed(group, name, new RejuvError('backend-missing', { backend: backend.name, loadBalancer: name })),
    );
  }
  if (snapshot.views.length === 0) return [];
  return backend.servers.flatMap((server) => examineServer(group, backend, server, snapshot));
}

function examineServer(
  group: string,
  backend: BackendSettings,
  server: ServerSettings,
  snapshot: Snapshot,
): Finding[] {
  const id: ServerId = { backend: backend.name, server: server.name };
  const rows = rowsOf(snapshot, id);
  const absent = snapshot.views.filter((view) => !rows.some((one) => one.view === view));
  const errors = [
    ...absent.map(({ name }) => new RejuvError('server-missing', { ...id, loadBalancer: name })),
    ...addressProblem(id, rows),
    ...checkProblems(id, rows, backend.allowUnchecked),
  ].map((error) => failed(group, server.name, error));
  const findings = [
    ...errors,
    ...roleFinding(group, id, server, snapshot),
    ...agentNotes(group, id, rows),
    ...sharedHost(group, id, { backend, server }, rows, snapshot),
  ];
  if (findings.some(({ severity }) => severity === 'error')) return findings;
  const [first] = rows;
  const address = first === undefined ? '' : ` at ${first.row.address}:${first.row.port}`;
  return [found('ok', group, server.name, `known to ${rows.length} load balancer(s)${address}`), ...findings];
}

function addressProblem(id: ServerId, rows: Rows): RejuvError[] {
  const addresses = [...new Set(rows.map(({ row }) => `${row.address}:${row.port}`))];
  const [first, second] = addresses;
  if (first === undefined || second === undefined) return [];
  return [new RejuvError('address-differs', { ...id, first, second })];
}

function checkProblems(id: ServerId, rows: Rows, allowed: boolean): RejuvError[] {
  if (allowed) return [];
  // A server in maint shows no check at all, whatever is configured: nothing can be said of it here.
  return rows
    .filter(({ row }) => row.admin !== 'maint' && !row.check.enabled)
    .map(({ view }) => new RejuvError('no-checks', { ...id, loadBalancer: view.name }));
}

/** The role of the config file, which counts at the first start only: later it may rightly differ. */
function roleFinding(group: string, id: ServerId, server: ServerSettings, snapshot: Snapshot): Finding[] {
  const misfit = roleMisfit(snapshot, id, server.role);
  if (misfit === null) return [];
  const fix = `if the records do not know better, decide with \`rejuv role ${formatServerId(id)} …\``;
  return [found('warning', group, server.name, misfit, fix)];
}

function agentNotes(group: string, id: ServerId, rows: Rows): Finding[] {
  const names = rows.filter(({ row }) => row.agent.configured).map(({ view }) => view.name);
  if (names.length === 0) return [];
  const message = `it has an agent check on ${names.join(', ')}; rejuv switches it off for a drain and back afterwards`;
  return [found('note', group, id.server, message)];
}

/** Other servers at its address go down with its host: those not named in `sameHost` block its reboot. */
function sharedHost(
  group: string,
  id: ServerId,
  { backend, server }: { readonly backend: BackendSettings; readonly server: ServerSettings },
  rows: Rows,
  snapshot: Snapshot,
): Finding[] {
  if (!backend.actions.some(({ kind }) => kind === 'reboot')) return [];
  const others = sharedRows(snapshot, id)
    .filter((row) => !server.sameHost.some((one) => sameServer(one, row.id)))
    .map((row) => formatServerId(row.id));
  if (others.length === 0) return [];
  const address = rows[0]?.row.address ?? '';
  return [
    failed(group, id.server, new RejuvError('shared-host', { ...id, address, others: others.join(', ') })),
  ];
}
