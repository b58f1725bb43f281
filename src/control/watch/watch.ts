import type { Boot } from '../../domain/boot.ts';
import type { Verdict } from '../../domain/fault.ts';
import { formatServerId, type ServerId } from '../../domain/names.ts';
import { holderOf, serverRecord, type Records } from '../../domain/records.ts';
import type { BackendSettings, FaultSettings, ServerSettings } from '../../domain/settings.ts';
import { rowsOf } from '../../domain/snapshot.ts';
import { askedForReboot } from '../../policy/fault/asked-reboot.ts';
import { carriedOver, dutyOf } from '../../policy/fault/duty.ts';
import { noEvidence, withObservation, type Evidence, type Observation } from '../../policy/fault/evidence.ts';
import { sightingsOf } from '../../policy/fault/sighting.ts';
import { judge, type Judgement } from '../../policy/fault/verdict.ts';
import { roleOf } from '../../policy/standing.ts';
import type { World } from '../world.ts';
import type { Worlds } from '../worlds.ts';
import { createLane } from './lane.ts';
import { createLogin } from './login.ts';
import { repeat } from './patience.ts';
import { lookByProbe, type Address } from './watchdog.ts';

/** A verdict or a duty that is not the one of before; null: the first. */
export interface VerdictChange {
  readonly server: ServerId;
  readonly before: Verdict | null;
  readonly judgement: Judgement;
}

/** A host runs another boot, and rejuv did not ask for it. */
export interface UnaskedReboot {
  readonly server: ServerId;
  readonly at: number;
  readonly from: Boot;
  readonly to: Boot;
}

/** Who is told. Both are called in the order of the looks, and must not wait. */
export interface Listener {
  readonly onVerdict: (change: VerdictChange) => void;
  readonly onReboot: (reboot: UnaskedReboot) => void;
}

/** Looks at the servers of every backend with `faults`, and acts on nothing. */
export interface Watch {
  /** Until the signal fires; follows a reload of the config file. */
  run(stop: AbortSignal): Promise<void>;
  /** What is made of the evidence now; null: nobody has looked, or nobody is to look. */
  judgementOf(server: ServerId): Judgement | null;
}

/** A load balancer that takes longer is a gap in this look; a slow one must not hide what the other one says. */
const patienceMs = 2_000;

interface Watched {
  readonly evidence: Evidence;
  readonly judgement: Judgement | null;
  readonly address: Address | null;
  readonly boot: Boot | null;
  /** When that boot was last seen. */
  readonly bootAt: number;
}

const unwatched: Watched = { evidence: noEvidence, judgement: null, address: null, boot: null, bootAt: 0 };

export function createWatch(worlds: Worlds, records: () => Records, listener: Listener): Watch {
  const watched = new Map<string, Watched>();

  const known = (id: ServerId): Watched => watched.get(formatServerId(id)) ?? unwatched;
  const learn = (id: ServerId, news: Partial<Watched>): void => {
    watched.set(formatServerId(id), { ...known(id), ...news });
  };

  /** Folds one look, and tells when the verdict or the duty is another one. */
  function note({ backend, faults, server }: Subject, observation: Observation): void {
    const id = idOf(backend, server);
    const { evidence: before, judgement } = known(id);
    const seen = withObservation(before, observation, faults);
    const duty = dutyOf({
      sightings: seen.sightings,
      role: roleOf(records(), backend, server),
      sparesSleep: backend.spare.start !== null,
      held: serverRecord(records(), id).hold !== null || holderOf(records(), id) !== null,
    });
    const evidence = carriedOver(seen, judgement?.duty ?? null, duty);
    const now = judge(judgement, evidence, duty, faults, observation.at);
    learn(id, { evidence, judgement: now });
    const verdictStays = now.verdict === (judgement?.verdict ?? 'unknown');
    if (verdictStays && now.duty === (judgement?.duty ?? now.duty)) return;
    listener.onVerdict({ server: id, before: judgement?.verdict ?? null, judgement: now });
  }

  function noteBoot(id: ServerId, to: Boot, at: number): void {
    const { boot: from, bootAt } = known(id);
    learn(id, { boot: to, bootAt: at });
    if (from === null || from.bootId === to.bootId || askedForReboot(records(), id, bootAt)) return;
    listener.onReboot({ server: id, at, from, to });
  }

  async function sight(world: World, backend: BackendSettings, faults: FaultSettings, stop: AbortSignal) {
    const { clock } = world;
    const lanes = world.loadBalancers.map((one) => createLane(one, backend.name, clock, patienceMs));
    await repeat(clock, faults.everyMs, stop, async (own) => {
      const answers = await Promise.all(lanes.map(async (lane) => await lane.look(own)));
      const snapshot = {
        at: clock.now(),
        views: answers.filter((answer) => 'servers' in answer),
        gaps: answers.filter((answer) => 'error' in answer),
        excused: [],
      };
      for (const server of backend.servers) {
        const id = idOf(backend, server);
        const [row] = rowsOf(snapshot, id).map((found) => found.row);
        if (row !== undefined) learn(id, { address: { address: row.address, port: row.port } });
        const sightings = sightingsOf(snapshot, id);
        note({ backend, faults, server }, { source: 'load-balancers', at: snapshot.at, sightings });
      }
    });
  }

  async function ask(world: World, subject: Subject, stop: AbortSignal): Promise<void> {
    const { backend, faults, server } = subject;
    const { probe } = backend;
    if (!faults.watchdog || probe === null) return;
    const id = idOf(backend, server);
    await repeat(world.clock, faults.everyMs, stop, async (own) => {
      note(subject, await lookByProbe(world, probe, id, known(id).address, own));
    });
  }

  async function logIn(world: World, subject: Subject, stop: AbortSignal): Promise<void> {
    const { backend, faults, server } = subject;
    if (!faults.ssh || server.ssh === null) return;
    const login = createLogin(world, server.ssh);
    try {
      await repeat(world.clock, faults.everyMs, stop, async (own) => {
        const { observation, boot } = await login.look(own);
        note(subject, observation);
        if (boot !== null) noteBoot(idOf(backend, server), boot, observation.at);
      });
    } finally {
      login.close();
    }
  }

  /** Side by side, each at its own pace: whoever does not answer keeps nobody else waiting. */
  async function watchAll(world: World, stop: AbortSignal): Promise<void> {
    const loops = world.settings.backends.flatMap((backend) => {
      const { faults } = backend;
      if (faults === null) return [];
      const ofServers = backend.servers.flatMap((server) => {
        const subject = { backend, faults, server };
        return [ask(world, subject, stop), logIn(world, subject, stop)];
      });
      return [sight(world, backend, faults, stop), ...ofServers];
    });
    await Promise.all([...loops.map(async (loop) => await endOf(loop, stop)), fired(stop)]);
  }

  function forgetOthers({ settings }: World): void {
    const names = settings.backends.flatMap((backend) =>
      backend.faults === null ? [] : backend.servers.map((server) => formatServerId(idOf(backend, server))),
    );
    for (const key of watched.keys()) if (!names.includes(key)) watched.delete(key);
  }

  return {
    async run(stop) {
      const stopped = (): boolean => stop.aborted;
      while (!stopped()) {
        const broken = new AbortController();
        const either = AbortSignal.any([stop, worlds.replaced(), broken.signal]);
        try {
          await worlds.use(async (world) => {
            forgetOthers(world);
            await watchAll(world, either);
          });
        } finally {
          // Where one loop breaks, the others must not go on for nobody.
          broken.abort();
        }
      }
    },
    judgementOf: (server) => known(server).judgement,
  };
}

interface Subject {
  readonly backend: BackendSettings;
  readonly faults: FaultSettings;
  readonly server: ServerSettings;
}

function idOf(backend: BackendSettings, server: ServerSettings): ServerId {
  return { backend: backend.name, server: server.name };
}

/** A loop ends with the reason of the signal, and with nothing else. */
async function endOf(loop: Promise<void>, stop: AbortSignal): Promise<void> {
  try {
    await loop;
  } catch (thrown) {
    if (!stop.aborted) throw thrown;
  }
}

async function fired(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}
