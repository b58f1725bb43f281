import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { sudoers } from '../lab/identity.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabOptions } from '../lab/options.ts';
import { until } from '../lab/until.ts';

/** One finding of `rejuv check --json`. */
export interface Seen {
  readonly severity: 'ok' | 'note' | 'warning' | 'error';
  readonly group: string;
  readonly where: string;
  readonly message: string;
  readonly fix: string | null;
  readonly code: string | null;
}

const ajv = new Ajv2020({ allErrors: true, strict: false });
const schema = JSON.parse(
  readFileSync(new URL('../cli/contract/check.schema.json', import.meta.url), 'utf8'),
) as object;

/** Runs it; its findings fit their schema. */
export async function check(lab: Lab): Promise<{ readonly code: number | null; readonly findings: Seen[] }> {
  const { code, stdout, stderr } = await lab.rejuv(['check', '--json']);
  expect(stderr).toBe('');
  const findings = JSON.parse(stdout) as Seen[];
  expect(ajv.validate(schema, findings) ? [] : ajv.errors).toEqual([]);
  return { code, findings };
}

/** Errors and warnings as short as can be told apart: severity, place, and the code or the sentence. */
export function wrong(findings: readonly Seen[]): string[] {
  return findings
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ severity, where, code, message }) => `${severity} ${where}: ${code ?? message}`);
}

/** A text with this in it. */
export const has = (text: string): string => expect.stringContaining(text) as string;

/** lb-a on this machine, and lb-b over SSH; or both over SSH, where each has a systemd of its own. */
export function overSsh(...names: readonly ('lb-a' | 'lb-b')[]): LabOptions {
  const hosts = { 'lb-a': '10.0.0.11', 'lb-b': '10.0.0.12' };
  return {
    configure: (file) => {
      for (const name of names) {
        const socket = `ssh://rejuv@${hosts[name]}/run/haproxy`;
        file.loadBalancers[name] = { socket: `${socket}/admin.sock`, master: `${socket}/master.sock` };
      }
    },
  };
}

/** Changes the configuration of one load balancer and loads it. */
export async function reconfigure(
  lab: Lab,
  name: 'lb-a' | 'lb-b',
  change: (text: string) => string,
): Promise<void> {
  const lb = lab.lb(name);
  const text = await readFile(join(lb.host.directory, 'haproxy.cfg'), 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error('the change changes nothing');
  await lb.configure(changed);
  await lb.restart();
  // Not lab.waitUp(): a server may be gone from this one on purpose.
  await until('every check that is left has passed', async () =>
    [...(await lb.states()).values()].every(
      (row) => row['srv_admin_state'] !== '0' || row['srv_check_result'] === '3',
    ),
  );
}

/** Changes the sudoers file of one server. */
export async function writeSudoers(
  lab: Lab,
  server: string,
  change: (text: string) => string,
): Promise<void> {
  const before = sudoers(false);
  const after = change(before);
  if (after === before) throw new Error('the change changes nothing');
  // Written in place, because the file itself is mounted into the host.
  const path = join(lab.server(server).host.directory, 'etc/sudoers');
  await lab.exec(['chmod', '640', path]);
  await writeFile(path, after);
  await lab.exec(['chmod', '440', path]);
}
