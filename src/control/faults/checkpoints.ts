import { commandProblem } from '../../domain/command-problem.ts';
import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import { serverFaults } from '../../domain/fault-records.ts';
import type { ServerId } from '../../domain/names.ts';
import { holderOf, type Records } from '../../domain/records.ts';
import type {
  BackendSettings,
  CheckpointSettings,
  CheckpointStep,
  ServerSettings,
  SshSettings,
} from '../../domain/settings.ts';
import { checkpointStanding } from '../../policy/fault/checkpoint-age.ts';
import { fillCheckpointText } from '../../policy/fault/placeholders.ts';
import { roleOf } from '../../policy/standing.ts';
import type { Journal } from '../journal.ts';
import type { World } from '../world.ts';
import type { Worlds } from '../worlds.ts';

/** The longest sleep between two turns; a due instant wakes earlier. */
const longestSleepMs = 60_000;
const shortestSleepMs = 1_000;

/**
 * Copies the state of each primary away, every so often, while it lives. Backends side by side, the primaries of one
 * after another; one that an operation has is left alone meanwhile. What fails is recorded, and tried again when due.
 */
export async function keepCheckpoints(worlds: Worlds, journal: Journal, stop: AbortSignal): Promise<void> {
  const watchedSince = worlds.now().clock.now();
  const stopped = (): boolean => stop.aborted;
  while (!stopped()) {
    const next = await worlds.use(async (world) => {
      const turns = world.settings.backends.map(
        async (backend) => await ofBackend({ world, journal, stop }, backend, watchedSince),
      );
      return Math.min(...(await Promise.all(turns)));
    });
    const { clock } = worlds.now();
    const wait = Math.min(longestSleepMs, Math.max(shortestSleepMs, next - clock.now()));
    await clock.sleep(wait, AbortSignal.any([stop, worlds.replaced()])).catch(() => undefined);
  }
}

interface Scope {
  readonly world: World;
  readonly journal: Journal;
  readonly stop: AbortSignal;
}

/** Makes what is due now; gives when the next one is. */
async function ofBackend(scope: Scope, backend: BackendSettings, watchedSince: number): Promise<number> {
  const settings = backend.faults?.checkpoint ?? null;
  if (settings === null) return Number.POSITIVE_INFINITY;
  const { world, journal, stop } = scope;
  const dues: number[] = [];
  for (const primary of backend.servers) {
    const id = { backend: backend.name, server: primary.name };
    if (stop.aborted) break;
    if (roleOf(journal.records(), backend, primary) !== 'primary' || holderOf(journal.records(), id) !== null)
      continue;
    const faults = serverFaults(journal.records().faults, id);
    const now = world.clock.now();
    const { dueAt, nextSlot } = checkpointStanding(id, faults, settings, watchedSince, now);
    if (dueAt > now) {
      dues.push(dueAt);
      continue;
    }
    await makeOne(scope, { backend, settings, primary, slot: nextSlot });
    dues.push(world.clock.now() + settings.everyMs);
  }
  return Math.min(...dues);
}

interface Making {
  readonly backend: BackendSettings;
  readonly settings: CheckpointSettings;
  readonly primary: ServerSettings;
  readonly slot: number;
}

async function makeOne({ world, journal, stop }: Scope, making: Making): Promise<void> {
  const { backend, primary, slot } = making;
  const server = { backend: backend.name, server: primary.name };
  const { clock } = world;
  const began = clock.monotonic();
  try {
    const receiver = making.settings.store === null ? receiverOf(journal.records(), making) : null;
    for (const step of making.settings.steps) await take(world, step, making, receiver, stop);
    const tookMs = Math.round(clock.monotonic() - began);
    const made = { server, receiver: receiver?.name ?? null, slot, tookMs };
    await journal.record({ type: 'checkpoint-made', at: clock.now(), ...made });
  } catch (thrown) {
    if (stop.aborted) return;
    const { code, message } = asRejuvError(thrown);
    // On a full disk the next turn tries again.
    await journal
      .record({ type: 'checkpoint-failed', at: clock.now(), server, code, message })
      .catch(() => undefined);
  }
}

/** The spare that holds the last one, while it is a spare; else the first free one. @throws no-spare */
function receiverOf(records: Records, { backend, primary }: Making): ServerSettings {
  const last = serverFaults(records.faults, { backend: backend.name, server: primary.name }).checkpoint
    ?.receiver;
  const spares = backend.servers.filter(
    (server) =>
      roleOf(records, backend, server) === 'spare' &&
      holderOf(records, { backend: backend.name, server: server.name }) === null,
  );
  const found = spares.find(({ name }) => name === last) ?? spares[0];
  if (found !== undefined) return found;
  throw new RejuvError('no-spare', {
    backend: backend.name,
    problem: 'nobody is there to keep a checkpoint',
  });
}

async function take(
  world: World,
  step: CheckpointStep,
  { backend, settings, primary, slot }: Making,
  receiver: ServerSettings | null,
  stop: AbortSignal,
): Promise<void> {
  const id: ServerId = { backend: backend.name, server: primary.name };
  const text = (template: string): string => fillCheckpointText(template, id, slot);
  const keeper = settings.store ?? receiver?.ssh ?? null;
  if (step.kind === 'copy') {
    const from = { host: hostOf(id, primary.ssh), path: text(step.from) };
    const to = { host: hostOf(id, keeper), path: text(step.to) };
    await world.hosts.copy(from, to, step.deadlineMs, stop);
    return;
  }
  const sides = { primary: primary.ssh, receiver: receiver?.ssh ?? null, store: settings.store };
  const command = text(step.command);
  const host = await world.hosts.connect(hostOf(id, sides[step.on]), stop);
  try {
    const problem = commandProblem(host.name, command, await host.run(command, step.deadlineMs, stop));
    if (problem !== null) throw problem;
  } finally {
    await host.close();
  }
}

function hostOf(id: ServerId, host: SshSettings | null): SshSettings {
  if (host === null) throw new RejuvError('no-ssh', { ...id });
  return host;
}
