import type { GivenRates } from '../../config/given-rates.ts';
import { RejuvError } from '../../domain/errors.ts';
import type { Cron } from '../../domain/seams.ts';
import type { BackendSettings, Settings } from '../../domain/settings.ts';
import type { Priced } from './costs.ts';
import { cronLines } from './cron-lines.ts';
import type { Gathered } from './gather.ts';
import type { Cluster } from './place.ts';
import { inService, openingsOf, presentSchedule, type Openings } from './present.ts';
import type { Question } from './reckon.ts';

/** What the config file knows of the backend; null without one. */
export interface Configured {
  readonly settings: Settings;
  readonly backend: BackendSettings;
}

export interface Asked {
  readonly name: string;
  readonly given: GivenRates;
  readonly configured: Configured | null;
  readonly rates: Extract<Gathered, { kind: 'rates' }>;
  readonly priced: Priced;
}

/** Puts together what the model is asked: the file of `--given` first, then the config file, then what is usual. */
export function questionOf(
  { name, given, configured, rates, priced }: Asked,
  cron: Cron,
  now: number,
): Question {
  const backend = configured?.backend ?? null;
  const openings: Openings =
    configured === null
      ? { windows: [], freezes: [], freezeFiles: false }
      : openingsOf(configured.settings, configured.backend);
  const timeZone = backend?.schedule[0]?.timeZone ?? backend?.calendar.windows[0]?.timeZone ?? 'UTC';
  const cluster = clusterOf(given, backend, rates, priced);
  return {
    backend: name,
    cluster,
    rates,
    priced,
    present: presentOf(given, cluster, configured, openings, cron, now),
    lines: (hours, leastGapHours) => cronLines(cron, { openings, timeZone, now }, hours, leastGapHours),
    timeZone,
    spacingHours: spacingHours(configured),
  };
}

const usualDetectionHours = 0.5;

function clusterOf(
  given: GivenRates,
  backend: BackendSettings | null,
  { life, repair, rejuvenation }: Asked['rates'],
  { costs }: Priced,
): Cluster {
  return {
    ...sizesOf(given, backend),
    life,
    repair,
    rejuvenation,
    handOverHours: given.handOver ?? 0,
    detectionHours: given.detection ?? usualDetectionHours,
    costs,
  };
}

/** @throws RejuvError model-input where the file and the config file together make no cluster */
function sizesOf(
  given: GivenRates,
  backend: BackendSettings | null,
): Pick<Cluster, 'servers' | 'spares' | 'leastServing'> {
  const primaries = backend === null ? 1 : inService(backend);
  const servers = given.servers ?? primaries;
  const leastServing = given.minServing ?? Math.min(backend?.minServing ?? servers, servers);
  if (leastServing > servers) {
    const problem = `is ${leastServing}, but only ${servers} serve at a time; write \`servers:\` as well, or a smaller number`;
    throw new RejuvError('model-input', { field: 'minServing', problem }, { where: 'minServing' });
  }
  return {
    servers,
    spares: given.spares ?? (backend === null ? 0 : backend.servers.length - primaries),
    leastServing,
  };
}

function presentOf(
  given: GivenRates,
  { servers }: Cluster,
  configured: Configured | null,
  openings: Openings,
  cron: Cron,
  now: number,
): Question['present'] {
  if (given.every !== undefined) return { everyHours: given.every, cron: [], source: 'file', notes: [] };
  if (configured === null) return { everyHours: Infinity, cron: [], source: 'none', notes: [] };
  const { runEveryHours, lines, notes } = presentSchedule(configured.backend, openings, cron, now);
  // The longest running goes first, so that with n servers each has its turn at every n-th run.
  return { everyHours: servers * runEveryHours, cron: lines, source: 'config', notes };
}

function spacingHours(configured: Configured | null): number {
  if (configured === null) return 0;
  const { settings, backend } = configured;
  return Math.max(settings.calendar.spacingMs, backend.calendar.spacingMs) / 3_600_000;
}
