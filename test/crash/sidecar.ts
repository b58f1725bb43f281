// The sidecar of the built package, but that it ends itself with SIGKILL at a named point:
// `node sidecar.js CONFIG '{"at":"draining: before lb-a setAdmin aged drain","takenUp":false}'`; without a point it lives.
import { runDaemon } from '../../src/cli/daemon.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { World } from '../../src/control/world.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { createClock } from '../../src/io/clock.ts';
import { cronRules } from '../../src/io/cron.ts';
import { Life, mortal, type Tap } from '../fakes/mortal.ts';
import type { Point } from './trials.ts';

const path = process.argv[2]!;
const point = JSON.parse(process.argv[3] ?? 'null') as Point | null;

/** The same names as on the fakes, with who a server is in the operation instead of its name and address. */
function nameOf(world: World, operation: Operation | undefined, detail: string): string {
  const servers = world.settings.backends.flatMap((backend) => backend.servers);
  return servers.reduce((text, { name, ssh }) => {
    const part = name === operation?.server ? 'aged' : name === operation?.spare ? 'spare' : name;
    return text.replace(`shop/${name}`, part).replace(ssh?.host ?? name, part);
  }, detail);
}

function tapOn(world: World, at: Point): Tap {
  return (call, when) => {
    const operation = world.store.records.operations.at(-1);
    const takenUp = (operation?.resumedAt.length ?? 0) > 0;
    const detail = nameOf(world, operation, call.detail);
    const here = `${operation?.phase ?? 'none'}: ${when} ${call.name} ${detail}`.trim();
    if (takenUp === at.takenUp && here.startsWith(at.at)) process.kill(process.pid, 'SIGKILL');
    return 'go';
  };
}

const settings = async () => await loadConfig(path, { cron: cronRules });
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort(new Error('a signal asked the sidecar to stop')));
await runDaemon(
  { settings: await settings(), reread: settings, onReload: () => () => undefined },
  {
    clock: createClock(),
    env: process.env,
    log: null,
    around: (world) => (point === null ? world : mortal(world, new Life(), tapOn(world, point))),
  },
  stop.signal,
);
