import { existsSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import type { ServerStatus, Status } from '../../src/domain/status.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import type { LabOptions } from '../lab/options.ts';
import { until } from '../lab/until.ts';
import { startSidecar, withoutOldWorkers } from './sidecar.ts';

/** A shop that answers faults, on the lab: three primaries and a spare that runs, unless told otherwise. */
export interface FaultyShop {
  /** Overrides of the backend in the config file; `recover: undefined` is no ladder. */
  readonly backend?: Readonly<Record<string, unknown>>;
  /** The spare sleeps, as in the lab's own file. */
  readonly asleep?: boolean;
  readonly lab?: LabOptions;
}

const quick = {
  faults: { every: '500ms', fall: 3, rise: 2 },
  recover: [{ run: { command: 'sudo -n systemctl restart shop', deadline: '4s' } }],
  // Tests have one fault after another, and the lab's servers are few: two faults are no storm here, unless at once.
  storm: { share: '1/3', window: '3s', quiet: '6s' },
};

export async function withFaults(shop: FaultyShop, test: (lab: Lab) => Promise<void>): Promise<void> {
  const { lab, close } = await openFaults(shop);
  try {
    await test(lab);
  } finally {
    expect(await close(), 'rejuv took a server below minServing').toEqual([]);
  }
}

/** The same for a file that has one test after another on one lab. `close` tells what broke the floor. */
export async function openFaults(
  shop: FaultyShop,
): Promise<{ readonly lab: Lab; readonly close: () => Promise<readonly string[]> }> {
  const lab = await startLab(withoutOldWorkers(optionsOf(shop)));
  try {
    const sidecar = await startSidecar(lab);
    await untilVerdict(lab, 'every server is well', (servers) =>
      servers.every(({ watch }) => watch?.verdict === 'well'),
    );
    const watching = watchTheFloor(lab, 2);
    return {
      lab,
      async close() {
        const broken = await watching.stop();
        await sidecar.kill('SIGKILL');
        await lab.stop();
        return broken;
      },
    };
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

function optionsOf(shop: FaultyShop): LabOptions {
  const warm = ['web1', 'web2', 'web3'].map((name) => ({ name }));
  const servers = [...warm, { name: 'web4', disabled: true, enabled: true }];
  return {
    ...(shop.asleep === true ? {} : { servers }),
    ...shop.lab,
    configure: (file) => {
      const backend = file.backends['shop']!;
      if (shop.asleep !== true) delete backend['spare'];
      Object.assign(backend, quick, shop.backend);
      if (shop.backend !== undefined && 'recover' in shop.backend && shop.backend['recover'] === undefined) {
        delete backend['recover'];
      }
      shop.lab?.configure?.(file);
    },
  };
}

/** What the sidecar answers at its socket; a command for each look would cost the lab more than all else. */
export async function ask(lab: Lab, path: string): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const sent = get({ socketPath: join(lab.directory, 'rejuv.sock'), path, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve(JSON.parse(body)));
    });
    sent.on('error', reject);
  });
}

export async function statusNow(lab: Lab): Promise<Status> {
  return (await ask(lab, '/v1/status')) as Status;
}

export async function shopServers(lab: Lab): Promise<readonly ServerStatus[]> {
  return (await statusNow(lab)).backends[0]?.servers ?? [];
}

/** Every operation so far, oldest first. */
export async function operations(lab: Lab): Promise<Operation[]> {
  const { operations: newestFirst } = (await ask(lab, '/v1/history')) as { operations: Operation[] };
  return newestFirst.toReversed();
}

/** `failover web1 completed`, oldest first. */
export async function courses(lab: Lab): Promise<string[]> {
  return (await operations(lab)).map(({ kind, server, phase }) => `${kind} ${server} ${phase}`);
}

/** Waits until exactly these operations are on record, and says what there is instead when they do not come. */
export async function untilCourses(lab: Lab, wanted: readonly string[], withinMs = 45_000): Promise<void> {
  let seen: string[] = [];
  await until(
    'the operations',
    async () => {
      seen = await courses(lab);
      return seen.join() === wanted.join();
    },
    { withinMs, everyMs: 200 },
  ).catch(() => undefined);
  if (seen.join() === wanted.join()) return;
  const ended = (await operations(lab)).map(({ kind, server, spare, cause }) => ({
    ...{ kind, server, spare },
    because: cause?.reason ?? null,
  }));
  const told = (await statusNow(lab)).findings.map(({ message }) => message);
  expect({ seen, ended, told }).toEqual(wanted);
}

/** Waits until the watch and the status say so of the servers. */
export async function untilVerdict(
  lab: Lab,
  what: string,
  holds: (servers: readonly ServerStatus[]) => boolean,
  withinMs = 30_000,
): Promise<void> {
  let seen: readonly ServerStatus[] = [];
  await until(
    what,
    async () => {
      seen = await shopServers(lab);
      return seen.length > 0 && holds(seen);
    },
    { withinMs, everyMs: 100 },
  ).catch((error: unknown) => {
    throw new Error(`${what}: ${JSON.stringify(seen.map(({ name, watch }) => [name, watch]))}`, {
      cause: error,
    });
  });
}

/** `primary serving healthy`, by server. */
export async function stands(lab: Lab): Promise<Record<string, string>> {
  const servers = await shopServers(lab);
  return Object.fromEntries(
    servers.map(({ name, role, list, condition }) => [name, `${role} ${list} ${condition}`]),
  );
}

/** Codes of the alerts in the journal of the sidecar, in their order; what status shows may be over by now. */
export function alerts(lab: Lab): string[] {
  return journal(lab).flatMap((event) => (event['type'] === 'alert' ? [String(event['code'])] : []));
}

/** The events on the disk; each line is what was synced before it was acted upon. */
export function journal(lab: Lab): Record<string, unknown>[] {
  const path = join(lab.directory, 'state', 'journal.jsonl');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => eventOf(line));
}

function eventOf(line: string): Record<string, unknown>[] {
  try {
    const { event } = JSON.parse(line) as { event?: Record<string, unknown> };
    return event === undefined ? [] : [event];
  } catch {
    return []; // the head of the file, or a line that is being written
  }
}

interface Seen {
  readonly ready: boolean;
  readonly up: boolean;
}

/** Looks on, beside rejuv: no server that serves may be taken out while too few others serve on that load balancer. */
function watchTheFloor(lab: Lab, minimum: number): { stop(): Promise<readonly string[]> } {
  const broken: string[] = [];
  const before = new Map<string, Map<string, Seen>>();
  const stopping = new AbortController();
  const look = async (lb: Lab['lbs'][number]): Promise<void> => {
    const rows = await lb.states();
    const now = new Map(
      [...rows].map(([name, row]) => {
        const up = row['srv_op_state'] === '2';
        return [name, { ready: (Number(row['srv_admin_state']) & 0x3b) === 0, up }];
      }),
    );
    const serving = [...now.values()].filter(({ ready, up }) => ready && up).length;
    for (const [name, { ready, up }] of before.get(lb.name) ?? []) {
      const left = ready && up && now.get(name)?.ready === false;
      if (left && serving < minimum) broken.push(`${lb.name}: ${name} left, ${serving} serve`);
    }
    before.set(lb.name, now);
  };
  const work = (async () => {
    while (!stopping.signal.aborted) {
      // A load balancer that a test has stopped tells nothing.
      await Promise.all(lab.lbs.map(async (lb) => await look(lb).catch(() => undefined)));
      await sleep(40);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await work;
      return broken;
    },
  };
}

/** The sidecar's machine cuts the power of a host by a line in a file; this is the hand that does it. */
export function powerSwitch(lab: Lab): { readonly orders: string[]; stop(): Promise<void> } {
  const orders: string[] = [];
  const file = join(lab.directory, 'power');
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
      for (const line of lines.slice(orders.length)) {
        orders.push(line);
        const { host } = lab.server(line.split(' ')[0] ?? '');
        await host.powerOff();
        await host.powerOn();
      }
      await sleep(50);
    }
  })();
  return {
    orders,
    async stop() {
      stopping.abort();
      await work;
    },
  };
}
