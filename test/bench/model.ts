// `npm run bench -- model`: see model.md.
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Chain } from '../../src/model/chain.ts';
import { steadyState } from '../../src/model/gth.ts';
import { patentChain } from '../../src/model/patent-chain.ts';
import { patentCluster } from '../../src/model/patent.ts';
import { serverCluster } from '../../src/model/server-cluster.ts';
import { reachedStates, serverChain, serverSuccessors } from '../../src/model/server-states.ts';
import { instantSwitchover, type ServerCluster } from '../../src/model/spare-cluster.ts';
import { checkFile } from '../vectors/check.ts';
import { sections } from '../vectors/sections.ts';
import { readVectorFile } from '../vectors/vector-file.ts';
import { denseSteadyState } from './dense.ts';
import { median, slope } from './figures.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '9' }, json: { type: 'string' } },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs is a whole number, at least 1');

const rates = {
  agingPerHour: 0.006,
  failurePerHour: 0.0005,
  repairPerHour: 0.25,
  restartPerHour: 4,
};
const rejuvenationPerHour = 0.02;

/** Long enough for the compiler to be done with a call before it is measured. */
const warmUpMs = 100;

/** The median time of a call in milliseconds. Short calls are repeated until they fill 2 ms. */
function medianMs(call: () => void): number {
  for (const start = performance.now(); performance.now() - start < warmUpMs;) call();
  let repeat = 1;
  const once = (): number => {
    const start = performance.now();
    for (let n = 0; n < repeat; n += 1) call();
    return performance.now() - start;
  };
  for (let took = once(); took < 2; took = once()) repeat *= 2;
  return median(Array.from({ length: runs }, () => once() / repeat));
}

/** log(time ratio) / log(size ratio) from the row before. */
function growth(rows: readonly { size: number; ms: number }[], at: number): number | null {
  const [before, now] = [rows[at - 1], rows[at]];
  if (before === undefined || now === undefined) return null;
  return Math.log(now.ms / before.ms) / Math.log(now.size / before.size);
}

/** The exponent of the power of the size by which the time grows, over all rows. */
function overallGrowth(rows: readonly { size: number; ms: number }[]): number {
  return slope(rows.map(({ size, ms }) => ({ x: Math.log(size), y: Math.log(ms) })));
}

const relative = (value: number, reference: number): number => Math.abs(value - reference) / reference;

function closedForm() {
  const rows = [10, 30, 100, 300, 1000, 3000, 10_000].map((servers) => {
    const cluster = { servers, ...rates };
    const chain = patentChain(cluster, rejuvenationPerHour);
    return {
      size: servers,
      states: chain.size,
      ms: medianMs(() => patentCluster(cluster, { perHour: rejuvenationPerHour })),
      generalMs: medianMs(() => steadyState(chain)),
    };
  });
  return rows.map((row, at) => ({ ...row, growth: growth(rows, at) }));
}

const activeServers = (servers: number, leastServing: number): ServerCluster => ({
  ...rates,
  primaries: servers,
  spares: 0,
  leastServing,
  mode: 'active-active',
  gate: 'spare',
  healthyFailurePerHour: 0,
  crews: 3,
  rejuvenatedAtOnce: 1,
  switchover: instantSwitchover,
});

function modelS() {
  const rows = Array.from({ length: 10 }, (_, n) => 10 * (n + 1)).map((servers) => {
    const cluster = activeServers(servers, Math.floor(servers * 0.95));
    const ms = medianMs(() => serverCluster(cluster, rejuvenationPerHour));
    return { size: servers, states: serverCluster(cluster, rejuvenationPerHour).states, ms };
  });
  return rows.map((row, at) => ({ ...row, growth: growth(rows, at) }));
}

function serverChainOf(servers: number): { chain: Chain; down: (place: number) => boolean } {
  const cluster = activeServers(servers, servers - 2);
  const successors = serverSuccessors(cluster, () => rejuvenationPerHour);
  const states = reachedStates(cluster, [successors]);
  return {
    chain: serverChain(cluster, states, successors),
    down: (place) => states[place]!.healthy + states[place]!.unstable < cluster.leastServing,
  };
}

function patentChainOf(servers: number): { chain: Chain; down: (place: number) => boolean } {
  const chain = patentChain({ servers, ...rates }, rejuvenationPerHour);
  return { chain, down: (place) => place === chain.size - 1 || place === chain.size - 2 };
}

function dense() {
  const chains = [
    ...[3, 10, 33, 99].map((n) => ({ what: `patent, n = ${n}`, ...patentChainOf(n) })),
    ...[4, 8, 12, 16].map((n) => ({ what: `model S, N = ${n}`, ...serverChainOf(n) })),
  ];
  return chains.map(({ what, chain, down }) => {
    const unavailability = (solution: Float64Array): number =>
      solution.reduce((sum, p, place) => (down(place) ? sum + p : sum), 0);
    const [ours, plain] = [
      unavailability(steadyState(chain).probabilities),
      unavailability(denseSteadyState(chain)),
    ];
    return {
      what,
      states: chain.size,
      ms: medianMs(() => steadyState(chain)),
      denseMs: medianMs(() => denseSteadyState(chain)),
      unavailability: ours,
      denseUnavailability: plain,
      denseError: relative(plain, ours),
    };
  });
}

function vectors() {
  const folder = fileURLToPath(new URL('../vectors', import.meta.url));
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.map((name) => {
    const results = checkFile(readVectorFile(join(folder, name)), sections);
    return {
      name,
      passed: results.reduce((sum, { passed }) => sum + passed, 0),
      total: results.reduce((sum, { total }) => sum + total, 0),
      largestError: Math.max(...results.map(({ largestError }) => largestError)),
    };
  });
}

const milliseconds = (ms: number): string => ms.toPrecision(3);
const exponent = (value: number | null): string => (value === null ? '' : value.toFixed(2));

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '--:')), ...rows.map(line), ''].join('\n');
}

const [closed, servers] = [closedForm(), modelS()];
const measured = {
  node: process.version,
  processor: cpus()[0]?.model ?? 'unknown',
  runs,
  closedForm: closed,
  closedFormGrowth: overallGrowth(closed),
  modelS: servers,
  modelSGrowth: overallGrowth(servers),
  dense: dense(),
  vectors: vectors(),
};

console.log(
  [
    `Node ${measured.node}, ${measured.processor}; medians of ${runs} runs, in milliseconds`,
    '',
    table(
      ['n', 'states', 'closed form', 'growth', 'general solver'],
      measured.closedForm.map((row) => [
        row.size,
        row.states,
        milliseconds(row.ms),
        exponent(row.growth),
        milliseconds(row.generalMs),
      ]),
    ),
    `The closed form takes time as n to the power of ${measured.closedFormGrowth.toFixed(2)} over all rows.`,
    '',
    table(
      ['model S, N', 'states', 'time', 'growth'],
      measured.modelS.map((row) => [row.size, row.states, milliseconds(row.ms), exponent(row.growth)]),
    ),
    `Model S takes time as N to the power of ${measured.modelSGrowth.toFixed(2)} over all rows.`,
    '',
    table(
      ['chain', 'states', 'general solver', 'dense', 'unavailability', 'dense, relative error'],
      measured.dense.map((row) => [
        row.what,
        row.states,
        milliseconds(row.ms),
        milliseconds(row.denseMs),
        row.unavailability.toExponential(3),
        row.denseError.toExponential(1),
      ]),
    ),
    table(
      ['vectors', 'passed', 'largest relative error'],
      measured.vectors.map((row) => [
        row.name,
        `${row.passed}/${row.total}`,
        row.largestError.toExponential(1),
      ]),
    ),
  ].join('\n'),
);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(measured, null, 2)}\n`);
if (measured.vectors.some(({ passed, total }) => passed < total)) process.exitCode = 1;
