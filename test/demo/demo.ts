// `npm run demo`: one rejuvenation on a live pair of HAProxys under load, told as it goes, and a page at the end.
import { setTimeout as sleep } from 'node:timers/promises';
import { labAvailable } from '../lab/available.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import type { Failure, LoadSummary } from '../lab/load-count.ts';
import type { Server } from '../lab/server.ts';
import { byHand } from './by-hand.ts';
import { page, type Boot } from './page.ts';
import { rejuvenate, startSidecar } from './sidecar.ts';
import { makeTale } from './tale.ts';
import { between, nextReport } from './traffic.ts';

const aged = 'web1';
const spare = 'web4';
const calmMs = 8000;
const clients = { keepAlive: 15, cookie: 10, short: 5, slow: 5, thinkMs: 100 };

const started = performance.now();
const now = (): number => performance.now() - started;
const print = (text: string): void => console.log(text);
const say = (text: string): void => print(`${(now() / 1000).toFixed(1).padStart(6)} s  ${text}`);

async function demo(keep: boolean): Promise<number> {
  const available = await labAvailable();
  if (!available.ok) {
    print(`The demo cannot run here: ${available.reason}`);
    return 1;
  }
  say('starting a lab: two HAProxys, three servers in service, and web4, a spare that sleeps');
  const lab = await startLab({
    haproxy: { inter: '1000ms' }, // as in haproxy/pair.cfg
    downMs: 4000, // a reboot takes longer on real machines; nothing else depends on it
    // After an HAProxy process change rejuv waits 10 minutes before it reboots anything, because old workers may still
    // hold clients. The HAProxys of this lab are new, so there are none.
    configure: (file) => (file['oldWorkersGone'] = '1s'),
  });
  const leaving = new AbortController();
  const leave = (): void => {
    if (leaving.signal.aborted) return;
    leaving.abort();
    print('\nstopping the lab');
    void lab.stop().then(() => process.exit(130));
  };
  process.on('SIGINT', leave);
  process.on('SIGTERM', leave);
  try {
    return await story(lab, keep);
  } catch (error) {
    if (leaving.signal.aborted) return await forever(); // what breaks while the lab is stopped is no news
    throw error;
  } finally {
    if (!leaving.signal.aborted) await lab.stop();
  }
}

async function story(lab: Lab, keep: boolean): Promise<number> {
  const server = lab.server(aged);
  await server.app('/age?ms=400');
  await server.app('/leak?mb=200');
  say(
    `${aged} has aged: it runs for a month, its shop has leaked 200 MiB and takes 400 ms for what others do at once`,
  );
  await startSidecar(lab);
  say(`\`rejuv run -c ${lab.configFile}\` watches the pair`);
  const load = await lab.startLoad(clients);
  say(
    '35 clients are at work on both HAProxys: keep-alive, bound by a cookie, one connection per request, slow',
  );

  const bootBefore = await boot(server);
  const first = await nextReport(load);
  const latencyBefore = await sample(lab);
  const before = await nextReport(load);

  say(`\`rejuv rejuvenate shop/${aged} --json\``);
  const tale = makeTale(print, now);
  const outcome = await rejuvenate(lab, aged, tale);
  const during = await nextReport(load);

  say('and the same load for a while longer, to see what changed');
  const latencyAfter = await sample(lab);
  const after = keep ? await nextReport(load) : await load.stop();

  const status = await lab.rejuv(['status']);
  print(
    page({
      server: aged,
      lines: outcome.lines,
      traffic: {
        before: between(first, before),
        during: between(before, during),
        after: between(during, after),
      },
      latency: { before: latencyBefore.latencyMs, after: latencyAfter.latencyMs },
      boot: { before: bootBefore, after: await boot(server) },
      status: status.stdout,
    }),
  );
  const failures = [...latencyBefore.failures, ...after.failures, ...latencyAfter.failures];
  const failed = latencyBefore.failed + after.failed + latencyAfter.failed;
  const completed = outcome.status === 0 && outcome.lines.at(-1)?.state === 'completed';
  print(verdict({ completed, failed, failures, sent: after.sent, problem: outcome.stderr }));
  if (keep) {
    print(byHand(lab, aged));
    await forever();
  }
  return completed && failed === 0 ? 0 : 1;
}

/** Latency as two more clients see it: the others' figures never start afresh. */
async function sample(lab: Lab): Promise<LoadSummary> {
  const load = await lab.startLoad({ keepAlive: 2, thinkMs: 20, durationMs: calmMs });
  await sleep(calmMs);
  return await load.stop();
}

async function boot(server: Server): Promise<Boot> {
  const { stdout } = await server.exec(['cat', '/proc/sys/kernel/random/boot_id', '/proc/uptime']);
  const [id = '', uptime = ''] = stdout.split('\n');
  const stats = await server.app('/stats').catch(() => null);
  return {
    id,
    uptimeSeconds: Number(uptime.split(' ')[0]),
    memoryBytes: stats === null ? null : Number(stats['rss']),
  };
}

function verdict(end: {
  completed: boolean;
  failed: number;
  failures: readonly Failure[];
  sent: number;
  problem: string;
}): string {
  const { completed, failed, failures, sent, problem } = end;
  return [
    '',
    ...failures.map((failure) => `failed request: ${JSON.stringify(failure)}`),
    completed
      ? `${aged} was rejuvenated, ${spare} serves in its place, and ${failed} of ${sent.toLocaleString('en-US')} requests failed.`
      : `The rejuvenation of ${aged} did not complete. ${problem}`,
    '',
    'Next: `npm run demo -- --keep` leaves the lab up, for you to drive by hand;',
    '`npm run bench -- losses` compares this with a plain reboot and with a maint-reboot-ready script;',
    'README.md shows how to put rejuv beside your own pair.',
  ].join('\n');
}

/** Until a signal ends this program. */
function forever(): Promise<never> {
  return new Promise(() => undefined);
}

const words = process.argv.slice(2);
if (words.some((word) => word !== '--keep')) {
  console.error('usage: npm run demo [-- --keep]');
  process.exit(2);
}
process.exit(await demo(words.includes('--keep')));
