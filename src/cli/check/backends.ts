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
import { servingOn } from '../../policy/serving.ts';
import { roleMisfit } from '../../policy/standing.ts';
import { weightOf } from '../../policy/weight.ts';
import { fallOne } from './configured-servers.ts';
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
  return [
    ...fewServing(group, backend, snapshot),
    ...undivided(group, backend, snapshot),
    ...backend.servers.flatMap((server) => examineServer(group, backend, server, snapshot)),
    ...othersThere(group, backend, snapshot),
  ];
}

/** Below its minimum nothing may be taken out, and somebody should know why it is below. */
function fewServing(group: string, backend: BackendSettings, { views }: Snapshot): Finding[] {
  const { minServing: minimum, allowUnchecked } = backend;
  const floor = { minimum, allowUnchecked, servers: backend.servers.map(({ name }) => name) };
  return views.flatMap((view) => {
    const serving = servingOn(view, backend.name, floor);
    if (serving >= minimum) return [];
    const message = `${serving} server(s) serve, and minServing is ${minimum}: nothing can be taken out`;
    return [
      found('warning', group, view.name, message, 'see `rejuv status` for what is wrong with the others'),
    ];
  });
}

/** HAProxy's usual weight of 1 has no parts. */
function undivided(group: string, backend: BackendSettings, snapshot: Snapshot): Finding[] {
  const first = backend.ramp?.steps[0] ?? 1;
  if (first === 1) return [];
  const whole = backend.servers.filter(({ name }) =>
    rowsOf(snapshot, { backend: backend.name, server: name }).some(
      ({ row }) => weightOf(first, row.configuredWeight) === row.configuredWeight,
    ),
  );
  if (whole.length === 0) return [];
  const names = whole.map(({ name }) => name).join(', ');
  const message = `with these weights a \`ramp\` that begins at ${Math.round(first * 100)} % gives all at once`;
  return [
    found('warning', group, names, message, 'write such as `weight 100` on every server line of the backend'),
  ];
}

function othersThere(group: string, backend: BackendSettings, { views }: Snapshot): Finding[] {
  const rows = views.flatMap(({ servers }) => servers.filter(({ id }) => id.backend === backend.name));
  const others = new Set(rows.map(({ id }) => id.server));
  for (const { name } of backend.servers) others.delete(name);
  if (others.size === 0) return [];
  const message = `the config file does not name them: rejuv leaves them alone and does not count them`;
  return [found('note', group, [...others].join(', '), message)];
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
    ...fallFinding(group, id, rows),
    ...sharedHost(group, id, { backend, server }, rows, snapshot),
    ...wrongSameHost(group, id, server, rows, snapshot),
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

function fallFinding(group: string, id: ServerId, rows: Rows): Finding[] {
  const where = rows
    .filter(({ row }) => row.check.enabled && row.check.fall === 1)
    .map(({ view }) => view.name);
  if (where.length === 0) return [];
  return [found('warning', group, id.server, `${fallOne.message} (${where.join(', ')})`, fallOne.fix)];
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

/** `sameHost` names servers that are drained in the same operation; one elsewhere would be drained for nothing. */
function wrongSameHost(
  group: string,
  id: ServerId,
  server: ServerSettings,
  rows: Rows,
  snapshot: Snapshot,
): Finding[] {
  const here = new Set(rows.map(({ row }) => row.address));
  return server.sameHost.flatMap((other) => {
    const there = rowsOf(snapshot, other).map(({ row }) => row.address);
    if (there.length === 0 || there.some((address) => here.has(address))) return [];
    const message = `\`sameHost\` names ${formatServerId(other)}, which is at ${there[0] ?? ''}: another host`;
    return [
      found('warning', group, id.server, message, 'remove it there, or correct its address in HAProxy'),
    ];
  });
}
