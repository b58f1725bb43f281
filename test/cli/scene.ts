import { PassThrough } from 'node:stream';
import { runCli } from '../../src/cli/cli.ts';
import type { Finding } from '../../src/cli/check/finding.ts';
import type { Surroundings } from '../../src/cli/init/surroundings.ts';
import type { Direct, Outside } from '../../src/cli/outside.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { readGivenRates } from '../../src/config/given-rates.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { createCron, cronRules } from '../../src/io/cron.ts';
import { lookAtRecords } from '../../src/io/store/look.ts';
import { setAside } from '../../src/io/store/set-aside.ts';
import { createFakeControl, type FakeControl } from '../fakes/control.ts';

/** The config file of a scene. */
export const sceneConfig = `
loadBalancers:
  lb-a: { socket: /run/a.sock }
  lb-b: { socket: /run/b.sock }
state: /var/lib/rejuv
listen: /run/rejuv/rejuv.sock
backends:
  shop:
    mode: active-standby
    minServing: 1
    servers:
      web1: {}
      web2: {}
      web4: { role: spare }
    probe: { http: "http://{address}:{port}/health", expect: 200 }
`;

/** One command line under test: a fake world, captured streams, and the person at the keys. */
export interface Scene {
  readonly control: FakeControl;
  /** A sidecar answers; otherwise commands act straight on the sockets. */
  sidecar: boolean;
  isTTY: boolean;
  env: Record<string, string>;
  findings: Finding[];
  /** The HAProxys that `init` can find and ask; none at first. */
  surroundings: Surroundings;
  /** Raised when the records are opened. */
  refusal: Error | null;
  warnings: string[];
  /** In order: which ways were taken, and what was closed or left. */
  readonly took: string[];
  readonly configPaths: string[];
  /** Where the sidecar is, if the config file says so in a plain line. */
  listenLine: string | null;
  /** What the file of `advise --given` says, and the pictures that were drawn. */
  rates: string;
  readonly pictures: Map<string, string>;
  columns: number;
  /** Where the records are instead, on the disk of this machine. */
  state: string | null;
  /** The wall clock, Unix milliseconds. */
  now: number;
  readonly stdin: PassThrough;
  out(): string;
  err(): string;
  /** Ctrl-C, or SIGTERM. */
  signal(name: 'SIGINT' | 'SIGTERM'): void;
  listening(name: 'SIGINT' | 'SIGTERM'): boolean;
  run(...argv: string[]): Promise<number>;
}

export function setScene(text = sceneConfig): Scene {
  const settings: Settings = readConfig(text, { path: 'rejuv.yaml', cron: cronRules });
  const streams = { out: '', err: '' };
  const listeners = new Map<string, Set<() => void>>([
    ['SIGINT', new Set()],
    ['SIGTERM', new Set()],
  ]);
  const stdin = new PassThrough();
  const scene: Scene = {
    control: createFakeControl(),
    sidecar: true,
    isTTY: false,
    env: { LOGNAME: 'kim' },
    findings: [],
    surroundings: {
      findSockets: () => Promise.resolve([]),
      exists: () => Promise.resolve(false),
      connect: () => Promise.reject(new Error('this scene has no HAProxy')),
    },
    refusal: null,
    warnings: [],
    took: [],
    configPaths: [],
    listenLine: null,
    rates: '',
    pictures: new Map(),
    columns: 80,
    state: null,
    now: Date.parse('2026-11-21T03:30:00Z'),
    stdin,
    out: () => streams.out,
    err: () => streams.err,
    signal: (name) => {
      for (const listener of [...listeners.get(name)!]) listener();
    },
    listening: (name) => listeners.get(name)!.size > 0,
    run: async (...argv) => await runCli(argv, terminal(), outside()),
  };

  const capture = (name: 'out' | 'err'): PassThrough => {
    const stream = new PassThrough();
    stream.on('data', (chunk: Buffer) => (streams[name] += chunk.toString()));
    return stream;
  };
  const terminal = (): Terminal => ({
    stdout: capture('out'),
    stderr: capture('err'),
    stdin,
    env: scene.env,
    isTTY: scene.isTTY,
    colours: false,
    errorColours: false,
    columns: scene.columns,
    timeZone: 'UTC',
    onSignal(name, listener) {
      listeners.get(name)!.add(listener);
      return () => listeners.get(name)!.delete(listener);
    },
  });
  const direct = (way: string): Direct => {
    if (scene.refusal !== null) throw scene.refusal;
    scene.took.push(way);
    return {
      control: scene.control,
      warnings: scene.warnings,
      close: () => Promise.resolve(void scene.took.push('closed')),
    };
  };
  const outside = (): Outside => ({
    clock: {
      now: () => scene.now,
      monotonic: () => 0,
      sleep: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
      after: () => () => undefined,
      timeout: () => ({ signal: new AbortController().signal, clear: () => undefined }),
    },
    settings: (path) => {
      scene.configPaths.push(path);
      if (path !== '/missing.yaml') return Promise.resolve(settings);
      return Promise.reject(new RejuvError('config-unreadable', { path, problem: 'there is no such file' }));
    },
    listenLine: () => Promise.resolve(scene.listenLine),
    configSchema: () => Promise.resolve({ title: 'rejuv configuration' }),
    sidecar: () => Promise.resolve(scene.sidecar ? scene.control : null),
    direct: async (_, { unrecorded }) => await Promise.resolve(direct(unrecorded ? 'unrecorded' : 'direct')),
    onlooker: async () => await Promise.resolve(direct('onlooker')),
    history: () => Promise.resolve(scene.control.past),
    daemon: async (_, log, stop) => {
      log.write('up\n');
      await new Promise((resolve) => stop.addEventListener('abort', resolve));
    },
    examine: () => Promise.resolve(scene.findings),
    records: async ({ stateDirectory }) => await lookAtRecords(scene.state ?? stateDirectory),
    setAside: async ({ stateDirectory }) => await setAside(scene.state ?? stateDirectory, scene.now),
    rates: async (path) => await Promise.resolve(readGivenRates(scene.rates, path)),
    cron: () => Promise.resolve(createCron()),
    savePicture: (path, picture) => Promise.resolve(void scene.pictures.set(path, picture)),
    init: scene.surroundings,
  });
  return scene;
}

/** The lines of JSON on standard output. */
export function jsonLines(scene: Scene): Record<string, unknown>[] {
  return scene
    .out()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
