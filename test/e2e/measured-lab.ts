import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import { withLab } from '../lab/describe-lab.ts';
import type { LabProcess } from '../lab/hub.ts';
import type { Lab } from '../lab/lab.ts';
import { exporterPort } from '../lab/measured-server.ts';
import type { LabOptions } from '../lab/options.ts';
import type { RejuvFile } from '../lab/rejuv-file.ts';
import { until } from '../lab/until.ts';
import { journal, operations, shopServers } from './fault-lab.ts';
import { startSidecar, withoutOldWorkers } from './sidecar.ts';

/** A leak of so much ages a server of 512 MiB, of which about a fifth is in use when it is young. */
export const leakMib = 240;
export const memoryAged = 'memory.used > 50%';
const often = { every: '1s', timeout: '1s', stale: '10s' };

/** What every measured shop has: a real node exporter on each server, and the page of the application itself. */
const sources = {
  node: { exporter: `http://{address}:${exporterPort}/metrics`, ...often },
  app: { exporter: 'http://{address}:{port}/metrics', ...often },
};

export interface MeasuredShop {
  /** Overrides of the backend in the config file. */
  readonly backend: Readonly<Record<string, unknown>>;
  readonly configure?: (file: RejuvFile) => void;
  readonly lab?: LabOptions;
  /** Before the sidecar starts. */
  readonly before?: (lab: Lab) => Promise<void>;
}

/** A lab whose servers are measured, with the sidecar, once every server that serves has a measured memory. */
export async function withMeasured(
  { backend, configure, lab: options, before }: MeasuredShop,
  test: (lab: Lab, sidecar: LabProcess) => Promise<void>,
): Promise<void> {
  const wanted: LabOptions = {
    measured: true,
    ...options,
    configure: (file) => {
      file['poll'] = '1s';
      const quick = { drain: { persistence: '1s', deadline: '20s', atDeadline: 'wait' } };
      Object.assign(file.backends['shop']!, { sources, ...quick }, backend);
      delete file.backends['shop']!['schedule'];
      configure?.(file);
    },
  };
  await withLab(withoutOldWorkers(wanted), async (lab) => {
    await until('every node exporter answers', async () => {
      const pages = await Promise.all(lab.servers.map(async ({ address }) => await memoryOf(lab, address)));
      return pages.every((share) => share > 0 && share < 0.5);
    });
    await before?.(lab);
    const sidecar = await startSidecar(lab);
    try {
      await test(lab, sidecar);
    } finally {
      await sidecar.kill('SIGKILL');
    }
  });
}

/** The share of memory in use, as the node exporter of that server says. */
export async function memoryOf(lab: Lab, address: string): Promise<number> {
  const page = await fetchIn(lab, `http://${address}:${exporterPort}/metrics`);
  const value = (name: string): number =>
    Number(new RegExp(`^node_memory_${name}_bytes (\\S+)$`, 'm').exec(page)?.[1]);
  return 1 - value('MemAvailable') / value('MemTotal');
}

/** A page, asked for in the hub, where rejuv lives. */
export async function fetchIn(lab: Lab, url: string): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(['curl', '-sS', '-m', '5', url]);
  if (code !== 0) throw new Error(`GET ${url}: ${stderr}`);
  return stdout;
}

/** Lets the application of a server leak, in blocks that the system takes back when they are freed. */
export async function leak(lab: Lab, name: string, mib = leakMib): Promise<number> {
  for (let left = mib; left > 0; left -= 40) {
    await lab.server(name).app(`/leak?mb=${Math.min(40, left)}`);
    // It answers nobody while it takes a block, and is not to fail its health checks by that.
    await sleep(200);
  }
  return Date.now();
}

export interface AgedSeen {
  readonly at: number;
  readonly type: string;
  readonly server: string;
  readonly severity: string;
  readonly rule: string;
  readonly evidence: string;
}

/** What measured aging has recorded so far. */
export function agedSoFar(lab: Lab): AgedSeen[] {
  return journal(lab).flatMap((event) => {
    if (event['type'] !== 'aged' && event['type'] !== 'aged-over') return [];
    const { server, ...rest } = event as unknown as { server: { server: string } } & Omit<AgedSeen, 'server'>;
    return [{ ...rest, server: server.server }];
  });
}

export async function untilAged(lab: Lab, server: string, withinMs = 45_000): Promise<AgedSeen> {
  const found = (): AgedSeen | undefined =>
    agedSoFar(lab).find((one) => one.type === 'aged' && one.server === server);
  await until(`${server} is aged`, () => found() !== undefined, { withinMs, everyMs: 100 });
  return found()!;
}

/** Waits until the newest operation has ended so; gives it. */
export async function untilEnded(lab: Lab, phase: string, withinMs = 60_000): Promise<Operation> {
  let last: Operation | undefined;
  await until(
    `an operation is ${phase}`,
    async () => {
      last = (await operations(lab)).at(-1);
      return last?.endedAt !== null && last?.endedAt !== undefined;
    },
    { withinMs, everyMs: 200 },
  );
  expect(last, JSON.stringify(last?.cause)).toMatchObject({ phase });
  return last!;
}

/** Waits until a rejuvenation has ended well, whatever else went on before it. */
export async function untilRejuvenated(lab: Lab, withinMs = 90_000): Promise<Operation> {
  let found: Operation | undefined;
  await until(
    'a rejuvenation has ended',
    async () => {
      found = (await operations(lab)).find(
        ({ kind, endedAt }) => kind === 'rejuvenation' && endedAt !== null,
      );
      return found !== undefined;
    },
    { withinMs, everyMs: 200 },
  );
  expect(found, JSON.stringify(found?.cause)).toMatchObject({ phase: 'completed' });
  return found!;
}

export async function conditionNow(lab: Lab, name: string): Promise<string | undefined> {
  return (await shopServers(lab)).find((one) => one.name === name)?.condition;
}
