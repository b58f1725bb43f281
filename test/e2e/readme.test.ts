import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { Ran } from '../lab/run.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

/** A haproxy.cfg as somebody wrote it by hand, years ago; only the runtime socket is what the README asks for. */
const handWritten = `
global
    ${/^stats socket .*$/m.exec(readme)![0]}

defaults
    mode http
    timeout connect 5s
    timeout client  50s
    timeout server  50s

frontend web
    bind :8000
    default_backend shop

backend shop
    balance roundrobin
    option httpchk GET /health
    server web1 10.0.0.21:8080 check inter 300ms
    server web2 10.0.0.22:8080 check inter 300ms
`;

/** The commands of the ten-minute section, in order, without its installation. */
function commands(): string[] {
  const section = readme.split('## Ten minutes')[1]!.split('\n## ')[0]!;
  return [...section.matchAll(/```sh\n([^`]+)```/g)]
    .flatMap(([, block]) => block!.trim().split('\n'))
    .filter((line) => line.startsWith('rejuv '));
}

/** The first load balancer as its root sees it: /etc/rejuv with the key of step 2, and HAProxy's socket in /run. */
async function onFirstNode(lab: Lab): Promise<(command: string) => Promise<Ran>> {
  const node = join(lab.directory, 'node');
  for (const place of ['etc', 'run/haproxy', 'lib']) await mkdir(join(node, place), { recursive: true });
  const stage = `
    set -e
    lab=$1 node=$2 sockets=$3
    shift 3
    if ! [ -e "$node/etc/rejuv" ]; then
      cp -r /etc/. "$node/etc" 2>/dev/null || true
      rm -rf "$node/etc/rejuv"
      mkdir "$node/etc/rejuv"
      cp "$lab/id_ed25519" "$lab/known_hosts" "$node/etc/rejuv"
    fi
    mount --bind "$node/etc" /etc
    mount --bind "$node/lib" /var/lib
    mount --bind "$node/run" /run
    mount --bind "$sockets" /run/haproxy
    exec "$@"
  `;
  const sockets = join(lab.lb('lb-a').admin, '..');
  return async (command) =>
    await lab.exec([
      ...['unshare', '--mount', 'sh', '-c', stage, 'node', lab.directory, node, sockets],
      ...[process.execPath, main, ...command.split(' ').slice(1)],
    ]);
}

describeLab('the first page of the README', () => {
  it('takes a pair configured by hand to a drained server and back', { timeout: 120_000 }, async () => {
    await withLab({ servers: 3 }, async (lab) => {
      for (const lb of lab.lbs) {
        await lb.configure(handWritten);
        await lb.restart();
      }
      const run = await onFirstNode(lab);
      const all = commands();
      expect(all.map((command) => command.split(' ')[1])).toEqual([
        'init',
        'check',
        'status',
        'drain',
        'status',
        'ready',
      ]);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      for (const command of all) {
        const ran = await run(command);
        expect({ command, code: ran.code, said: ran.code === 0 ? '' : ran.stderr + ran.stdout }).toEqual({
          command,
          code: 0,
          said: '',
        });
        if (command.startsWith('rejuv init')) expect(ran.stderr).toContain('/etc/rejuv/rejuv.yaml: written');
        if (command.startsWith('rejuv drain')) {
          for (const lb of lab.lbs) expect((await lb.states()).get('web1')?.['srv_admin_state']).toBe('8');
        }
      }
      for (const lb of lab.lbs) expect((await lb.states()).get('web1')?.['srv_admin_state']).toBe('0');
      expect((await stat(join(lab.directory, 'node/etc/rejuv/rejuv.yaml'))).mode & 0o777).toBe(0o640);
    });
  });
});
