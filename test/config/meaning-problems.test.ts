import { describe, expect, it } from 'vitest';
import { findProblems } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { spoil } from './good-file.ts';

/** What is replaced, by what (‸ is where the problem must point), and the whole sentence. */
const cases: readonly (readonly [string, string, string])[] = [
  [
    `loadBalancers:
  lb-a:
    socket: /run/a.sock
`,
    `‸loadBalancers:
`,
    'there is one load balancer: lb-b; name exactly two: rejuv works on a pair',
  ],
  [
    `loadBalancers:
`,
    `‸loadBalancers:
  lb-c:
    socket: /run/c.sock
`,
    'there are more than two load balancers: lb-c, lb-a, lb-b; name exactly two: rejuv works on a pair',
  ],
  [
    'socket: ssh://10.0.0.12/run/b.sock',
    'socket: ‸/run/a.sock',
    'loadBalancers.lb-b.socket is the same socket as loadBalancers.lb-a.socket; name another one: each HAProxy has its own, and its master CLI one more',
  ],
  [
    'socket: ssh://10.0.0.12/run/b.sock',
    `socket: ssh://10.0.0.12/run/b.sock
    master: ‸ssh://other@10.0.0.12:22/run/b.sock`,
    'loadBalancers.lb-b.master is the same socket as loadBalancers.lb-b.socket; name another one: each HAProxy has its own, and its master CLI one more',
  ],
  [
    `ssh://10.0.0.12/run/b.sock
ssh:
  privateKey: /etc/rejuv/key`,
    '‸ssh://10.0.0.12/run/b.sock',
    'nothing to log in to 10.0.0.12 (and 3 more) with; add `privateKey: /path` or `agent: true` to the top-level `ssh:`',
  ],
  [
    'web1: { ssh: 10.0.0.21 }',
    `web1: { ssh: { host: 10.0.0.21, agent: true } }
      ‸web9:`,
    'server shop/web9 has no `ssh`, and `actions` needs it on every server; write `web9: { ssh: host }`',
  ],
  [
    'web2: { ssh: 10.0.0.22 }',
    'web2: { ssh: ‸10.0.0.21 }',
    'servers web1 and web2 of backend shop have the same SSH host 10.0.0.21, port 22; give each server its own host: a reboot of one would take the other along',
  ],
  [
    'web2: { ssh: 10.0.0.22 }',
    'web2: { ssh: ‸{ host: 10.0.0.21, port: 22 } }',
    'servers web1 and web2 of backend shop have the same SSH host 10.0.0.21, port 22; give each server its own host: a reboot of one would take the other along',
  ],
  [
    'web2: { ssh: 10.0.0.22 }',
    '‸web1: { ssh: 10.0.0.22 }',
    '`web1` is there twice; keep one of the two, or give it another name',
  ],
  [
    'minServing: 2',
    'minServing: ‸3',
    'backend shop has 2 primary server(s), and minServing is 3; lower minServing, or name more servers without `role: spare`',
  ],
  [
    '      api1: {}',
    `      api1: { ssh: web }
      ‸api2: {}
    duplex:
      - run: { on: aged, command: flush }`,
    'server api/api2 has no `ssh`, and a `run` of `duplex` needs it on every server; write `api2: { ssh: host }`',
  ],
  [
    '      api1: {}',
    `      api1: { ssh: web }
      ‸api2: {}
    duplex:
      - copy: { from: /a, to: /b }`,
    'server api/api2 has no `ssh`, and a `copy` of `duplex` needs it on every server; write `api2: { ssh: host }`',
  ],
  [
    `, role: spare }
    probe:
      http: "http://{address}:{port}/health"
    spare:
      start: start shop
    duplex:
      - run: { on: aged, command: flush }
      - copy: { from: /a, to: /b }
      - request: { on: spare, path: /warmup }
    drain:
      deadline: 10m
    actions:`,
    ` }
    probe:
      http: "http://{address}:{port}/health"
    ‸actions:`,
    'backend shop has `actions` but no spare to take over meanwhile; give one server `role: spare`',
  ],
  [
    `    probe:
      http: "http://{address}:{port}/health"
    spare:
      start: start shop
`,
    `    spare:
      ‸start: start shop
`,
    'backend shop has `spare.start` but no `probe`, so nothing would prove that a server is healthy again; add `probe: { http: "http://{address}:{port}/health" }`',
  ],
  [
    `    probe:
      http: "http://{address}:{port}/health"
    spare:
      start: start shop
    duplex:
      - run: { on: aged, command: flush }
      - copy: { from: /a, to: /b }
      - request: { on: spare, path: /warmup }
    drain:
      deadline: 10m
    actions:`,
    '    ‸actions:',
    'backend shop has `actions` but no `probe`, so nothing would prove that a server is healthy again; add `probe: { http: "http://{address}:{port}/health" }`',
  ],
  [
    'start: start shop',
    '‸stop: stop shop',
    'backend shop stops its spares, but has no `spare.start` to wake them; add `start`, or leave `stop` out too',
  ],
  [
    `    probe:
`,
    `    ‸probe:
      every: 1m
      passes: 9
`,
    'the probe of backend shop cannot pass 9 times in a row within its deadline; raise `deadline`, or lower `passes` or `every`',
  ],
  [
    `    actions:
      - run: { command: clean }
      - reboot:
    schedule:`,
    '    ‸schedule:',
    'backend shop has a `schedule` but no `actions`, so nothing would be done; add `actions:`, such as `- reboot:`',
  ],
  [
    'cron: "30 3 * * *"',
    'cron: ‸"30 25 * * *"',
    '"30 25 * * *" has "25" as its hour; write numbers from 0 to 23, * or lists, ranges and steps of them',
  ],
  [
    'cron: "30 3 * * *"',
    'cron: ‸"0 0 13 * 5"',
    '"0 0 13 * 5" restricts both day of month and day of week, which some crons read as "either" and others as "both"; restrict one of the two, and write * for the other',
  ],
  [
    'timeZone: Europe/Berlin',
    'timeZone: ‸Berlin',
    '"Berlin" is not a time zone; write a name of the tz database, such as Europe/Berlin or UTC',
  ],
  [
    'timeZone: Europe/Berlin',
    'timeZone: UTC, pick: ‸web4',
    '"web4" is not a server of backend shop; write longest-running, or a server: web1, web2, web3',
  ],
  [
    'timeZone: Europe/Berlin',
    'timeZone: UTC, pick: ‸longest',
    '"longest" is not a server of backend shop; write longest-running, or a server: web1, web2, web3',
  ],
  [
    'api1: {}',
    'api1: { sameHost: [‸api/api1] }',
    'api/api1 is in the same backend api; name servers of other backends; within one backend each server has its own host',
  ],
  [
    'api1: {}',
    'api1: { sameHost: [‸shop/web9] }',
    'there is no server shop/web9 in this file; correct the name, or add it',
  ],
  [
    'api1: {}',
    'api1: { sameHost: [‸constructor/web1] }',
    'there is no backend constructor in this file; correct the name, or add it',
  ],
  [
    'api1: {}',
    'api1: { sameHost: [‸web/web1] }',
    'there is no backend web in this file; correct the name, or add it',
  ],
  [
    'api1: {}',
    'api1: { sameHost: [‸shop/web1] }',
    'shop/web1 has actions of its own and does not name api/api1 in return; add `sameHost: [api/api1]` to shop/web1',
  ],
  [
    'web1: { ssh: 10.0.0.21 }',
    'web1: { ssh: 10.0.0.21, sameHost: [api/api1, ‸api/api1] }',
    'api/api1 is named twice; name it once',
  ],
  [
    'web1: { ssh: 10.0.0.21 }',
    'web1: { ssh: 10.0.0.21, sameHost: [‸api1] }',
    'backends.shop.servers.web1.sameHost[0] is "api1", which does not name a server; write backend/server',
  ],
  [
    `  api:
    minServing: 1
    servers:
      api1: {}
`,
    `  api:
    minServing: ‸1
    servers: {}
`,
    'backend api has 0 primary server(s), and minServing is 1; lower minServing, or name more servers without `role: spare`',
  ],
];

describe('values that make no sense together', () => {
  it.each(cases)('refuses, instead of %j: %j', (from, to, sentence) => {
    const { text, line, column } = spoil(from, to);
    const result = findProblems(text, cronRules);
    const problems = 'problems' in result ? result.problems : [];
    expect(
      problems.map((problem) => [problem.line, problem.column, `${problem.message}; ${problem.fix}`]),
    ).toEqual([[line, column, sentence]]);
  });
});
