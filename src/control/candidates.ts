import type { Schedule } from '../domain/calendar.ts';
import { figuresIn } from '../domain/condition.ts';
import { asRejuvError } from '../domain/errors.ts';
import type { FigureName } from '../domain/figure.ts';
import type { ServerId } from '../domain/names.ts';
import type { Records } from '../domain/records.ts';
import { serverRecord } from '../domain/records.ts';
import type { BackendSettings, ServerSettings } from '../domain/settings.ts';
import { rowsOf, type Snapshot } from '../domain/snapshot.ts';
import { asksForUptime } from '../policy/condition-now.ts';
import { lastRejuvenatedAt } from '../policy/last-rejuvenation.ts';
import type { Candidate } from '../policy/pick.ts';
import { roleOf } from '../policy/standing.ts';
import type { Measured } from './measured.ts';
import type { World } from './world.ts';

/** How long the look at one host may take. */
const patienceMs = 15_000;

/** What schedules ask of the servers of a backend. */
export interface Questions {
  readonly uptimes: boolean;
  /** Of the figures that they name, those that neither the load balancers nor SSH tell are among the measured ones. */
  readonly figures: readonly FigureName[];
}

/** The servers of a backend as a schedule asks about them; real uptimes, where wanted, are read over SSH, side by side. */
export async function readCandidates(
  world: World,
  records: Records,
  { backend, snapshot }: { readonly backend: BackendSettings; readonly snapshot: Snapshot },
  questions: Questions,
  measured: Measured,
  signal: AbortSignal,
): Promise<Candidate[]> {
  return await Promise.all(
    backend.servers.map(async (server) => {
      const id = { backend: backend.name, server: server.name };
      const rows = rowsOf(snapshot, id).map(({ row }) => row);
      const whole = snapshot.gaps.length === 0 && rows.length === snapshot.views.length;
      const sum = (of: (row: (typeof rows)[number]) => number): number | null =>
        whole ? rows.reduce((total, row) => total + of(row), 0) : null;
      const { uptime, problem } = questions.uptimes ? await readUptime(world, server, signal) : notAsked;
      return {
        server: server.name,
        role: roleOf(records, backend, server),
        inService:
          whole && rows.every((row) => row.admin === 'ready') && serverRecord(records, id).hold === null,
        figures: {
          ...Object.fromEntries(questions.figures.map((figure) => [figure, measured.newest(id, figure)])),
          sessions: sum((row) => row.sessions),
          queue: sum((row) => row.queue),
          uptime: uptime === null ? null : sinceRejuvenation(records, id, world.clock.now(), uptime),
        },
        foretold: (leaf) => measured.foretold(id, leaf),
        uptimeProblem: problem,
      };
    }),
  );
}

/** What these schedules ask for. */
export function questionsOf(schedules: readonly Pick<Schedule, 'pick' | 'when'>[]): Questions {
  const conditions = schedules.flatMap(({ when }) => (when === null ? [] : [when]));
  return {
    uptimes: schedules.some(({ pick }) => pick === 'longest-running') || conditions.some(asksForUptime),
    figures: [...new Set(conditions.flatMap(figuresIn))],
  };
}

const notAsked = { uptime: null, problem: 'nobody asked for it' };

async function readUptime(
  world: World,
  { ssh }: ServerSettings,
  signal: AbortSignal,
): Promise<{ uptime: number; problem: null } | { uptime: null; problem: string }> {
  if (ssh === null) return { uptime: null, problem: 'it has no `ssh`' };
  const patience = world.clock.timeout(patienceMs, new Error('it did not answer in time'));
  try {
    const host = await world.hosts.connect(ssh, AbortSignal.any([signal, patience.signal]));
    try {
      return {
        uptime: (await host.boot(AbortSignal.any([signal, patience.signal]))).uptimeMs,
        problem: null,
      };
    } finally {
      await host.close();
    }
  } catch (thrown) {
    signal.throwIfAborted();
    return { uptime: null, problem: asRejuvError(thrown).message };
  } finally {
    patience.clear();
  }
}

/** A rejuvenation without a reboot makes a server young as well. */
function sinceRejuvenation(records: Records, id: ServerId, now: number, uptime: number): number {
  const last = lastRejuvenatedAt(records, id);
  return last === null ? uptime : Math.max(0, Math.min(uptime, now - last));
}
