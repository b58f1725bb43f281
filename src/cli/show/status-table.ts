import { createColors } from 'picocolors';
import type {
  BackendStatus,
  LoadBalancerStatus,
  OperationStatus,
  ServerStatus,
  Status,
} from '../../domain/status.ts';
import { after, clean } from './clean.ts';
import { showDuration } from './duration.ts';
import { showTable } from './table.ts';

type Colours = ReturnType<typeof createColors>;

/** `rejuv status` for people: load balancers, backends with their servers, operations, findings. */
export function showStatus(status: Status, colours: boolean): string {
  const c = createColors(colours);
  const names = status.loadBalancers.map(({ name }) => name);
  const parts = [
    [
      status.source === 'sidecar'
        ? `${status.time}, as the sidecar knows it`
        : `${status.time}, read straight from the load balancers: no sidecar is running`,
    ],
    showTable(status.loadBalancers.map((balancer) => balancerRow(balancer, c))),
    ...status.backends.map((backend) => backendPart(backend, names, Date.parse(status.time), c)),
  ];
  if (status.paused !== null) {
    const { by, reason, since, until, includingFailover } = status.paused;
    const end = until === null ? 'until `rejuv resume`' : `until ${until}`;
    parts.push([
      c.yellow(`paused ${end}${includingFailover ? ', failovers too' : ''}`),
      `  by ${clean(by ?? 'a person')} since ${since}: ${clean(reason)}`,
    ]);
  }
  if (status.operations.length > 0) {
    parts.push(['operations', ...showTable(status.operations.map((one) => operationRow(one, c)))]);
  }
  if (status.findings.length > 0) parts.push(status.findings.flatMap((finding) => findingLines(finding, c)));
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

function balancerRow(balancer: LoadBalancerStatus, c: Colours): string[] {
  const { name, reachable, version, pid, uptimeSeconds, error } = balancer;
  if (!reachable) return [name, c.red('no answer'), after(name, error ?? '')];
  const uptime = uptimeSeconds === null ? '' : `up ${showDuration(uptimeSeconds * 1000)}`;
  return [name, c.green('answers'), `HAProxy ${version ?? '?'}, pid ${pid ?? '?'}, ${uptime}`];
}

function backendPart(backend: BackendStatus, names: readonly string[], now: number, c: Colours): string[] {
  const { name, mode, serving, minServing, servers, blocked } = backend;
  const count = serving === null ? c.yellow('unknown') : String(serving);
  const few = serving !== null && serving < minServing ? c.red(count) : count;
  const heading = ['server', 'role', 'list', 'condition', ...names, 'sessions', 'queue', 'held'];
  return [
    `${c.bold(`backend ${name}`)} (${mode}): ${few} serving, at least ${minServing} wanted`,
    ...(blocked === null ? [] : [c.yellow(`  blocked: ${clean(blocked)}`)]),
    ...showTable([heading, ...servers.map((server) => serverRow(server, names, now, c))]).map(
      (line) => `  ${line}`,
    ),
  ];
}

function serverRow(server: ServerStatus, names: readonly string[], now: number, c: Colours): string[] {
  const held = server.held;
  return [
    server.name,
    server.role,
    server.list,
    colouredCondition(server.condition, c),
    ...names.map((name) => stateOn(server, name, c)),
    String(server.sessions ?? '?'),
    String(server.queue ?? '?'),
    held === null ? '' : `since ${showDuration(now - Date.parse(held.since))}: ${clean(held.reason)}`,
  ];
}

/** `drain/up (person)`: admin and operational state, and the owner where it is neither the file nor rejuv. */
function stateOn(server: ServerStatus, loadBalancer: string, c: Colours): string {
  const admin = server.admin[loadBalancer] ?? 'unknown';
  const operational = server.operational[loadBalancer] ?? 'unknown';
  const owner = server.owner[loadBalancer] ?? 'unknown';
  const text = admin === 'maint' ? admin : `${admin}/${operational}`;
  const whose = owner === 'config' || owner === 'rejuv' ? '' : ` (${owner})`;
  return server.divergent ? c.yellow(text + whose) : text + whose;
}

function colouredCondition(condition: ServerStatus['condition'], c: Colours): string {
  switch (condition) {
    case 'healthy':
      return c.green(condition);
    case 'failed':
    case 'quarantined':
      return c.red(condition);
    case 'aging':
    case 'unstable':
    case 'rejuvenating':
      return c.yellow(condition);
    case 'unknown':
      return condition;
  }
}

function operationRow(operation: OperationStatus, c: Colours): string[] {
  const { id, kind, backend, server, spare, phase, running, deadline, reason } = operation;
  const by = spare === null ? '' : `spare ${spare}`;
  const state = running ? c.cyan(phase) : c.yellow(`${phase}, left open: nobody carries it out`);
  return [
    `  ${id}`,
    `${kind} of ${backend}/${server}`,
    by,
    state,
    deadline === null ? '' : `until ${deadline}`,
    clean(reason ?? ''),
  ];
}

function findingLines(finding: Status['findings'][number], c: Colours): string[] {
  const { severity, where, message, fix } = finding;
  const mark = severity === 'alert' ? c.red('alert') : c.yellow('warning');
  const place = where === null ? '' : `${where}: `;
  return [
    `${mark}: ${place}${where === null ? clean(message) : after(where, message)}`,
    ...(fix === null ? [] : [`  ${clean(fix)}`]),
  ];
}
