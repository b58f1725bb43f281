import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';

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

/** The README's config file, with this lab's paths in the place of /run and /etc. */
function configFor(lab: Lab): string {
  const yaml = /```yaml\n([^`]+)```/.exec(readme)![1]!;
  return yaml
    .replace('lb-a: { socket: /run/haproxy/admin.sock }', `lb-a: { socket: ${lab.lb('lb-a').admin} }`)
    .replaceAll('/etc/rejuv/', `${lab.directory}/`)
    .concat(`state: ${lab.directory}/state\nlisten: ${lab.directory}/rejuv.sock\n`);
}

describeLab('the first page of the README', () => {
  it('takes a pair configured by hand to a drained server and back', { timeout: 120_000 }, async () => {
    await withLab({ servers: 3 }, async (lab) => {
      for (const lb of lab.lbs) {
        await lb.configure(handWritten);
        await lb.restart();
      }
      await writeFile(join(lab.directory, 'rejuv.yaml'), configFor(lab));
      const all = commands();
      expect(all).toEqual([
        'rejuv check',
        'rejuv status',
        'rejuv drain shop/web1',
        'rejuv status',
        'rejuv ready shop/web1',
      ]);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      for (const command of all) {
        const ran = await lab.rejuv(command.split(' ').slice(1));
        expect({ command, code: ran.code, said: ran.code === 0 ? '' : ran.stderr + ran.stdout }).toEqual({
          command,
          code: 0,
          said: '',
        });
        if (command.startsWith('rejuv drain')) {
          for (const lb of lab.lbs) expect((await lb.states()).get('web1')?.['srv_admin_state']).toBe('8');
        }
      }
      for (const lb of lab.lbs) expect((await lb.states()).get('web1')?.['srv_admin_state']).toBe('0');
    });
  });
});
