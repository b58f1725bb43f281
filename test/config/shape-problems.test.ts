import { describe, expect, it } from 'vitest';
import { findProblems } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { spoil } from './good-file.ts';

/** What is replaced, by what (‸ is where the problem must point), and the whole sentence. */
const cases: readonly (readonly [string, string, string])[] = [
  ['poll: 2s', '‸pol: 2s', 'there is no key `pol` at the top level; write `poll`'],
  [
    'poll: 2s',
    '‸colour: red',
    'there is no key `colour` at the top level; the keys here are loadBalancers, ssh, state, listen, poll, oldWorkersGone, whenOneIsDown, onAlert, calendar, blockers, backends',
  ],
  ['    drain:', '    ‸drains:', 'there is no key `drains` in backends.shop; write `drain`'],
  ['role: spare', '‸rolle: spare', 'there is no key `rolle` in backends.shop.servers.web3; write `role`'],
  ['role: spare', 'role: ‸backup', 'backends.shop.servers.web3.role is "backup"; write primary or spare'],
  [
    `  shop:
    minServing: 2
`,
    `  ‸shop:
`,
    'backends.shop.minServing is missing; write a whole number from 1 to 10000',
  ],
  ['minServing: 2', 'minServing: ‸0', 'backends.shop.minServing is 0; write a whole number from 1 to 10000'],
  [
    'minServing: 2',
    'minServing: ‸-1',
    'backends.shop.minServing is -1; write a whole number from 1 to 10000',
  ],
  [
    'minServing: 2',
    'minServing: ‸1.5',
    'backends.shop.minServing is 1.5; write a whole number from 1 to 10000',
  ],
  [
    'minServing: 2',
    'minServing: ‸"2"',
    'backends.shop.minServing is "2"; write a whole number from 1 to 10000',
  ],
  [
    'minServing: 2',
    `mode: ‸active
    minServing: 2`,
    'backends.shop.mode is "active"; write active-standby or active-active',
  ],
  [
    'minServing: 2',
    `allowUnchecked: ‸yes
    minServing: 2`,
    'backends.shop.allowUnchecked is "yes"; write true or false',
  ],
  ['poll: 2s', 'poll: ‸2', 'poll is 2; write a duration such as 500ms, 30s, 10m, 1h30m or 2d'],
  [
    'poll: 2s',
    'poll: ‸"2"',
    'poll is "2", which has no unit; write a duration such as 500ms, 30s, 10m, 1h30m or 2d',
  ],
  [
    'poll: 2s',
    'poll: ‸two seconds',
    'poll is "two seconds", which is not a duration; write a duration such as 500ms, 30s, 10m, 1h30m or 2d',
  ],
  ['poll: 2s', 'poll: ‸30d', 'poll is "30d", which is longer than 24 days; write at most 24d'],
  ['poll: 2s', '‸poll:', 'poll is empty; write a duration such as 500ms, 30s, 10m, 1h30m or 2d'],
  [
    'deadline: 10m',
    'deadline: ‸0s',
    'backends.shop.drain.deadline is "0s", which leaves no time at all; write a duration longer than zero, such as 30s',
  ],
  [
    'deadline: 10m',
    'atDeadline: ‸kill',
    'backends.shop.drain.atDeadline is "kill"; write wait or abort or close',
  ],
  [
    'privateKey: /etc/rejuv/key',
    'privateKey: ‸~/.ssh/id',
    'ssh.privateKey is "~/.ssh/id", and ~ is not expanded here; write an absolute path, beginning with /',
  ],
  [
    'poll: 2s',
    'state: ‸lib/rejuv',
    'state is "lib/rejuv", which is not an absolute path; write an absolute path, beginning with /',
  ],
  [
    'poll: 2s',
    'listen: ‸rejuv.sock',
    'listen is "rejuv.sock", which is not an absolute path; write an absolute path, beginning with /',
  ],
  [
    'poll: 2s',
    'listen: { path: ‸rejuv.sock, group: ops }',
    'listen.path is "rejuv.sock", which is not an absolute path; write an absolute path, beginning with /',
  ],
  [
    'poll: 2s',
    `listen: ‸/${'x'.repeat(110)}`,
    'listen is "/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…", which is longer than the 107 bytes a unix socket may have; use a shorter path',
  ],
  [
    'poll: 2s',
    'onAlert: ‸""',
    'onAlert is "", which is no command; write a shell command such as sudo -n systemctl start shop',
  ],
  [
    'poll: 2s',
    '‸oldWorkerGone: 1m',
    'there is no key `oldWorkerGone` at the top level; write `oldWorkersGone`',
  ],
  [
    'start: start shop',
    'start: ‸"  "',
    'backends.shop.spare.start is "  ", which is no command; write a shell command such as sudo -n systemctl start shop',
  ],
  [
    `    spare:
      start: start shop`,
    '    spare: ‸[start]',
    'backends.shop.spare is a list; write a section with `start`, `stop`, `deadline`',
  ],
  [
    'socket: /run/a.sock',
    'socket: ‸run/a.sock',
    'loadBalancers.lb-a.socket is "run/a.sock", which is not an absolute path; write an absolute path, tcp://host:port or ssh://[user@]host[:port]/path (IPv6 as [::1], all in quotes then)',
  ],
  [
    'socket: /run/a.sock',
    'socket: ‸http://10.0.0.1:80',
    'loadBalancers.lb-a.socket is "http://10.0.0.1:80", which is neither tcp:// nor ssh://; write an absolute path, tcp://host:port or ssh://[user@]host[:port]/path (IPv6 as [::1], all in quotes then)',
  ],
  [
    'socket: /run/a.sock',
    'socket: ‸tcp://10.0.0.1',
    'loadBalancers.lb-a.socket is "tcp://10.0.0.1", which names no port; write tcp://host:port',
  ],
  [
    'socket: /run/a.sock',
    'socket: ‸tcp://10.0.0.1:99999',
    'loadBalancers.lb-a.socket is "tcp://10.0.0.1:99999", where "99999" is not a port; write a port from 1 to 65535',
  ],
  [
    'socket: /run/a.sock',
    'socket: ‸ssh://10.0.0.1',
    'loadBalancers.lb-a.socket is "ssh://10.0.0.1", which names no socket on that host; write an absolute path, tcp://host:port or ssh://[user@]host[:port]/path (IPv6 as [::1], all in quotes then)',
  ],
  [
    'socket: /run/a.sock',
    'socket: ‸ssh://a b@10.0.0.1/run/a.sock',
    'loadBalancers.lb-a.socket is "ssh://a b@10.0.0.1/run/a.sock", where "a b" is not a user name; write an absolute path, tcp://host:port or ssh://[user@]host[:port]/path (IPv6 as [::1], all in quotes then)',
  ],
  [
    'socket: /run/a.sock',
    'socket: ‸tcp://::1:9999',
    'loadBalancers.lb-a.socket is "tcp://::1:9999", an IPv6 address without brackets; put it in brackets and the whole in quotes, as in "[::1]:22"',
  ],
  [
    'ssh: 10.0.0.21',
    'ssh: ‸web 1',
    'backends.shop.servers.web1.ssh is "web 1", where "web 1" is not a host name; write [user@]host[:port], such as 10.0.0.21, rejuv@web1:2222 or "[::1]:22"',
  ],
  [
    'ssh: 10.0.0.21',
    'ssh: ‸10.0.0.21:http',
    'backends.shop.servers.web1.ssh is "10.0.0.21:http", where "http" is not a port; write a port from 1 to 65535',
  ],
  [
    'ssh: 10.0.0.21',
    'ssh: ‸"::1"',
    'backends.shop.servers.web1.ssh is "::1", an IPv6 address without brackets; put it in brackets and the whole in quotes, as in "[::1]:22"',
  ],
  [
    'ssh: 10.0.0.21',
    'ssh: { host: ‸"10.0.0.21:22" }',
    'backends.shop.servers.web1.ssh.host is "10.0.0.21:22", a host with a port; put the port under its own key, `port`',
  ],
  [
    'ssh: 10.0.0.21',
    'ssh: { host: 10.0.0.21, ‸key: /k }',
    'there is no key `key` in backends.shop.servers.web1.ssh; the keys here are host, user, port, privateKey, agent, knownHosts, connectTimeout',
  ],
  [
    '  lb-a:',
    '  ‸"lb a":',
    'loadBalancers: "lb a" is not a name that HAProxy accepts; use letters, digits and - _ . : as in haproxy.cfg',
  ],
  [
    '  api:',
    '  ‸"api;quit":',
    'backends: "api;quit" is not a name that HAProxy accepts; use letters, digits and - _ . : as in haproxy.cfg',
  ],
  [
    '      api1:',
    '      ‸api/1:',
    'backends.api.servers: "api/1" is not a name that HAProxy accepts; use letters, digits and - _ . : as in haproxy.cfg',
  ],
  [
    'http: "http://{address}:{port}/health"',
    'http: ‸"ftp://{address}/health"',
    'backends.shop.probe.http is "ftp://{address}/health", which is neither http nor https; write a URL such as "http://{address}:{port}/health"',
  ],
  [
    'http: "http://{address}:{port}/health"',
    'http: ‸"http://{adress}:{port}/health"',
    'backends.shop.probe.http is "http://{adress}:{port}/health", where {adress} is not a placeholder; write {address}',
  ],
  [
    'http: "http://{address}:{port}/health"',
    'http: ‸"http://{address}:{port}/{what}"',
    'backends.shop.probe.http is "http://{address}:{port}/{what}", where {what} is not a placeholder; the placeholders are {address}, {port}, {server}, {backend}',
  ],
  [
    'http: "http://{address}:{port}/health"',
    'http: ‸/health',
    'backends.shop.probe.http is "/health", which is not a URL; write a URL such as "http://{address}:{port}/health"',
  ],
  [
    `    probe:
      http: "http://{address}:{port}/health"`,
    `    ‸probe:
      expect: 200`,
    'backends.shop.probe.http is missing; write a URL such as "http://{address}:{port}/health"',
  ],
  [
    'http: "http://{address}:{port}/health"',
    `http: "http://{address}:{port}/health"
      expect: ‸2000`,
    'backends.shop.probe.expect is 2000; write a whole number from 100 to 599',
  ],
  ['on: aged', 'on: ‸old', 'backends.shop.duplex[0].run.on is "old"; write aged or spare or receiver'],
  [
    'from: /a',
    'from: ‸a',
    'backends.shop.duplex[1].copy.from is "a", which is not an absolute path; write an absolute path, beginning with /',
  ],
  [
    'path: /warmup',
    'path: ‸warmup',
    'backends.shop.duplex[2].request.path is "warmup", which does not start with /; write a path such as /warmup',
  ],
  [
    'path: /warmup',
    'path: ‸//warmup',
    'backends.shop.duplex[2].request.path is "//warmup", which is not the path of a request; write a path such as /warmup',
  ],
  [
    'path: /warmup',
    'path: /warmup, times: ‸0',
    'backends.shop.duplex[2].request.times is 0; write a whole number from 1 to 100000',
  ],
  [
    'run: { on: aged, command: flush }',
    '‸restart: { on: aged, command: flush }',
    'there is no key `restart` in backends.shop.duplex[0]; the keys here are run, copy, request',
  ],
  [
    `      - run: { command: clean }
      - reboot:`,
    `      - ‸run: { command: clean }
        reboot:`,
    'backends.shop.actions[0] is a section, which is not exactly one step; write one of `run:`, `reboot:` per list item',
  ],
  ['- reboot:', '- ‸reboot', 'backends.shop.actions[1] is "reboot"; write a section with `run`, `reboot`'],
];

describe('a value that is not what it should be', () => {
  it.each(cases)('refuses, instead of %j: %j', (from, to, sentence) => {
    const { text, line, column } = spoil(from, to);
    const result = findProblems(text, cronRules);
    const problems = 'problems' in result ? result.problems : [];
    expect(
      problems.map((problem) => [problem.line, problem.column, `${problem.message}; ${problem.fix}`]),
    ).toEqual([[line, column, sentence]]);
  });
});
