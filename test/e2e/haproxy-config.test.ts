import { expect, it } from 'vitest';
import { readConfiguration } from '../../src/io/haproxy-config/configuration.ts';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import type { LoadBalancer } from '../lab/lb.ts';
import { until } from '../lab/until.ts';

/** Configurations that HAProxy itself accepts and runs; what it says of its servers is what the reader must say. */
const accepted: Readonly<Record<string, string>> = {
  'defaults, named defaults and defaults from defaults': `
defaults base
    mode http
    timeout connect 3s
    timeout client 10s
    timeout server 10s
    default-server check inter 500ms fall 4
defaults quick from base
    default-server rise 3
backend a from base
    server one 10.0.0.21:8080
    server two 10.0.0.22:8080 fall 7 backup
backend b from quick
    server one 10.0.0.21:8080
    default-server fall 2 disabled
    server two 10.0.0.22:8080
    server three 10.0.0.23:8080 enabled rise 9 no-check
`,
  'quotes, escapes and comments': `
defaults
    mode http
    timeout connect 3s # check fall 9
    timeout client 10s
    timeout server 10s
backend a
    cookie "a b" insert
    default-server 'check' inter 500ms "fall" 5
    server "one" 10.0.0.21:8080 cookie check # fall 1
    server tw\\x6f 10.0.0.22:8080 cookie two\\o#fall 1
    server three 10.0.0.23:8080 no-check cookie "fall 1" # "not closed
`,
  'templates, listeners and values that look like words': `
defaults
    mode tcp
    timeout connect 3s
    timeout client 10s
    timeout server 10s
    default-server inter 500ms
listen l
    bind :7777
    server-template web 2-4 10.0.0.21:8080 check fall 6
    server last 10.0.0.24:8080 weight 10 maxconn 5 id 77 disabled check rise 1
`,
};

describeLab('the reader of haproxy.cfg', () => {
  it('says of each server what HAProxy itself says', { timeout: 120_000 }, async () => {
    await withLab({ servers: 4, noWait: true }, async (lab) => {
      const lb = lab.lb('lb-a');
      for (const [name, sections] of Object.entries(accepted)) {
        const text = `global\n    stats socket /run/haproxy/admin.sock mode 660 level admin\n${sections}`;
        await lb.configure(text);
        const { code, stderr } = await lb.host.exec(['haproxy', '-c', '-f', '/run/lab/haproxy.cfg']);
        expect({
          name,
          accepted: code === 0 || stderr.includes('no listener'),
          stderr: code === 0 ? '' : stderr,
        }).toMatchObject({ name, accepted: true });
        await lb.restart();
        const { proxies } = readConfiguration([{ path: 'haproxy.cfg', text }]);
        for (const [backend, proxy] of proxies) {
          expect(proxy.unsure).toEqual([]);
          const stats = await statsOf(lb, backend);
          const states = await lb.states(backend);
          expect([...proxy.servers.keys()]).toEqual([...states.keys()]);
          for (const [server, words] of proxy.servers) {
            const state = states.get(server)!;
            const stat = stats.get(server)!;
            const running = {
              disabled: (Number(state['srv_admin_state']) & 4) !== 0,
              check: (Number(state['srv_check_state']) & 2) !== 0,
              backup: stat['bck'] === '1',
              // Only shown where a check runs.
              ...(stat['check_fall'] === ''
                ? {}
                : { rise: Number(stat['check_rise']), fall: Number(stat['check_fall']) }),
            };
            expect({ name, backend, server, ...words }).toMatchObject({ name, backend, server, ...running });
          }
        }
      }
    });
  });
});

async function statsOf(lb: LoadBalancer, backend: string): Promise<Map<string, Record<string, string>>> {
  let rows: string[] = [];
  await until('its counters are there', async () => {
    rows = (await lb.command(`show stat ${backend} 4 -1`)).trim().split('\n');
    return rows.length > 1;
  });
  const [header = '', ...lines] = rows;
  const names = header.replace(/^# /, '').split(',');
  return new Map(
    lines.map((line) => {
      const cells = line.split(',');
      const row = Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
      return [row['svname'] ?? '', row];
    }),
  );
}
