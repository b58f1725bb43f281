/** A file without problems; each case changes one thing in it. */
export const goodFile = `loadBalancers:
  lb-a:
    socket: /run/a.sock
  lb-b:
    socket: ssh://10.0.0.12/run/b.sock
ssh:
  privateKey: /etc/rejuv/key
poll: 2s
backends:
  shop:
    minServing: 2
    servers:
      web1: { ssh: 10.0.0.21 }
      web2: { ssh: 10.0.0.22 }
      web3: { ssh: 10.0.0.23, role: spare }
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
    actions:
      - run: { command: clean }
      - reboot:
    schedule:
      - { cron: "30 3 * * *", timeZone: Europe/Berlin }
  api:
    minServing: 1
    servers:
      api1: {}
`;

/** Marks the place that the problem must point at. */
export const mark = '‸';

/** The good file with one text replaced, and the line and column of the mark in the new one. */
export function spoil(from: string, to: string): { text: string; line: number; column: number } {
  if (goodFile.split(from).length !== 2) throw new RangeError(`${from} is not in the good file exactly once`);
  const marked = goodFile.replace(from, () => to);
  const before = marked.slice(0, marked.indexOf(mark)).split('\n');
  return { text: marked.replace(mark, ''), line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
