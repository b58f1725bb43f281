import { formatServerId } from '../../domain/names.ts';
import { comment, fillIn, fix, lines, type Line } from './line.ts';
import type { Seen } from './seen.ts';
import type { BackendSketch, ServerSketch } from './sketch.ts';
import { commentWord, yamlKey, yamlWord } from './yaml-words.ts';

/** The section of one backend. */
export function backendLines(backend: BackendSketch, seen: readonly Seen[]): Line[] {
  return [
    ...lines(`  ${yamlKey(backend.name)}`),
    ...minimumLines(backend, seen),
    ...uncheckedLines(backend),
    ...serverLines(backend),
    ...probeLines(backend),
  ];
}

function minimumLines({ serving, minServing }: BackendSketch, seen: readonly Seen[]): Line[] {
  const now = seen.map(({ name }, index) => `${serving[index] ?? 0} on ${name}`).join(', ');
  return [
    ...lines(
      '    mode: active-standby # spares serve nothing until they are needed; or active-active: all serve',
    ),
    fillIn(4, `how many servers must always serve; ${minServing} is a guess (serving now: ${now})`),
    ...lines(`    minServing: ${minServing}`),
  ];
}

function uncheckedLines({ unchecked, servers }: BackendSketch): Line[] {
  if (unchecked.length === 0) return [];
  const which =
    unchecked.length === servers.length
      ? 'no server here'
      : `not every server here (${unchecked.join(', ')})`;
  return [
    fix(
      4,
      `${which} has a health check: write \`check\` on the server lines in haproxy.cfg, or uncomment this`,
    ),
    ...lines(
      '    # allowUnchecked: true # count servers without a check as serving, though nothing proves it',
    ),
  ];
}

function serverLines({ servers, leftOut, unchecked }: BackendSketch): Line[] {
  const hasSpare = servers.some(({ role }) => role === 'spare');
  return [
    ...(hasSpare
      ? []
      : [
          fillIn(
            4,
            'which server is the spare (`role: spare`, and `disabled` in haproxy.cfg), or write `mode: active-active`; rejuvenation needs one of both',
          ),
        ]),
    ...lines(unchecked.length === 0 ? '    servers: # each has a health check in HAProxy' : '    servers:'),
    ...servers.flatMap(serverLine),
    ...comment(6, ...leftOut.map(({ name, why }) => `left out: ${name}: ${why}`)),
  ];
}

function serverLine({ id, place, role, ssh, sameHost, remarks, problems }: ServerSketch): Line[] {
  const parts = [
    ...(ssh === null ? [] : [`ssh: ${yamlWord(ssh)}`]),
    ...(role === 'spare' ? ['role: spare'] : []),
    ...(sameHost.length === 0
      ? []
      : [`sameHost: [${sameHost.map((other) => yamlWord(formatServerId(other))).join(', ')}]`]),
  ];
  const value = parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
  const said = commentWord([place, ...remarks].join('; '));
  return [
    ...problems.map((problem) => fix(6, problem)),
    ...lines(`      ${yamlKey(id.server)} ${value} # ${said}`),
  ];
}

function probeLines({ probe }: BackendSketch): Line[] {
  const expect = probe.expect === null ? '' : `, expect: ${probe.expect}`;
  const line = `probe: { http: ${JSON.stringify(probe.url)}${expect} }`;
  if (probe.known) {
    return [
      ...comment(
        4,
        'What HAProxy checks, by its haproxy.cfg; rejuv asks each server straight, three times in a row.',
      ),
      ...lines(`    ${line}`),
    ];
  }
  return [
    fillIn(
      4,
      'the address at which the application says that it is well; this one is a guess. Then uncomment it',
    ),
    ...lines(`    # ${line} # asked straight at the server, not through HAProxy`),
  ];
}

/** What rejuvenation does is nobody's to guess: examples, to be uncommented. */
export function exampleLines(timeZone: string): Line[] {
  const example = `
What follows are examples: change and uncomment what you want. \`actions\` need ssh on every server, a probe and a spare.
spare: # how a spare is woken and put to sleep; leave out where spares always run
  start: sudo -n systemctl start shop
  stop: sudo -n systemctl stop shop
duplex: # hands state over before traffic moves, in order
  - run: { on: aged, command: sudo -n shopctl flush-sessions, deadline: 30s }
  - copy: { from: /var/lib/shop/sessions, to: /var/lib/shop/sessions, deadline: 2m }
  - request: { on: spare, path: /warmup, times: 20 }
drain:
  persistence: 30s # grace for clients bound by a cookie or a stick table; then maint moves them
  deadline: 10m # for what still remains
  atDeadline: wait # or abort, or close (cuts the remaining sessions)
actions: # what rejuvenation does on the drained server, in order
  - run: { command: sudo -n find /var/tmp/shop -type f -mmin +60 -delete, deadline: 1m }
  - reboot: { command: sudo -n systemctl reboot, deadline: 10m }
schedule: # when it happens by itself
  - { cron: "30 3 * * *", timeZone: ${yamlWord(timeZone)}, pick: longest-running }`;
  return comment(4, ...example.trim().split('\n'));
}
