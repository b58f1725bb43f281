import { createColors } from 'picocolors';
import type {
  BackendStatus,
  LoadBalancerStatus,
  OperationStatus,
  RollStatus,
  ServerStatus,
  Status,
} from '../../domain/status.ts';
import { after, clean } from './clean.ts';
import { showDuration } from './duration.ts';
import { heldLines } from './held.ts';
import { readable, showInstant, showNow, showWhen } from './instant.ts';
import type { Screen } from './screen.ts';
import { showTable } from './table.ts';
import { byWhom } from './whom.ts';
import { wrap } from './wrap.ts';

type Colours = ReturnType<typeof createColors>;

/** What every part is shown with. */
interface View extends Screen {
  readonly now: number;
  readonly c: Colours;
}

/** `rejuv status` for people: load balancers, backends with their servers, operations, findings. */
export function showStatus(status: Status, screen: Screen): string {
  const view: View = { ...screen, now: Date.parse(status.time), c: createColors(screen.colours) };
  const names = status.loadBalancers.map(({ name }) => name);
  const source =
    status.source === 'sidecar'
      ? 'as the sidecar knows it'
      : 'read straight from the load balancers: no sidecar is running';
  const parts = [
    wrap(`${showNow(status.time, view.timeZone)}, ${source}`, view.width),
    balancersPart(status.loadBalancers, view),
    ...status.backends.map((backend) => backendPart(backend, names, view)),
    pausedPart(status.paused, view),
    operationsPart(status.operations, view),
    status.rolls.flatMap((roll) => rollLines(roll, view)),
    status.findings.flatMap((finding) => findingLines(finding, view)),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function rollLines(roll: RollStatus, { c, width, now, timeZone }: View): string[] {
  const { id, backend, servers, through, failed, startedAt, askingSince } = roll;
  const bad = failed === 0 ? '' : `, ${failed} of them not well`;
  const begun = `begun ${showWhen(startedAt, now, timeZone)}`;
  const text = `${id}: through all of ${backend}, ${through} of ${servers.length} done${bad}, ${begun}`;
  if (askingSince === null) return wrap(text, width, 0, 2);
  const asks = `waits for a person since ${showWhen(askingSince, now, timeZone)}: \`rejuv continue ${id}\` or \`rejuv abort ${id}\``;
  return [...wrap(text, width, 0, 2), ...wrap(asks, width, 2, 2).map((line) => c.yellow(line))];
}

function pausedPart(paused: Status['paused'], { c, now, timeZone, width }: View): string[] {
  if (paused === null) return [];
  const { by, reason, since, until, includingFailover } = paused;
  const end = until === null ? 'until `rejuv resume`' : `until ${showWhen(until, now, timeZone)}`;
  const why = `${byWhom(by, null)} since ${showWhen(since, now, timeZone)}: ${clean(reason)}`;
  return [c.yellow(`paused ${end}${includingFailover ? ', failovers too' : ''}`), ...wrap(why, width, 2)];
}

/** One line each; one that gives no answer has its sentence below, which may be long. */
function balancersPart(
  balancers: readonly LoadBalancerStatus[],
  { c, width, now, timeZone }: View,
): string[] {
  const lines = showTable(balancers.map((balancer) => balancerRow(balancer, c)));
  return balancers.flatMap(({ name, error }, index) => [
    lines[index] ?? name,
    ...(error === null ? [] : wrap(readable(after(name, error), now, timeZone), width, 2, 2)),
  ]);
}

function balancerRow(
  { name, reachable, version, pid, uptimeSeconds }: LoadBalancerStatus,
  c: Colours,
): string[] {
  if (!reachable) return [name, c.red('no answer')];
  const uptime = uptimeSeconds === null ? '' : `up ${showDuration(uptimeSeconds * 1000)}`;
  return [name, c.green('answers'), `HAProxy ${version ?? '?'}, pid ${pid ?? '?'}, ${uptime}`];
}

function backendPart(backend: BackendStatus, names: readonly string[], view: View): string[] {
  const { name, mode, serving, minServing, queue, servers, blocked } = backend;
  const { c, now, timeZone, width } = view;
  const count = serving === null ? c.yellow('unknown') : String(serving);
  const few = serving !== null && serving < minServing ? c.red(count) : count;
  const waiting = (queue ?? 0) === 0 ? '' : c.yellow(`; ${queue} request(s) wait in its queue`);
  const heading = ['server', 'role', 'list', 'condition', ...names, 'load'];
  const [top, ...rows] = showTable([heading, ...servers.map((server) => serverRow(server, names, c))]);
  return [
    `${c.bold(`backend ${name}`)} (${mode}): ${few} serving, at least ${minServing} wanted${waiting}`,
    ...(blocked === null
      ? []
      : wrap(`blocked: ${readable(blocked, now, timeZone)}`, width, 2, 2).map((line) => c.yellow(line))),
    `  ${top ?? ''}`,
    ...servers.flatMap((server, index) => [
      `  ${rows[index] ?? ''}`,
      ...(server.held === null ? [] : heldLines(server.held, `${name}/${server.name}`, now, view, 4)),
    ]),
  ];
}

function serverRow(server: ServerStatus, names: readonly string[], c: Colours): string[] {
  return [
    server.name,
    server.role,
    server.list,
    colouredCondition(server.condition, c),
    ...names.map((name) => stateOn(server, name, c)),
    sessionsOf(server),
  ];
}

function sessionsOf({ sessions, queue }: ServerStatus): string {
  if (sessions === null) return '?';
  return queue === null || queue === 0 ? String(sessions) : `${sessions} + ${queue} queued`;
}

/** `drain/up (hand)`: admin and operational state, and the owner where it is neither the file nor rejuv. */
function stateOn(server: ServerStatus, loadBalancer: string, c: Colours): string {
  const admin = server.admin[loadBalancer] ?? 'unknown';
  if (admin === 'unknown') return admin;
  const operational = server.operational[loadBalancer] ?? 'unknown';
  const owner = server.owner[loadBalancer] ?? 'unknown';
  const text = (admin === 'maint' ? admin : `${admin}/${operational}`) + ownerWords[owner];
  return server.divergent || owner === 'person' ? c.yellow(text) : text;
}

const ownerWords = {
  config: '',
  rejuv: '',
  person: ' (hand)',
  agent: ' (agent)',
  unknown: ' (?)',
} as const satisfies Record<ServerStatus['owner'][string], string>;

export function colouredCondition(condition: ServerStatus['condition'], c: Colours): string {
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

function operationsPart(operations: readonly OperationStatus[], view: View): string[] {
  if (operations.length === 0) return [];
  return ['operations', ...operations.flatMap((operation) => operationLines(operation, view))];
}

function operationLines(operation: OperationStatus, { c, now, timeZone, width }: View): string[] {
  const { id, kind, backend, server, spare, phase, running, deadline, reason, startedAt } = operation;
  const state = running ? c.cyan(phase) : c.yellow(`${phase}, left open until a sidecar starts`);
  const took = `for ${showDuration(now - Date.parse(startedAt))}`;
  const by = spare === null ? '' : `, spare ${spare}`;
  const until = deadline === null ? '' : `, this step until ${showInstant(deadline, now, timeZone)}`;
  return [
    ...wrap(`${id}  ${kind} of ${backend}/${server} ${took}: ${state}${by}${until}`, width, 2, 4),
    ...(reason === null ? [] : wrap(`why: ${clean(reason)}`, width, 6, 2)),
  ];
}

function findingLines(finding: Status['findings'][number], { c, now, timeZone, width }: View): string[] {
  const { at, severity, where, message, fix } = finding;
  const mark = severity === 'alert' ? c.red('alert') : c.yellow('warning');
  const place = where === null ? '' : `${where}: `;
  const said = where === null ? clean(message) : after(where, message);
  const since = at === null ? '' : ` (${showWhen(at, now, timeZone)})`;
  return [
    ...wrap(`${mark}: ${place}${readable(said, now, timeZone)}${since}`, width, 0, 2),
    ...(fix === null ? [] : wrap(clean(fix), width, 2, 2)),
  ];
}
