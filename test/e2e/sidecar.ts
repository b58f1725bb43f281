import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import type { Why } from '../../src/domain/why.ts';
import { withLab } from '../lab/describe-lab.ts';
import type { LabProcess } from '../lab/hub.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabOptions } from '../lab/options.ts';
import { until } from '../lab/until.ts';

/** A lab whose HAProxys, just started, are known to have no old workers; with the sidecar running in it. */
export async function withSidecar(
  options: LabOptions,
  test: (lab: Lab, sidecar: LabProcess) => Promise<void>,
): Promise<void> {
  await withLab(withoutOldWorkers(options), async (lab) => {
    const sidecar = await startSidecar(lab);
    try {
      await test(lab, sidecar);
    } finally {
      await sidecar.kill('SIGKILL');
    }
  });
}

export function withoutOldWorkers(options: LabOptions): LabOptions {
  return {
    ...options,
    configure: (file) => {
      file['oldWorkersGone'] = '1s';
      options.configure?.(file);
    },
  };
}

export async function startSidecar(lab: Lab): Promise<LabProcess> {
  const sidecar = lab.spawnRejuv(['run']);
  await until(
    'the sidecar answers',
    async () => (await lab.rejuv(['status'])).code === 0 && (await listens(lab)),
    { withinMs: 30_000 },
  ).catch((error: unknown) => {
    throw new Error(`the sidecar does not answer: ${sidecar.output.stderr}`, { cause: error });
  });
  return sidecar;
}

/** The socket of one that was killed is still there, and nobody listens at it. */
async function listens(lab: Lab): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = createConnection(join(lab.directory, 'rejuv.sock'));
    socket
      .on('error', () => resolve(false))
      .on('connect', () => {
        socket.destroy();
        resolve(true);
      });
  });
}

/** What `--json` printed, line by line. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const ajv = new Ajv2020({ allErrors: true, strict: false });
formats.default(ajv);

/** The document fits the contract of that name. */
export function expectContract(name: 'status' | 'progress' | 'why', document: unknown): void {
  const path = new URL(`../cli/contract/${name}.schema.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(path, 'utf8')) as object;
  const fits = ajv.validate(schema, document);
  expect(fits ? [] : ajv.errors).toEqual([]);
}

export interface ServerSeen {
  readonly name: string;
  readonly role: string;
  readonly list: string;
  readonly admin: Record<string, string>;
  readonly owner: Record<string, string>;
  readonly held: { reason: string } | null;
}

/** One server as `status --json` shows it. */
export async function serverIn(lab: Lab, name: string, backend = 'shop'): Promise<ServerSeen> {
  const { stdout } = await lab.rejuv(['status', '--json']);
  const status = JSON.parse(stdout) as { backends: { name: string; servers: ServerSeen[] }[] };
  const found = status.backends
    .find((one) => one.name === backend)
    ?.servers.find((server) => server.name === name);
  if (found === undefined) throw new Error(`status shows no ${backend}/${name}: ${stdout}`);
  return found;
}

/** `rejuv why --json`, which fits its contract. */
export async function whyOf(lab: Lab, name: string): Promise<Why> {
  const { stdout } = await lab.rejuv(['why', `shop/${name}`, '--json']);
  const why = JSON.parse(stdout) as Why;
  expectContract('why', why);
  return why;
}
