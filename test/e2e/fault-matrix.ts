import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import type { Server } from '../lab/server.ts';
import { until } from '../lab/until.ts';
import { cellsToRun, endOf, failing, isLate, type Cell, type CellPhase, type End } from './fault-cells.ts';
import { openFaults, shopServers, type FaultyShop } from './fault-lab.ts';
import { expectExplained } from './fault-load.ts';
import { expectAlerts, expectWhy, untilBegun, untilEnds, untilStands, type Cast } from './fault-proof.ts';
import { inTwoOperations, recordFromNow, type Book } from './fault-record.ts';
import { held, keepOpen, strike, takeBack, untilItCanBeStruck } from './fault-strike.ts';

/** A spare that sleeps, a reboot as the last action, and commands that wait while a test holds them. */
function shopOf(persistence: string): FaultyShop {
  return {
    asleep: true,
    lab: {
      // Two short checks in a row may fail on a machine that is busy with something else. And a request whose server has
      // lost its network counts as in progress for as long as HAProxy waits for the answer.
      haproxy: { inter: '300ms', fall: 3, backendLines: ['timeout server 4s'] },
      servers: ['web1', 'web2', 'web3', 'web4'].map((name) => ({
        name,
        ...(name === 'web4' ? { disabled: true, enabled: true } : {}),
      })),
    },
    backend: {
      probe: {
        http: 'http://{address}:{port}/health',
        ...{ expect: 200, passes: 2, every: '150ms', timeout: '1s', deadline: '6s' },
      },
      spare: {
        start: held('start', 'sudo -n systemctl start shop'),
        stop: held('stop', 'sudo -n systemctl stop shop'),
      },
      duplex: [
        {
          run: { on: 'aged', command: held('duplexing', 'sudo -n shopctl flush-sessions'), deadline: '10s' },
        },
        { copy: { from: '/var/lib/shop/sessions', to: '/var/lib/shop/sessions', deadline: '30s' } },
        { request: { on: 'spare', path: '/warmup', times: 3 } },
      ],
      drain: { persistence, deadline: '20s', atDeadline: 'wait' },
      actions: [
        { run: { command: held('rejuvenating', 'true'), deadline: '8s' } },
        { reboot: { command: 'sudo -n systemctl reboot', deadline: '15s' } },
      ],
      // HAProxy has to be the first to notice a dead server.
      faults: { every: '500ms', fall: 4, rise: 2 },
      // As long as a reboot of somebody else's takes, and its boot.
      recover: [{ run: { command: 'sudo -n systemctl restart shop', deadline: '12s' } }],
      // One lab has many faults; none of them shall be a flap or a storm.
      flap: { times: 1000, window: '1m' },
    },
  };
}

const clients = {
  ...{ keepAlive: 6, cookie: 3, short: 3, slow: 2, timeoutMs: 6_000 },
  paths: { slow: '/slow?ms=500' },
};

/** One test per cell, one after another on one lab; a cell that fails costs the next one a lab of its own. */
export function cellsOf(phases: readonly CellPhase[], persistence: string): void {
  let open: Awaited<ReturnType<typeof openFaults>> | null = null;
  const close = async (): Promise<void> => {
    const broken = (await open?.close()) ?? [];
    open = null;
    expect(broken, 'rejuv took a server below minServing').toEqual([]);
  };
  afterAll(close);
  for (const cell of cellsToRun(phases)) {
    const end = endOf(cell);
    it(`${cell.fault} of the ${cell.who} server in ${cell.phase}: ${end.outcome}`, async () => {
      open ??= await openFaults(shopOf(persistence));
      try {
        await runCell(open.lab, cell, end);
      } catch (error) {
        await open.close();
        open = null;
        throw error;
      }
    });
  }
}

async function runCell(lab: Lab, cell: Cell, wanted: End): Promise<void> {
  const cast = await castNow(lab);
  const [aged, spare] = [lab.server(cast.A), lab.server(cast.S)];
  const struck = cell.who === 'same' ? aged : lab.server(cast.O);
  const book = recordFromNow(lab);
  const boots = struck.boots;
  // It is started at every boot of its host, as the others are, for a reboot shall bring back whoever it strikes.
  await spare.stopApp();
  const load = await lab.startLoad(clients);
  // A probe that fails earlier would be a fault of its own.
  const later = cell.phase === 'verifying';
  let release = later ? null : await keepOpen(cell.phase, aged, spare);
  await ask(lab, 'rejuvenation', cast.A);
  if (later) await untilBegun(lab, book, 'rejuvenating', 1);
  release ??= await keepOpen(cell.phase, aged, spare);
  await untilBegun(lab, book, cell.phase, stepsBefore[cell.phase] ?? 1);
  if (cell.who === 'same') await untilItCanBeStruck(struck, cell.phase);
  const at = Date.now();
  await strike(struck, cell);
  // Past the first action the server itself is under no watch. And the hand-over of a dead server fails at once, before
  // anybody has noticed: that is the other half of what can happen in that phase.
  const noticed = cell.who === 'other' || !(isLate(cell.phase) || isHandOverOfDead(cell));
  if (noticed)
    await until('the fault is noticed', () => noticedIn(book, struck.name, wanted), { withinMs: 20_000 });
  await release();
  // What is only told is put right by the person who was told.
  if (noticed && wanted.alerts.some((code) => code === 'nodes-disagree' || code === 'ssh-dead'))
    await takeBack(struck);
  const end = await untilEnds(lab, book, cast, wanted);
  await untilStands(lab, cast, end);
  const summary = await load.stop();
  expectExplained(summary, at, end.lost);
  for (const { server } of summary.failures) expect([undefined, struck.name]).toContain(server);
  await expectWhy(lab, book, end, struck.name);
  expect(inTwoOperations(book.events())).toEqual([]);
  expectAlerts(book, end);
  const itself = cell.fault === 'reboot' ? 1 : 0;
  const asked =
    cell.who === 'same' && /^rejuvenation A (completed|failed)/.test(end.courses[0] ?? '') ? 1 : 0;
  expect(struck.boots - boots, 'rejuv rebooted it more than once').toBeLessThanOrEqual(itself + asked);
  await makeWhole(lab);
}

/** Whoever is primary now; the last cell has moved the roles on. */
async function castNow(lab: Lab): Promise<Cast> {
  const servers = await shopServers(lab);
  const [A, O] = servers.filter(({ role }) => role === 'primary').map(({ name }) => name);
  const [S] = servers.filter(({ role }) => role === 'spare').map(({ name }) => name);
  if (A === undefined || O === undefined || S === undefined) throw new Error('the shop is not whole');
  return { A, O, S };
}

async function ask(lab: Lab, kind: 'rejuvenation' | 'recovery', server: string): Promise<void> {
  const body = JSON.stringify({ kind, target: { backend: 'shop', server }, by: 'the test' });
  const path = '/v1/operations';
  await new Promise<void>((resolve, reject) => {
    const sent = request({
      socketPath: join(lab.directory, 'rejuv.sock'),
      path,
      method: 'POST',
      agent: false,
    });
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => (text += more));
      response.on('end', () =>
        response.statusCode === 201 ? resolve() : reject(new Error(`${kind}: ${text}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function isHandOverOfDead({ fault, phase }: Cell): boolean {
  return fault === 'kill' && phase === 'duplexing';
}

/** How many steps have to be begun in the phase until the one that is kept open is. */
const stepsBefore: Readonly<Partial<Record<CellPhase, number>>> = { verifying: 2, registering: 4 };

/** It is on record as a fault; what is only told, once it was told. */
function noticedIn(book: Book, server: string, { alerts }: End): boolean {
  return book.events().some((event) => {
    if (event.type === 'alert') return ['nodes-disagree', 'ssh-dead'].includes(event.code);
    return event.type === 'fault-seen' && event.server.server === server && alerts.includes(failing);
  });
}

/** What a person does afterwards: the power, the network, and `rejuv recover` for whoever is held. */
async function makeWhole(lab: Lab): Promise<void> {
  await Promise.all(lab.servers.map(async (server: Server) => await takeBack(server)));
  const asked = new Map<string, string>();
  let seen = '';
  await until(
    'the shop is whole again',
    async () => {
      const all = await shopServers(lab);
      seen = JSON.stringify(
        all.map(({ name, role, list, condition, watch }) => [name, role, list, condition, watch?.verdict]),
      );
      // Somebody may have it at this moment: then a person asks again.
      for (const { name, list } of all) {
        if (list !== 'off' || asked.get(name) === '') continue;
        try {
          await ask(lab, 'recovery', name);
          asked.set(name, '');
        } catch (error) {
          asked.set(name, String(error));
        }
      }
      const well = all.every(({ watch, condition }) => watch?.verdict === 'well' && condition === 'healthy');
      return well && all.filter(({ list }) => list === 'serving').length === 3;
    },
    { withinMs: 60_000, everyMs: 100 },
  ).catch((error: unknown) => {
    throw new Error(`not whole again: ${seen} ${[...asked.values()].join()}`, { cause: error });
  });
}
