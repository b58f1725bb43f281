import type { RuleJudgement } from '../../domain/aging.ts';
import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import type { OperationId, ServerId } from '../../domain/names.ts';
import type { OperationRequest } from '../../domain/operation.ts';
import { holderOf } from '../../domain/records.ts';
import type { BackendSettings } from '../../domain/settings.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { excuseGaps } from '../../policy/absence.ts';
import { agingChanges } from '../../policy/aging/changes.ts';
import { eligibleServers, type Eligible } from '../../policy/aging/eligible.ts';
import { judgeServer } from '../../policy/aging/judgements.ts';
import { createOnce, type Once } from '../faults/once.ts';
import { heldUp } from '../held-up.ts';
import type { Journal } from '../journal.ts';
import { observe } from '../pair.ts';
import type { World } from '../world.ts';
import type { Worlds } from '../worlds.ts';
import { createAsking, type Asking } from './asking.ts';
import { createForecasts } from './forecasts.ts';
import { isServingPrimary } from './serving-primary.ts';

/** As often as the quickest source is read, within these bounds. */
const shortestSleepMs = 1_000;
const longestSleepMs = 15_000;

type Begin = (request: OperationRequest, signal: AbortSignal) => Promise<OperationId>;

interface Scope {
  readonly worlds: Worlds;
  readonly journal: Journal;
  readonly begin: Begin;
  readonly once: Once;
  readonly asking: Asking;
  readonly forecast: ReturnType<typeof createForecasts>;
}

/** Judges every rule for every server, records what holds, and has aged servers rejuvenated, until the signal fires. */
export async function keepYoung(
  worlds: Worlds,
  journal: Journal,
  begin: Begin,
  signal: AbortSignal,
): Promise<void> {
  const once = createOnce(() => worlds.now().clock, journal);
  const scope = { worlds, journal, begin, once, asking: createAsking(), forecast: createForecasts() };
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    const wake = AbortSignal.any([signal, worlds.replaced()]);
    const { clock } = worlds.now();
    const nextAt = await worlds
      .use(async (world) => await turn(scope, world, signal))
      .catch(async (thrown: unknown) => {
        if (!stopped()) await tell(scope, asRejuvError(thrown));
        return clock.now() + longestSleepMs;
      });
    if (stopped()) return;
    const left = nextAt === null ? idleMs : nextAt - clock.now();
    await clock.sleep(Math.max(shortestSleepMs, left), wake).catch(() => undefined);
  }
}

/** Without rules only a reload brings work, and that wakes the loop. */
const idleMs = 3_600_000;

/** What the loop itself stumbles over is no business of the records, which may be what it stumbled over. */
async function tell({ once }: Scope, error: RejuvError): Promise<void> {
  await once.tell('measured aging', error).catch(() => undefined);
}

/** Judges every backend once. When the next verdict may change by time alone; null: there are no rules. */
async function turn(scope: Scope, world: World, signal: AbortSignal): Promise<number | null> {
  const backends = world.settings.backends.filter(({ rules }) => rules.length > 0);
  if (backends.length === 0) return null;
  const names = backends.map(({ name }) => name);
  const seen = await observe(world.loadBalancers, names, () => world.clock.now(), signal);
  const snapshot = excuseGaps(seen, world.settings.whenOneIsDown === 'continue');
  scope.once.over('measured aging');
  const nexts = await Promise.all(
    backends.map(async (backend) => await judgeBackend(scope, world, backend, snapshot, signal)),
  );
  return Math.min(world.clock.now() + paceOf(backends), ...nexts);
}

/** A sample changes a verdict at once; the loop is not woken by each of thousands, but it looks as often as they come. */
function paceOf(backends: readonly BackendSettings[]): number {
  return Math.min(
    longestSleepMs,
    ...backends.flatMap(({ sources }) => sources.map(({ everyMs }) => everyMs)),
  );
}

async function judgeBackend(
  scope: Scope,
  world: World,
  backend: BackendSettings,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<number> {
  const { journal } = scope;
  const now = world.clock.now();
  const judged = new Map<ServerId, readonly RuleJudgement[]>();
  for (const { name } of backend.servers) {
    const server = { backend: backend.name, server: name };
    const facts = {
      ...{ backend, records: journal.records(), snapshot, measured: world.samples },
      ...{ forecast: scope.forecast, now },
    };
    const judgements = judgeServer(facts, server);
    for (const event of agingChanges(journal.records(), server, judgements, now)) await journal.record(event);
    judged.set(server, judgements);
  }
  await rejuvenateOne(scope, world, backend, snapshot, judged, signal);
  const changes = [...judged.values()].flat().flatMap(({ nextChangeAt }) => nextChangeAt ?? []);
  return Math.min(Infinity, ...changes);
}

/** The most urgent one that may be tried now; one beginning per turn, so that each is admitted on a look of its own. */
async function rejuvenateOne(
  scope: Scope,
  world: World,
  backend: BackendSettings,
  snapshot: Snapshot,
  judged: ReadonlyMap<ServerId, readonly RuleJudgement[]>,
  signal: AbortSignal,
): Promise<void> {
  const { journal, once, asking } = scope;
  const records = journal.records();
  const now = world.clock.now();
  const eligible = eligibleServers(records, judged)
    .filter(({ server }) => isServingPrimary(records, backend, snapshot, server))
    .filter(({ server }) => holderOf(records, server) === null);
  for (const id of judged.keys()) {
    if (!eligible.some(({ server }) => server === id)) once.over(id);
  }
  for (const one of eligible) {
    if (one.notBefore !== null && one.notBefore > now) continue;
    const problem = await heldUp(world, records, backend, requestFor(one));
    if (problem === null && !asking.due(one.server, world.clock.monotonic())) continue;
    const refused = problem ?? (await tryToBegin(scope, one, signal));
    if (refused === null) return;
    // What waits for its window is as planned; what cannot wait is told.
    if (one.because.severity === 'unstable') await once.tell(one.server, blocked(one, refused));
  }
}

/** Why it was refused; null: it has begun. */
async function tryToBegin(scope: Scope, one: Eligible, signal: AbortSignal): Promise<RejuvError | null> {
  try {
    await scope.begin(requestFor(one), signal);
    return null;
  } catch (thrown) {
    signal.throwIfAborted();
    return asRejuvError(thrown);
  }
}

function requestFor({ server, because }: Eligible): OperationRequest {
  return {
    kind: 'rejuvenation',
    target: server,
    trigger: 'threshold',
    by: null,
    reason: `${because.severity}: ${because.rule}`,
    force: false,
    noWait: false,
    run: null,
    because,
  };
}

function blocked(
  { server, because: { severity, rule, evidence } }: Eligible,
  problem: RejuvError,
): RejuvError {
  return new RejuvError('aged-blocked', { ...server, severity, rule, evidence, problem: problem.message });
}
