import type { AgingEvent } from '../../domain/aging-event.ts';
import type { RuleJudgement } from '../../domain/aging.ts';
import type { ErrorCode } from '../../domain/catalogue.ts';
import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import type { OperationId, ServerId } from '../../domain/names.ts';
import type { OperationRequest } from '../../domain/operation.ts';
import { holderOf, serverRecord, type Records } from '../../domain/records.ts';
import type { BackendSettings } from '../../domain/settings.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { excuseGaps } from '../../policy/absence.ts';
import { agingChanges, orphanedRules } from '../../policy/aging/changes.ts';
import { eligibleServers, type Eligible } from '../../policy/aging/eligible.ts';
import { backendJudge } from '../../policy/aging/judgements.ts';
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
  const { journal, once } = scope;
  for (const event of orphanedRules(journal.records(), world.settings.backends, world.clock.now())) {
    await journal.record(event);
  }
  const backends = world.settings.backends.filter(({ rules }) => rules.length > 0);
  if (backends.length === 0) return null;
  const names = backends.map(({ name }) => name);
  const seen = await observe(world.loadBalancers, names, () => world.clock.now(), signal);
  const snapshot = excuseGaps(seen, world.settings.whenOneIsDown === 'continue');
  const nexts = await Promise.all(
    backends.map(async (backend) => await judgeBackend(scope, world, backend, snapshot, signal)),
  );
  // Only a whole turn says that it is over: what fails in each of them is told once.
  once.over('measured aging');
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
  const { journal, forecast } = scope;
  const records = journal.records();
  const now = world.clock.now();
  const judge = backendJudge({ backend, records, snapshot, measured: world.samples, forecast, now });
  const judged = new Map<ServerId, readonly RuleJudgement[]>();
  const news: AgingEvent[] = [];
  let nextChangeAt = Infinity;
  // All of them before anything is waited for, since samples may come meanwhile.
  for (const { name } of backend.servers) {
    const server = { backend: backend.name, server: name };
    const judgements = judge(server);
    judged.set(server, judgements);
    news.push(...agingChanges(records, server, judgements, now));
    for (const one of judgements) nextChangeAt = Math.min(nextChangeAt, one.nextChangeAt ?? Infinity);
  }
  for (const event of news) await journal.record(event);
  const triedAgainAt = await rejuvenateOne(scope, world, backend, snapshot, judged, signal);
  return Math.min(triedAgainAt, nextChangeAt);
}

/**
 * The most urgent one that may be tried now; one try per turn, so that each is admitted on a look of its own, and a peer that
 * takes its time holds up no judgement for long. When the next one may be tried, if any wait.
 */
async function rejuvenateOne(
  scope: Scope,
  world: World,
  backend: BackendSettings,
  snapshot: Snapshot,
  judged: ReadonlyMap<ServerId, readonly RuleJudgement[]>,
  signal: AbortSignal,
): Promise<number> {
  const { journal, once, asking } = scope;
  const records = journal.records();
  // A gap in its figures, or an operation that has it meanwhile, ends no trouble.
  for (const id of judged.keys()) if (!isUnstable(records, id)) once.over(id);
  const eligible = eligibleServers(records, judged, world.clock.now())
    .filter(({ server }) => isServingPrimary(records, backend, snapshot, server))
    .filter(({ server }) => holderOf(records, server) === null);
  const held = new Map<string, RejuvError | null>();
  const free: Eligible[] = [];
  for (const one of eligible) {
    const { severity } = one.because;
    if (!held.has(severity)) held.set(severity, await heldUp(world, records, backend, requestFor(one)));
    const problem = held.get(severity) ?? null;
    if (problem !== null) await tellBlocked(scope, one, problem);
    else if (one.notBefore === null) free.push(one);
    else if (one.problem !== null) await tellBlocked(scope, one, one.problem);
  }
  const { next, againAt } = asking.next(backend.name, free, world.clock.monotonic());
  if (next !== null) {
    const refused = await tryToBegin(scope, next, signal);
    if (refused !== null) await tellBlocked(scope, next, refused);
  }
  return againAt - world.clock.monotonic() + world.clock.now();
}

function isUnstable(records: Records, id: ServerId): boolean {
  return serverRecord(records, id).aged.some(({ severity }) => severity === 'unstable');
}

/** It only waits its turn, or what asked for it is gone: nobody has to do anything about that. */
const passing: readonly ErrorCode[] = [
  ...(['at-once', 'backend-busy', 'server-busy', 'stopping'] as const),
  ...(['no-longer-aged', 'unknown-backend', 'unknown-server'] as const),
];

/** What waits for its window is as planned; what cannot wait is told. */
async function tellBlocked(scope: Scope, one: Eligible, problem: RejuvError | string): Promise<void> {
  if (one.because.severity !== 'unstable') return;
  if (problem instanceof RejuvError && passing.includes(problem.code)) return;
  const said = problem instanceof RejuvError ? problem.message : problem;
  await scope.once.tell(one.server, blocked(one, said));
}

/** Why it was refused; null: it has begun. */
async function tryToBegin({ begin }: Scope, one: Eligible, signal: AbortSignal): Promise<RejuvError | null> {
  try {
    await begin(requestFor(one), signal);
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

function blocked({ server, because: { severity, rule, evidence } }: Eligible, problem: string): RejuvError {
  return new RejuvError('aged-blocked', { ...server, severity, rule, evidence, problem });
}
